// Everything a window shows at first, and whether an event that came meanwhile is in it already.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { listCalls } from '../calls/contract.ts';
import { identityErrors } from '../identity/contract.ts';
import { listConversations } from '../im/contract.ts';
import { accessOf } from '../presence/view.ts';
import { lightOf } from '../voicemail/contract.ts';
import { loadBook, peopleIn } from './book.ts';
import type { BrowserSession } from './browser-session.ts';
import { peopleOf } from './call-people.ts';
import type { ClientEvent, Snapshot } from './contract.ts';
import { takeRights, type WindowGate } from './licence.ts';
import type { OwnPolicies } from './own-policy.ts';
import { type People, shownTo } from './sight.ts';

const CONVERSATIONS = 200;

/** Asks for what only the services know, then takes people and their presence from the views in one go. */
export async function takeSnapshot(
  {
    bus,
    people,
    gate,
    policies,
    keepsNothing = false,
    editableForMs = 0,
  }: {
    readonly bus: Bus;
    readonly people: () => People;
    readonly gate: WindowGate;
    readonly policies: Pick<OwnPolicies, 'of'>;
    readonly keepsNothing?: boolean;
    readonly editableForMs?: number;
  },
  session: BrowserSession,
  watch: (userIds: Iterable<string>) => void,
): Promise<Outcome<Snapshot>> {
  const { userId } = session;
  const [listed, conversations, running, light] = await Promise.all([
    loadBook(bus, userId),
    bus.call(listConversations, { userId, limit: CONVERSATIONS }),
    bus.call(listCalls, { userId }),
    bus.call(lightOf, { userId }),
  ]);
  // A window without calls is better than none.
  const { sides: calls, missed: missedCalls } = running.ok ? running.value : { sides: [], missed: 0 };
  if (!listed.ok) return listed;
  if (!conversations.ok) return conversations;
  const access = accessOf(people().access, userId);
  const concerned = new Set([
    userId,
    ...peopleIn(listed.value),
    ...conversations.value.conversations.flatMap((conversation) => conversation.participantIds),
    ...calls.flatMap(peopleOf),
    ...access.entries.flatMap(({ member }) => (member.kind === 'user' ? (member.value ?? []) : [])),
  ]);
  // Watched before the views are read, in the same turn: a change is in the snapshot or comes as an event.
  watch(concerned);
  const now = people();
  const me = now.directory.users.get(userId);
  if (me === undefined) return identityErrors.fault('IDENTITY_NO_SUCH_USER');
  // The rights first: they say whether this window may see how others are.
  const features = takeRights(gate, session);
  const known = [...concerned]
    .map((id) => shownTo(now, session, id))
    .filter((shown) => shown.user !== undefined);
  return done({
    me,
    users: known.flatMap(({ user }) => user ?? []),
    presence: known.map(({ presence }) => presence),
    cards: known.flatMap(({ card }) => card ?? []),
    access,
    ...listed.value,
    conversations: conversations.value.conversations,
    features,
    policy: policies.of(userId),
    calls,
    missedCalls,
    ...(light.ok ? { voicemail: light.value } : {}),
    ...(keepsNothing ? { keepsNothing } : {}),
    ...(editableForMs > 0 ? { editableForMs } : {}),
  });
}

/** True when telling the event after the snapshot would tell nothing new, or something older. */
export function isIncluded(snapshot: Snapshot, event: ClientEvent): boolean {
  switch (event.type) {
    case 'user':
      return snapshot.users.some(
        (user) => user.userId === event.user.userId && user.version >= event.user.version,
      );
    case 'presence':
      if (hidesOthers(snapshot) && event.presence.userId !== snapshot.me.userId) return true;
      return snapshot.presence.some(
        (held) => held.userId === event.presence.userId && held.version >= event.presence.version,
      );
    case 'access':
      return snapshot.access.version >= event.access.version;
    case 'message': {
      const { conversationId, seq } = event.message;
      // What is not kept is in no snapshot.
      if (seq === 0) return false;
      return snapshot.conversations.some(
        (held) => held.conversationId === conversationId && held.lastSeq >= seq,
      );
    }
    case 'changed': {
      const { conversationId, revision = 0 } = event.message;
      return snapshot.conversations.some(
        (held) => held.conversationId === conversationId && (held.revision ?? 0) >= revision,
      );
    }
    case 'read':
      return snapshot.conversations.some(
        (held) => held.conversationId === event.conversationId && held.readSeq >= event.readSeq,
      );
    case 'group':
      return snapshot.conversations.some(
        (held) =>
          held.conversationId === event.conversationId && (held.peopleVersion ?? 0) >= event.peopleVersion,
      );
    case 'book':
      return snapshot.book.version >= event.version;
    case 'call':
      return snapshot.calls.some(
        ({ sideId, version }) => sideId === event.side.sideId && version >= event.side.version,
      );
    // Saying these again changes nothing.
    case 'callSignal':
    case 'callHistory':
    case 'voicemail':
    case 'voicemailAlert':
    case 'seen':
    case 'policy':
    case 'added':
    case 'free':
    case 'card':
    case 'scheduled':
    case 'typing':
    case 'alert':
    case 'alertDismissed':
      return false;
    // Looked at again after every snapshot.
    case 'features':
      return true;
  }
}

function hidesOthers({ features }: Snapshot): boolean {
  return features.some(({ feature, allowed }) => feature === 'presence' && !allowed);
}
