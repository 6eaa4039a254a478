// Who is meant by `from:`, and which conversations by `in:`, among those that the asking person knows.
import type { ServiceStore } from '@parley/platform/store';
import { wordsOf } from '@parley/protocol/text';
import type { Directory } from '../identity/view.ts';
import type { SearchQuery } from './rules/search-query.ts';
import type { ImTables } from './store.ts';
import { peopleOfConversations } from './store-search.ts';

/** Whether each word begins one of the tokens. */
function begin(tokens: readonly string[], words: readonly string[]): boolean {
  return words.every((word) => tokens.some((token) => token.startsWith(word)));
}

export interface Places {
  readonly conversationIds?: readonly string[];
  readonly senderIds?: readonly string[];
  /** What was asked for and fits nobody. */
  readonly nobody: string[];
}

export async function placesOf(
  { own, directory }: { readonly own: ServiceStore<ImTables>; readonly directory: () => Directory },
  asked: { readonly userId: string; readonly query: SearchQuery; readonly conversationId?: string },
): Promise<Places> {
  const { userId, conversationId } = asked;
  const { from, in: within } = asked.query;
  const only = conversationId === undefined ? {} : { conversationIds: [conversationId] };
  const isMe = (name: string) => name.toLowerCase() === 'me';
  if (from.every(isMe) && within.length === 0)
    return { ...only, ...(from.length === 0 ? {} : { senderIds: [userId] }), nobody: [] };
  const all = await peopleOfConversations(own, userId);
  const { users } = directory();
  const tokensOf = new Map<string, readonly string[]>();
  const calls = (id: string, words: readonly string[]) => {
    const user = users.get(id);
    const tokens = tokensOf.get(id) ?? (user === undefined ? [] : wordsOf(`${user.name} ${user.address}`));
    tokensOf.set(id, tokens);
    return begin(tokens, words);
  };
  const everybody = new Set([userId, ...all.flatMap(({ userIds }) => userIds)]);
  const nobody: string[] = [];
  const senders = new Set<string>();
  for (const name of from) {
    const words = wordsOf(name);
    const meant = isMe(name) ? [userId] : [...everybody].filter((id) => calls(id, words));
    if (meant.length === 0 || words.length === 0) nobody.push(`from:${name}`);
    for (const id of meant) senders.add(id);
  }
  let places = all.filter(
    (place) =>
      (conversationId === undefined || place.conversationId === conversationId) &&
      (from.length === 0 || place.userIds.some((id) => senders.has(id))),
  );
  for (const name of within) {
    const words = wordsOf(name);
    const meant = places.filter(
      ({ title, userIds }) =>
        begin(wordsOf(title), words) || userIds.some((id) => id !== userId && calls(id, words)),
    );
    if (meant.length === 0 || words.length === 0) nobody.push(`in:${name}`);
    places = meant;
  }
  return {
    conversationIds: places.map((place) => place.conversationId),
    ...(from.length === 0 ? {} : { senderIds: [...senders] }),
    nobody,
  };
}
