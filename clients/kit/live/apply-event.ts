// The fold: state + event → state. Old snapshot + events gives what a fresh snapshot would. Pure.
import { applyCall, applyMissed } from '../calls/sides.ts';
import type { ClientEvent, Conversation, Message, Scheduled } from '../contracts.ts';
import { applyAdded, applyBook } from './contact-desk.ts';
import { applyGroup, applySeen } from './groups.ts';
import { applyFeatures, type LiveState, putAccess, putPolicy } from './live-state.ts';
import { appendMessage, applyChange } from './thread.ts';

/** How long "is typing" holds unless it is said again. */
export const TYPING_MS = 8000;

export function applyEvent(state: LiveState, event: ClientEvent, nowMs: number): LiveState {
  switch (event.type) {
    case 'user': {
      const { user } = event;
      return {
        ...state,
        users: { ...state.users, [user.userId]: user },
        me: state.me?.userId === user.userId ? user : state.me,
      };
    }
    case 'presence':
      return { ...state, presence: { ...state.presence, [event.presence.userId]: event.presence } };
    // As the two above: all that may be seen of it now, in the place of what was there.
    case 'card':
      return { ...state, cards: { ...state.cards, [event.card.userId]: event.card } };
    case 'access':
      return putAccess(state, event.access);
    case 'book':
      return applyBook(state, event);
    case 'added':
      return applyAdded(state, event);
    case 'message':
      return applyMessage(state, event.message, event.participantIds);
    case 'changed':
      return applyChanged(state, event.message, event.participantIds);
    case 'scheduled':
      return applyScheduled(state, event.scheduleId, event.scheduled);
    case 'read': {
      const conversation = state.conversations[event.conversationId];
      if (conversation === undefined) return state;
      // A message and a mark, and two marks, may come the other way round than they were stored.
      const readSeq = Math.max(event.readSeq, conversation.readSeq);
      const unread = Math.max(event.readSeq + event.unread, conversation.lastSeq) - readSeq;
      return withConversation(state, { ...conversation, readSeq, unread });
    }
    case 'typing':
      return applyTyping(state, event.conversationId, event.userId, event.typing ? nowMs + TYPING_MS : null);
    case 'group':
      return applyGroup(state, event);
    case 'seen':
      return applySeen(state, event.conversationId, [event]);
    case 'policy':
      return putPolicy(state, event.policy);
    case 'features':
      return applyFeatures(state, event.features);
    case 'call':
      return applyCall(state, event.side);
    case 'callHistory':
      return applyMissed(state, event.missed);
    case 'voicemail':
      return { ...state, voicemail: event.light };
    // What is to be heard changes nothing of what is known.
    case 'alert':
    case 'alertDismissed':
    case 'free':
    case 'callSignal':
    case 'voicemailAlert':
      return state;
  }
}

function applyMessage(state: LiveState, message: Message, participantIds: readonly string[]): LiveState {
  if (message.seq === 0) return applyPassing(state, message, participantIds);
  const { conversationId } = message;
  const known = state.conversations[conversationId];
  if (known !== undefined && message.seq <= known.lastSeq) return appendToThread(state, message);
  const own = message.senderId === state.me?.userId;
  const readSeq = own ? message.seq : (known?.readSeq ?? message.seq - 1);
  const conversation: Conversation = {
    ...known,
    conversationId,
    participantIds: known?.participantIds ?? [...participantIds],
    lastMessage: message,
    lastSeq: message.seq,
    readSeq,
    unread: Math.max(0, message.seq - readSeq),
  };
  const told = appendToThread(withConversation(state, conversation), message);
  // Whoever writes has seen what stands above.
  const next = message.notice === undefined && !own ? seenByWriter(told, message) : told;
  return applyTyping(next, conversationId, message.senderId, null);
}

/** A conversation that is not listed here is loaded as it is when somebody opens it. */
function applyChanged(state: LiveState, message: Message, participantIds: readonly string[]): LiveState {
  const { conversationId, revision = 0 } = message;
  if (state.conversations[conversationId] === undefined) return state;
  // Its arrival comes after its change: this is its arrival.
  const there = applyMessage(state, message, participantIds);
  const known = there.conversations[conversationId];
  if (known === undefined) return there;
  const isLast = known.lastSeq === message.seq && revision > (known.lastMessage?.revision ?? 0);
  const lastMessage = isLast ? message : known.lastMessage;
  const conversation = { ...known, lastMessage, revision: Math.max(known.revision ?? 0, revision) };
  const next = withConversation(there, conversation);
  const thread = next.threads[conversationId];
  if (thread === undefined) return next;
  return { ...next, threads: { ...next.threads, [conversationId]: applyChange(thread, message) } };
}

/** Until the list was asked for, it is not begun: it would be taken for the whole. */
function applyScheduled(state: LiveState, scheduleId: string, scheduled: Scheduled | null): LiveState {
  if (state.scheduled === null) return state;
  const others = state.scheduled.filter((one) => one.scheduleId !== scheduleId);
  const next = scheduled === null ? others : [...others, scheduled].sort((a, b) => a.sendAt - b.sendAt);
  return { ...state, scheduled: next };
}

/** As far as the person's marks are shown at all. */
function seenByWriter(state: LiveState, { conversationId, senderId, seq }: Message): LiveState {
  if (state.receipts[conversationId]?.[senderId] === undefined) return state;
  return applySeen(state, conversationId, [{ userId: senderId, seq }]);
}

/** How much of what is not kept one conversation shows. */
const PASSING = 500;

function applyPassing(state: LiveState, message: Message, participantIds: readonly string[]): LiveState {
  const { conversationId } = message;
  const said = state.passing[conversationId] ?? [];
  if (said.some(({ messageId }) => messageId === message.messageId)) return state;
  const known = state.conversations[conversationId];
  const own = message.senderId === state.me?.userId;
  const conversation: Conversation = {
    conversationId,
    participantIds: known?.participantIds ?? [...participantIds],
    lastMessage: message,
    lastSeq: known?.lastSeq ?? 0,
    readSeq: known?.readSeq ?? 0,
    unread: own ? 0 : (known?.unread ?? 0) + 1,
  };
  const passing = { ...state.passing, [conversationId]: [...said, message].slice(-PASSING) };
  const next = withConversation({ ...state, passing }, conversation);
  return applyTyping(next, conversationId, message.senderId, null);
}

function appendToThread(state: LiveState, message: Message): LiveState {
  const thread = state.threads[message.conversationId];
  if (thread === undefined) return state;
  const grown = appendMessage(thread, message);
  if (grown === thread) return state;
  return { ...state, threads: { ...state.threads, [message.conversationId]: grown } };
}

function applyTyping(
  state: LiveState,
  conversationId: string,
  userId: string,
  untilMs: number | null,
): LiveState {
  const here = state.typing[conversationId] ?? {};
  if (userId === state.me?.userId || (untilMs === null && here[userId] === undefined)) return state;
  const { [userId]: _, ...others } = here;
  return {
    ...state,
    typing: {
      ...state.typing,
      [conversationId]: untilMs === null ? others : { ...others, [userId]: untilMs },
    },
  };
}

function withConversation(state: LiveState, conversation: Conversation): LiveState {
  return {
    ...state,
    conversations: { ...state.conversations, [conversation.conversationId]: conversation },
  };
}
