// Finding people: only by what one may see of them, so that nobody learns a hidden number or department by searching for it.
import { done, type Outcome } from '@parley/platform/contract';
import { searchUsers } from '../identity/contract.ts';
import { finds, foldUser } from '../identity/view.ts';
import type { BrowserSession } from './browser-session.ts';
import { type CommandReply, type CommandRequest, webAccessErrors } from './contract.ts';
import type { DispatchContext } from './dispatch.ts';
import { type People, shownTo, sightOfViewer } from './sight.ts';

type Search = CommandRequest<'people.search'>;
type Found = CommandReply<'people.search'>;

/** Most people see most of one another: with so many more asked for, a page is nearly always full. */
const FURTHER = 20;
const LIMIT = 100;
/** Departments that a search shows. */
const DEPARTMENTS = 5;

export async function findPeople(
  { bus, people, departments, introduce }: DispatchContext,
  session: BrowserSession,
  { query, limit }: Search,
): Promise<Outcome<Found>> {
  const asked = Math.min(limit + FURTHER, LIMIT);
  const found = await session.searches.people.run(() => bus.call(searchUsers, { query, limit: asked }));
  if (found === undefined) return webAccessErrors.fault('WEB_SUPERSEDED');
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
    departments: departments.search(query, DEPARTMENTS, seesDepartments(now, session)),
  });
}

/** Everybody of a department whom one may see there, as far as may be taken into a group at once. */
export async function findDepartment(
  { people, departments, policies, introduce }: DispatchContext,
  session: BrowserSession,
  { department }: CommandRequest<'people.department'>,
): Promise<Outcome<CommandReply<'people.department'>>> {
  const now = people();
  const everybody = departments.peopleOf(department, seesDepartments(now, session));
  const page = everybody
    .slice(0, policies.of(session.userId).groupExpansion)
    .map(({ userId }) => shownTo(now, session, userId));
  introduce(
    session,
    page.map(({ presence }) => presence.userId),
  );
  return done({
    users: page.flatMap(({ user }) => user ?? []),
    presence: page.map(({ presence }) => presence),
    total: everybody.length,
  });
}

/** Who blocked somebody shows them no department. */
function seesDepartments(now: People, session: BrowserSession): (userId: string) => boolean {
  return (userId) => sightOfViewer(now, session, userId) !== 'blocked';
}
