// The rows of the registrar: one for each user, with all bindings. The only file of this service that sees SQL.

import { done, type Outcome } from '@parley/platform/contract';
import { groupCommit, type ServiceStore, type ServiceTransaction } from '@parley/platform/store';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Registration, StoredBinding } from './binding.ts';
import { type Location, locationChanged } from './contract.ts';
import { mergeRenewals, type UserRenewals } from './renewals.ts';

export interface RegistrarTables {
  locations: { user_id: string; address: string; version: number; bindings: readonly StoredBinding[] };
}

type Db = Kysely<RegistrarTables> | Transaction<RegistrarTables>;

/** A user whose bindings change; without `address`, a user with no location is left alone. */
interface ChangedUser {
  readonly userId: string;
  readonly address?: string;
}
type Rule = (stored: readonly StoredBinding[]) => Outcome<Registration>;
interface Change {
  readonly user: ChangedUser;
  readonly rule: Rule;
}
/** The bindings after the change, and the location that was announced if they did change. */
export interface Changed extends Registration {
  readonly location?: Location;
}
type ChangeBindings = (change: Change) => Promise<Outcome<Changed>>;

const groups = new WeakMap<ServiceStore<RegistrarTables>, ChangeBindings>();

/**
 * Changes the bindings of one user by a rule: one change at a time for each user, on whatever node. A change is written,
 * gets the next version and is announced, all in one transaction, which it shares with the changes of other users; where
 * the rule changes nothing, nothing is.
 * @param user with `address`, to make the location when there is none.
 */
export function changeBindings(
  own: ServiceStore<RegistrarTables>,
  user: ChangedUser,
  rule: Rule,
): Promise<Outcome<Changed>> {
  let change = groups.get(own);
  if (change === undefined) {
    change = groupCommit(own, applyChanges);
    groups.set(own, change);
  }
  return change({ user, rule });
}

/** A location as this transaction leaves it. */
interface Draft {
  address: string;
  version: number;
  bindings: readonly StoredBinding[];
  isChanged: boolean;
}

async function applyChanges(
  work: ServiceTransaction<RegistrarTables>,
  changes: readonly Change[],
): Promise<Outcome<Changed>[]> {
  const drafts = await lockLocations(
    work.db,
    changes.map(({ user }) => user),
  );
  const outcomes = changes.map(({ user, rule }): Outcome<Registration> => {
    const draft = drafts.get(user.userId);
    if (draft === undefined) return done({ bindings: [], changed: false });
    const outcome = rule(draft.bindings);
    if (!outcome.ok || !outcome.value.changed) return outcome;
    draft.bindings = sorted(outcome.value.bindings);
    draft.address = user.address ?? draft.address;
    draft.isChanged = true;
    return outcome;
  });
  const changed = new Map<string, Location>();
  for (const [userId, { address, version, bindings, isChanged }] of drafts) {
    if (isChanged) changed.set(userId, { userId, address, version: version + 1, bindings: [...bindings] });
  }
  if (changed.size === 0) return outcomes;
  await writeLocations(work.db, [...changed.values()]);
  await work.announceAll(locationChanged, [...changed.values()]);
  return outcomes.map((outcome, index) => {
    const location = changed.get(changes[index]!.user.userId);
    return outcome.ok && location !== undefined ? done({ ...outcome.value, location }) : outcome;
  });
}

async function writeLocations(
  db: Transaction<RegistrarTables>,
  locations: readonly Location[],
): Promise<void> {
  const rows = locations.map(({ userId, ...row }) => ({ user_id: userId, ...row }));
  await sql`update locations set address = given.address, version = given.version, bindings = given.bindings
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as given (user_id text, address text, version integer, bindings jsonb)
    where locations.user_id = given.user_id`.execute(db);
}

/**
 * Writes the refreshes of many users at once, each on the binding as it is now: one that another front end took over, or
 * that is gone, stays so. @returns the locations that changed, to be told after this.
 */
export function writeRenewals(
  own: ServiceStore<RegistrarTables>,
  users: readonly UserRenewals[],
): Promise<Location[]> {
  return own.transaction(async ({ db }) => {
    const drafts = await lockLocations(db, users);
    const locations = users.flatMap(({ userId, renewals }): Location[] => {
      const draft = drafts.get(userId);
      const bindings = draft === undefined ? [] : mergeRenewals(draft.bindings, renewals);
      if (draft === undefined || bindings === draft.bindings) return [];
      const { address, version } = draft;
      return [{ userId, address, version: version + 1, bindings: [...bindings], renewed: true }];
    });
    if (locations.length > 0) await writeLocations(db, locations);
    return locations;
  });
}

/** The locations of these users until the transaction ends, made where there is none. */
async function lockLocations(
  db: Transaction<RegistrarTables>,
  users: readonly ChangedUser[],
): Promise<Map<string, Draft>> {
  const drafts = new Map<string, Draft>();
  const lock = async (userIds: readonly string[]) => {
    // In one order for all, so that two front ends never wait for each other.
    const { rows } = await sql<
      RegistrarTables['locations']
    >`select user_id, address, version, bindings from locations
      where user_id = any(${userIds}::text[]) order by user_id for update`.execute(db);
    for (const { user_id: userId, ...row } of rows) drafts.set(userId, { ...row, isChanged: false });
  };
  await lock([...new Set(users.map(({ userId }) => userId))]);
  const missing = new Map<string, string>();
  for (const { userId, address } of users) {
    if (address !== undefined && !drafts.has(userId)) missing.set(userId, address);
  }
  if (missing.size > 0) {
    const userIds = [...missing.keys()].sort();
    await sql`insert into locations (user_id, address)
      select * from unnest(${userIds}::text[], ${userIds.map((userId) => missing.get(userId))}::text[])
      on conflict (user_id) do nothing`.execute(db);
    await lock(userIds);
  }
  return drafts;
}

/** Keeps the bindings that `keep` allows, and tells only if that takes one away. */
export function keepBindings(
  own: ServiceStore<RegistrarTables>,
  userId: string,
  keep: (binding: StoredBinding) => boolean,
): Promise<Outcome<Changed>> {
  return changeBindings(own, { userId }, (stored) => {
    const bindings = stored.filter(keep);
    return done({ bindings, changed: bindings.length !== stored.length });
  });
}

/** The devices that hold the bindings of one user. */
export async function devicesOf(db: Db, userId: string): Promise<string[]> {
  const row = await db
    .selectFrom('locations')
    .select('bindings')
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return [...new Set(row?.bindings.map(({ deviceId }) => deviceId))];
}

/** Nodes that hold bindings, as far as the rows say. */
export async function nodesWithBindings(db: Db): Promise<string[]> {
  const { rows } = await sql<{ node_id: string }>`select distinct held.binding->>'nodeId' as node_id
    from registrar.locations, jsonb_array_elements(bindings) as held (binding)`.execute(db);
  return rows.map((row) => row.node_id);
}

export async function usersAtNode(db: Db, nodeId: string): Promise<string[]> {
  const here = JSON.stringify([{ nodeId }]);
  const rows = await db
    .selectFrom('locations')
    .select('user_id')
    .where(sql<boolean>`bindings @> ${here}::jsonb`)
    .execute();
  return rows.map((row) => row.user_id);
}

/** A binding may be 2 kB long and a user may have 16, but a page has to fit into one message of the bus. */
const BINDINGS_A_PAGE = 400;

/** One page of the view's snapshot, in order of userId. Users without bindings are in it for their version. */
export async function snapshotPage(
  db: Db,
  after: string | undefined,
  limit: number,
): Promise<{ locations: Location[]; next?: string }> {
  const rows = await db
    .selectFrom('locations')
    .selectAll()
    .where('user_id', '>', after ?? '')
    .orderBy('user_id')
    .limit(limit)
    .execute();
  const locations: Location[] = [];
  let room = BINDINGS_A_PAGE;
  for (const { user_id: userId, address, version, bindings } of rows) {
    room -= bindings.length;
    if (room < 0 && locations.length > 0) break;
    locations.push({ userId, address, version, bindings: [...bindings] });
  }
  const isLast = rows.length < limit && locations.length === rows.length;
  const next = isLast ? undefined : locations.at(-1)?.userId;
  return next === undefined ? { locations } : { locations, next };
}

/** The same order in snapshots and events, so that both make the same view. */
function sorted(bindings: readonly StoredBinding[]): StoredBinding[] {
  return [...bindings].sort(
    (one, other) => one.registeredAt - other.registeredAt || (one.bindingId < other.bindingId ? -1 : 1),
  );
}
