// The rows of the registrar. The only file of this service that sees SQL.

import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import type { Kysely, Transaction } from 'kysely';
import { type Registration, type StoredBinding, shown } from './binding.ts';
import { type Location, locationChanged } from './contract.ts';

export interface RegistrarTables {
  locations: { user_id: string; address: string; version: number };
  bindings: {
    binding_id: string;
    user_id: string;
    contact: string;
    node_id: string;
    flow_id: string;
    transport: string;
    source: string;
    user_agent: string;
    device_id: string;
    instance: string | null;
    reg_id: number | null;
    priority: number;
    /** bigint: `pg` gives it as text. */
    registered_at: string | number;
    expires_at: string | number;
    call_id: string;
    sequence: string | number;
  };
}

type Db = Kysely<RegistrarTables> | Transaction<RegistrarTables>;
type BindingRow = RegistrarTables['bindings'];

function bindingOf(row: BindingRow): StoredBinding {
  return {
    bindingId: row.binding_id,
    contact: row.contact,
    nodeId: row.node_id,
    flowId: row.flow_id,
    transport: row.transport,
    source: row.source,
    userAgent: row.user_agent,
    deviceId: row.device_id,
    ...(row.instance === null ? {} : { instance: row.instance }),
    ...(row.reg_id === null ? {} : { regId: row.reg_id }),
    priority: row.priority,
    registeredAt: Number(row.registered_at),
    expiresAt: Number(row.expires_at),
    callId: row.call_id,
    sequence: Number(row.sequence),
  };
}

function rowOf(userId: string, binding: StoredBinding): BindingRow {
  return {
    binding_id: binding.bindingId,
    user_id: userId,
    contact: binding.contact,
    node_id: binding.nodeId,
    flow_id: binding.flowId,
    transport: binding.transport,
    source: binding.source,
    user_agent: binding.userAgent,
    device_id: binding.deviceId,
    instance: binding.instance ?? null,
    reg_id: binding.regId ?? null,
    priority: binding.priority,
    registered_at: binding.registeredAt,
    expires_at: binding.expiresAt,
    call_id: binding.callId,
    sequence: binding.sequence,
  };
}

async function bindingsOf(db: Db, userId: string): Promise<StoredBinding[]> {
  const rows = await db.selectFrom('bindings').selectAll().where('user_id', '=', userId).execute();
  return sorted(rows.map(bindingOf));
}

/**
 * Changes the bindings of one user by a rule: one change at a time for each user, on whatever node. A change is written,
 * gets the next version and is announced, all in one transaction; where the rule changes nothing, nothing is.
 * @param address of the user, to make the location when there is none; without it, an unknown user is left alone.
 */
export function changeBindings(
  own: ServiceStore<RegistrarTables>,
  user: { readonly userId: string; readonly address?: string },
  rule: (stored: readonly StoredBinding[]) => Outcome<Registration>,
): Promise<Outcome<Registration>> {
  const { userId } = user;
  return own.transaction(async (work) => {
    const { db } = work;
    const location = (await lockLocation(db, userId)) ?? (await makeLocation(db, user));
    if (location === undefined) return done({ bindings: [], changed: false });
    const stored = await bindingsOf(db, userId);
    const outcome = rule(stored);
    if (!outcome.ok || !outcome.value.changed) return outcome;
    const bindings = sorted(outcome.value.bindings);
    await replaceBindings(db, userId, stored, bindings);
    const address = user.address ?? location.address;
    const version = location.version + 1;
    await db.updateTable('locations').set({ address, version }).where('user_id', '=', userId).execute();
    await work.announce(locationChanged, { userId, address, version, bindings: bindings.map(shown) });
    return outcome;
  });
}

type Tx = Transaction<RegistrarTables>;

/** Until the transaction ends. */
function lockLocation(db: Tx, userId: string) {
  return db.selectFrom('locations').selectAll().where('user_id', '=', userId).forUpdate().executeTakeFirst();
}

async function makeLocation(db: Tx, user: { readonly userId: string; readonly address?: string }) {
  if (user.address === undefined) return undefined;
  await db
    .insertInto('locations')
    .values({ user_id: user.userId, address: user.address, version: 0 })
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  return lockLocation(db, user.userId);
}

/** Writes what differs: a rule hands on what it leaves alone. */
async function replaceBindings(
  db: Tx,
  userId: string,
  stored: readonly StoredBinding[],
  bindings: readonly StoredBinding[],
): Promise<void> {
  const kept = new Set(bindings.map(({ bindingId }) => bindingId));
  const gone = stored.map(({ bindingId }) => bindingId).filter((bindingId) => !kept.has(bindingId));
  if (gone.length > 0) await db.deleteFrom('bindings').where('binding_id', 'in', gone).execute();
  for (const binding of bindings) {
    if (stored.includes(binding)) continue;
    const row = rowOf(userId, binding);
    await db
      .insertInto('bindings')
      .values(row)
      .onConflict((conflict) => conflict.column('binding_id').doUpdateSet(row))
      .execute();
  }
}

/** Keeps the bindings that `keep` allows, and tells only if that takes one away. */
export function keepBindings(
  own: ServiceStore<RegistrarTables>,
  userId: string,
  keep: (binding: StoredBinding) => boolean,
): Promise<Outcome<Registration>> {
  return changeBindings(own, { userId }, (stored) => {
    const bindings = stored.filter(keep);
    return done({ bindings, changed: bindings.length !== stored.length });
  });
}

/** The devices that hold the bindings of one user. */
export async function devicesOf(db: Db, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('bindings')
    .select('device_id')
    .distinct()
    .where('user_id', '=', userId)
    .execute();
  return rows.map((row) => row.device_id);
}

/** Users who have a binding whose time is over. */
export async function usersWithExpired(db: Db, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('bindings')
    .select('user_id')
    .distinct()
    .where('expires_at', '<=', now)
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_id);
}

/** Nodes that hold bindings, as far as the rows say. */
export async function nodesWithBindings(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('bindings').select('node_id').distinct().execute();
  return rows.map((row) => row.node_id);
}

export async function usersAtNode(db: Db, nodeId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('bindings')
    .select('user_id')
    .distinct()
    .where('node_id', '=', nodeId)
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
  // Read after the versions: a change in between shows early, and its event, with the next version, changes nothing.
  const userIds = rows.map((row) => row.user_id);
  const bindings = Map.groupBy(
    userIds.length === 0
      ? []
      : await db.selectFrom('bindings').selectAll().where('user_id', 'in', userIds).execute(),
    (row) => row.user_id,
  );
  const locations: Location[] = [];
  let room = BINDINGS_A_PAGE;
  for (const { user_id: userId, address, version } of rows) {
    const held = bindings.get(userId) ?? [];
    room -= held.length;
    if (room < 0 && locations.length > 0) break;
    locations.push({ userId, address, version, bindings: sorted(held.map(bindingOf)).map(shown) });
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
