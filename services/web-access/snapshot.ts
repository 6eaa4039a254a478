// Everything a window shows at first, and whether an event that came meanwhile is in it already.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { identityErrors } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import { listConversations } from '../im/contract.ts';
import { listContacts } from '../presence/contract.ts';
import type { PresenceView } from '../presence/view.ts';
import type { BrowserSession } from './browser-session.ts';
import type { ClientEvent, Snapshot } from './contract.ts';
import { presenceShownTo, takeRights, type WindowGate } from './licence.ts';

const CONVERSATIONS = 200;

/** The views of this process, as they are now. */
export interface People {
  readonly directory: Directory;
  readonly presence: PresenceView;
}

/** Asks for what only the services know, then takes people and their presence from the views in one go. */
export async function takeSnapshot(
  {
    bus,
    people,
    gate,
    keepsNothing = false,
  }: {
    readonly bus: Bus;
    readonly people: () => People;
    readonly gate: WindowGate;
    readonly keepsNothing?: boolean;
  },
  session: BrowserSession,
  watch: (userIds: Iterable<string>) => void,
): Promise<Outcome<Snapshot>> {
  const { userId } = session;
  const [contacts, conversations] = await Promise.all([
    bus.call(listContacts, { userId }),
    bus.call(listConversations, { userId, limit: CONVERSATIONS }),
  ]);
  if (!contacts.ok) return contacts;
  if (!conversations.ok) return conversations;
  const concerned = new Set([
    userId,
    ...contacts.value.contacts.map((contact) => contact.userId),
    ...conversations.value.conversations.flatMap((conversation) => conversation.participantIds),
  ]);
  // Watched before the views are read, in the same turn: a change is in the snapshot or comes as an event.
  watch(concerned);
  const { directory, presence } = people();
  const me = directory.users.get(userId);
  if (me === undefined) return identityErrors.fault('IDENTITY_NO_SUCH_USER');
  const known = [...concerned].flatMap((id) => directory.users.get(id) ?? []);
  const features = takeRights(gate, session);
  return done({
    me,
    users: known,
    presence: known.map((user) => presenceShownTo(session, presence, user.userId)),
    contacts: contacts.value.contacts,
    conversations: conversations.value.conversations,
    features,
    ...(keepsNothing ? { keepsNothing } : {}),
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
    case 'message': {
      const { conversationId, seq } = event.message;
      // What is not kept is in no snapshot.
      if (seq === 0) return false;
      return snapshot.conversations.some(
        (held) => held.conversationId === conversationId && held.lastSeq >= seq,
      );
    }
    case 'read':
      return snapshot.conversations.some(
        (held) => held.conversationId === event.conversationId && held.readSeq >= event.readSeq,
      );
    // Saying a contact again changes nothing.
    case 'contact':
    case 'typing':
      return false;
    // Looked at again after every snapshot.
    case 'features':
      return true;
  }
}

function hidesOthers({ features }: Snapshot): boolean {
  return features.some(({ feature, allowed }) => feature === 'presence' && !allowed);
}
