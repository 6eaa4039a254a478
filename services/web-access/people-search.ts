// Finding people: only by what one may see of them, so that nobody learns a hidden number or department by searching for it.
import { done, type Outcome } from '@parley/platform/contract';
import { searchUsers } from '../identity/contract.ts';
import { finds, foldUser } from '../identity/view.ts';
import type { BrowserSession } from './browser-session.ts';
import type { CommandReply, CommandRequest } from './contract.ts';
import type { DispatchContext } from './dispatch.ts';
import { shownTo } from './sight.ts';

type Search = CommandRequest<'people.search'>;
type Found = CommandReply<'people.search'>;

/** Most people see most of one another: with so many more asked for, a page is nearly always full. */
const FURTHER = 20;
const LIMIT = 100;

export async function findPeople(
  { bus, people, introduce }: DispatchContext,
  session: BrowserSession,
  { query, limit }: Search,
): Promise<Outcome<Found>> {
  const asked = Math.min(limit + FURTHER, LIMIT);
  const found = await bus.call(searchUsers, { query, limit: asked });
  if (!found.ok) return found;
  const now = people();
  // Who was added a moment ago may not be in the view yet.
  for (const user of found.value.users) foldUser(now.directory, user);
  const seen = found.value.users
    .map(({ userId }) => shownTo(now, session, userId))
    .filter(({ user }) => user !== undefined && finds(query, user));
  const page = seen.slice(0, limit);
  introduce(
    session,
    page.map(({ presence }) => presence.userId),
  );
  return done({
    users: page.flatMap(({ user }) => user ?? []),
    presence: page.map(({ presence }) => presence),
    cards: page.flatMap(({ card }) => card ?? []),
    more: seen.length > limit || found.value.more,
  });
}
