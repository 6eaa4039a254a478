// Groups and reading marks in the live state: who is in a group now, and how far the others have read. Pure.
import type { ClientEvent, Conversation } from '../contracts.ts';
import type { ById, LiveState } from './live-state.ts';

type GroupEvent = Extract<ClientEvent, { type: 'group' }>;

export function applyGroup(state: LiveState, event: GroupEvent): LiveState {
  const { conversationId, peopleVersion, participantIds, lastSeq } = event;
  const known = state.conversations[conversationId];
  if ((known?.peopleVersion ?? 0) >= peopleVersion) return state;
  if (event.isPast === true) {
    if (known === undefined) return state;
    return withConversation(state, { ...known, participantIds, peopleVersion, isPast: true });
  }
  const { title = '', isLocked = false, leaderIds = [] } = event;
  const group = { isGroup: true, participantIds, peopleVersion, title, isLocked, leaderIds };
  if (known !== undefined && known.isPast !== true) return withConversation(state, { ...known, ...group });
  // Added, or added again: what was said meanwhile is not new, and what is loaded may not go on where it ended.
  const { isPast: _, ...before } = known ?? { conversationId, lastMessage: null };
  const { [conversationId]: _thread, ...threads } = state.threads;
  const marks = { lastSeq, readSeq: lastSeq, unread: 0 };
  return withConversation({ ...state, threads }, { ...before, ...marks, ...group });
}

/** Marks only move forward. */
export function applySeen(
  state: LiveState,
  conversationId: string,
  seen: readonly { readonly userId: string; readonly seq: number }[],
): LiveState {
  const known: ById<number> = state.receipts[conversationId] ?? {};
  const moved = seen.filter(({ userId, seq }) => (known[userId] ?? 0) < seq);
  if (moved.length === 0) return state;
  const marks = { ...known, ...Object.fromEntries(moved.map(({ userId, seq }) => [userId, seq])) };
  return { ...state, receipts: { ...state.receipts, [conversationId]: marks } };
}

/** What the server knows of marks now: who has read how far, and whose devices have how much. */
export function putReceipts(
  state: LiveState,
  conversationId: string,
  receipts: readonly { readonly userId: string; readonly seq: number; readonly reached?: number }[],
): LiveState {
  const before = state.reached[conversationId] ?? {};
  const reached = Object.fromEntries(
    receipts.map(({ userId, seq, reached = seq }) => [userId, Math.max(reached, before[userId] ?? 0)]),
  );
  const next = { ...state, reached: { ...state.reached, [conversationId]: reached } };
  return applySeen(next, conversationId, receipts);
}

function withConversation(state: LiveState, conversation: Conversation): LiveState {
  return {
    ...state,
    conversations: { ...state.conversations, [conversation.conversationId]: conversation },
  };
}
