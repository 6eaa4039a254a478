// What the browser knows: the server's snapshot, kept current by events (apply-event.ts). Pure; nothing is changed in place.

import type { Light } from '@parley/services/voicemail/contract';
import { type Sides, sidesById } from '../calls/sides.ts';
import type {
  Access,
  Book,
  Card,
  Contact,
  Conversation,
  FeatureRight,
  Message,
  OwnPolicy,
  PresenceState,
  Scheduled,
  Snapshot,
  User,
} from '../contracts.ts';
import { contactsById, emptyBook } from './contact-desk.ts';
import { keepThread } from './thread.ts';

/** The loaded part of a conversation. `messages` ascend without gaps; `hasOlder` tells whether history goes on above. */
export interface Thread {
  readonly messages: readonly Message[];
  readonly hasOlder: boolean;
  /** All changes of these messages up to this revision of the conversation are in them; 0 where it is left out. */
  readonly revision?: number;
  /** It was opened at an older message, and what came later is loaded as one goes on. */
  readonly hasNewer?: boolean;
}

export type ById<T> = Readonly<Record<string, T>>;

export interface LiveState {
  readonly me: User | null;
  readonly users: ById<User>;
  readonly presence: ById<PresenceState>;
  readonly cards: ById<Card>;
  /** Who has which level of access with oneself. */
  readonly access: Access;
  /** By `contactId`. */
  readonly contacts: ById<Contact>;
  /** Groups and questions; its version is that of the whole list. */
  readonly book: Book;
  readonly conversations: ById<Conversation>;
  readonly threads: ById<Thread>;
  /** What was said that the server does not keep (`seq` 0), as long as this window is open. */
  readonly passing: ById<readonly Message[]>;
  /** The server keeps no messages. */
  readonly keepsNothing: boolean;
  /** For how long after it was sent a message may be edited or deleted by who wrote it; 0 for never. */
  readonly editableForMs: number;
  /** One's own messages that wait for their time, the next first; null until the server was asked. */
  readonly scheduled: readonly Scheduled[] | null;
  /** conversationId → userId → until when (Unix milliseconds) the person counts as typing. */
  readonly typing: ById<ById<number>>;
  /** conversationId → userId → how far that person has read, as far as it is shown. */
  readonly receipts: ById<ById<number>>;
  /** The same for how far a device of that person has it; it names all whose marks are shown. */
  readonly reached: ById<ById<number>>;
  /** Null until the server has told it. */
  readonly policy: OwnPolicy | null;
  /** What the licences allow here, by feature; what is not named is allowed. */
  readonly features: ById<FeatureRight>;
  /** One's calls that have not ended, on whichever device, by sideId. */
  readonly calls: Sides;
  readonly missedCalls: number;
  /** Voice messages; null where there is no voicemail. */
  readonly voicemail: Light | null;
}

export const emptyState: LiveState = {
  me: null,
  users: {},
  presence: {},
  cards: {},
  access: { userId: '', entries: [], version: 0 },
  contacts: {},
  book: emptyBook,
  conversations: {},
  threads: {},
  passing: {},
  keepsNothing: false,
  editableForMs: 0,
  scheduled: null,
  typing: {},
  receipts: {},
  reached: {},
  policy: null,
  features: {},
  calls: {},
  missedCalls: 0,
  voicemail: null,
};

/** Replaces everything by the snapshot; threads that can still be continued stay, so that nobody's scroll position is lost. */
export function applySnapshot(previous: LiveState, snapshot: Snapshot): LiveState {
  const conversations = index(snapshot.conversations, (conversation) => conversation.conversationId);
  const features = featureIndex(snapshot.features);
  const threads: Record<string, Thread> = {};
  const sameUser = previous.me?.userId === snapshot.me.userId;
  for (const conversation of Object.values(sameUser ? previous.conversations : {})) {
    // The server lists only conversations in which something was said.
    if (conversation.lastSeq === 0) conversations[conversation.conversationId] ??= conversation;
  }
  for (const [conversationId, thread] of Object.entries(sameUser ? previous.threads : {})) {
    const conversation = conversations[conversationId];
    if (conversation !== undefined && keepThread(thread, conversation)) threads[conversationId] = thread;
  }
  return {
    me: snapshot.me,
    users: { ...index(snapshot.users, (user) => user.userId), [snapshot.me.userId]: snapshot.me },
    presence: index(shownPresence(snapshot.presence, features, snapshot.me), (presence) => presence.userId),
    cards: index(snapshot.cards, (card) => card.userId),
    access: snapshot.access,
    contacts: contactsById(snapshot.contacts),
    book: snapshot.book,
    conversations,
    threads,
    passing: sameUser ? previous.passing : {},
    keepsNothing: snapshot.keepsNothing === true,
    editableForMs: snapshot.editableForMs ?? 0,
    scheduled: null,
    typing: {},
    ...(sameUser && showsReceipts(snapshot.policy) ? keptMarks(previous) : NO_MARKS),
    policy: snapshot.policy ?? null,
    features,
    calls: sidesById(snapshot.calls),
    missedCalls: snapshot.missedCalls,
    voicemail: snapshot.voicemail ?? null,
  };
}

const NO_MARKS = { receipts: {}, reached: {} } as const;

function keptMarks({ receipts, reached }: LiveState): Pick<LiveState, 'receipts' | 'reached'> {
  return { receipts, reached };
}

function showsReceipts(policy: OwnPolicy | undefined): boolean {
  return policy === undefined || (policy.receipts && !policy.hidesReceipts);
}

/** Who hides how far they have read does not go on seeing it of others. */
export function putPolicy(state: LiveState, policy: OwnPolicy): LiveState {
  return { ...state, policy, ...(showsReceipts(policy) ? {} : NO_MARKS) };
}

/** Adds what a search or an opened conversation brought; what an event said later is never overwritten by it. */
export function learn(
  state: LiveState,
  found: {
    readonly users?: readonly User[];
    readonly presence?: readonly PresenceState[];
    readonly cards?: readonly Card[];
  },
): LiveState {
  return {
    ...state,
    users: newer(state.users, found.users ?? []),
    presence: newer(state.presence, shownPresence(found.presence ?? [], state.features, state.me)),
    cards: newer(state.cards, found.cards ?? []),
  };
}

/** What is stored of one's own levels of access; an older version changes nothing. */
export function putAccess(state: LiveState, access: Access): LiveState {
  return access.version < state.access.version ? state : { ...state, access };
}

/** Without a licence for presence nothing is known of others: what the server sends instead is no state of theirs. */
export function applyFeatures(state: LiveState, rights: readonly FeatureRight[]): LiveState {
  const features = featureIndex(rights);
  const shown = shownPresence(Object.values(state.presence), features, state.me);
  return { ...state, features, presence: index(shown, (presence) => presence.userId) };
}

export function putConversation(state: LiveState, conversation: Conversation): LiveState {
  const known = state.conversations[conversation.conversationId];
  if (known !== undefined && known.lastSeq > conversation.lastSeq) return state;
  return {
    ...state,
    conversations: { ...state.conversations, [conversation.conversationId]: conversation },
  };
}

export function putThread(state: LiveState, conversationId: string, thread: Thread): LiveState {
  return { ...state, threads: { ...state.threads, [conversationId]: thread } };
}

function shownPresence(
  presence: readonly PresenceState[],
  features: ById<FeatureRight>,
  me: User | null,
): readonly PresenceState[] {
  if (features['presence']?.allowed !== false) return presence;
  return presence.filter(({ userId }) => userId === me?.userId);
}

function featureIndex(rights: readonly FeatureRight[]): ById<FeatureRight> {
  return index(rights, ({ feature }) => feature);
}

function index<T>(items: readonly T[], key: (item: T) => string): Record<string, T> {
  return Object.fromEntries(items.map((item) => [key(item), item]));
}

function newer<T extends { userId: string; version: number }>(known: ById<T>, items: readonly T[]): ById<T> {
  const better = items.filter((item) => (known[item.userId]?.version ?? -1) < item.version);
  if (better.length === 0) return known;
  return { ...known, ...index(better, (item) => item.userId) };
}
