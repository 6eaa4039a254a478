// Questions that several screens ask of the live state. Pure.
import type { Conversation, FeatureRight, PresenceState, User } from '../contracts.ts';
import type { LiveState } from './live-state.ts';

/** The other people of a conversation; for a conversation with oneself, oneself. */
export function othersOf(state: LiveState, conversation: Conversation): string[] {
  const meId = state.me?.userId;
  const others = conversation.participantIds.filter((userId) => userId !== meId);
  return others.length === 0 && meId !== undefined ? [meId] : others;
}

/** Beyond these, a group without a title counts the others. */
const NAMED = 6;

export function conversationName(state: LiveState, conversation: Conversation, unknown: string): string {
  if (conversation.title) return conversation.title;
  const others = othersOf(state, conversation);
  const names = others.slice(0, NAMED).map((userId) => state.users[userId]?.name ?? unknown);
  const more = others.length - names.length;
  return more > 0 ? `${names.join(', ')} +${more}` : names.join(', ');
}

/** Most recent first; conversations that never had a message are left out. */
export function recentConversations(state: LiveState): Conversation[] {
  return Object.values(state.conversations)
    .filter((conversation) => conversation.lastMessage !== null)
    .sort((a, b) => (b.lastMessage?.sentAt ?? 0) - (a.lastMessage?.sentAt ?? 0));
}

/** Whom one talked to last, with nobody else there. */
export function recentPeople(state: LiveState, limit: number): string[] {
  const meId = state.me?.userId;
  return recentConversations(state)
    .filter(({ isGroup, participantIds }) => isGroup !== true && participantIds.length === 2)
    .flatMap(({ participantIds }) => participantIds.find((userId) => userId !== meId) ?? [])
    .slice(0, limit);
}

export function totalUnread(state: LiveState): number {
  return Object.values(state.conversations).reduce((sum, { unread }) => sum + unread, 0);
}

/** The conversation with just this person, if it is known here. */
export function conversationWith(state: LiveState, userId: string): Conversation | undefined {
  const meId = state.me?.userId ?? '';
  const wanted = new Set([meId, userId]);
  return Object.values(state.conversations).find(
    ({ participantIds, isGroup }) =>
      isGroup !== true &&
      participantIds.length === wanted.size &&
      participantIds.every((id) => wanted.has(id)),
  );
}

export function presenceOf(state: LiveState, userId: string): PresenceState['state'] | 'unknown' {
  return state.presence[userId]?.state ?? 'unknown';
}

/** Who is typing in a conversation now. */
export function typingUsers(state: LiveState, conversationId: string, nowMs: number): User[] {
  return Object.entries(state.typing[conversationId] ?? {})
    .filter(([, untilMs]) => untilMs > nowMs)
    .map(([userId]) => state.users[userId])
    .filter((user) => user !== undefined);
}

/** Why a feature is refused here; null where it is allowed, and while nothing is known. */
export function refusal(state: LiveState, feature: string): FeatureRight | null {
  const right = state.features[feature];
  return right?.allowed === false ? right : null;
}

/** Sending a message needs one licence between two people and names another feature among more. */
export function messageFeature(conversation: Conversation): 'im' | 'group-im' {
  return conversation.participantIds.length > 2 ? 'group-im' : 'im';
}
