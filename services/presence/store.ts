// The rows of presence. The only file of this service that sees SQL.
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Publication } from './aggregate.ts';
import type { Contact, PresenceState, StateName } from './contract.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface PresenceTables {
  people: {
    user_id: string;
    manual: StateName | null;
    note: string;
    state: StateName;
    reason: PresenceState['reason'];
    devices: PresenceState['devices'];
    since: Ms;
    version: number;
    location_version: number;
  };
  publications: {
    user_id: string;
    endpoint_id: string;
    kind: Publication['kind'];
    source: Publication['source'];
    device_id: string;
    state: StateName;
    etag: string;
    expires_at: Ms;
  };
  contacts: { user_id: string; contact_id: string; group_name: string; favourite: boolean };
}

type Db = Kysely<PresenceTables> | Transaction<PresenceTables>;
type Tx = Transaction<PresenceTables>;
type PersonRow = PresenceTables['people'];

export interface Person {
  readonly manual: StateName | null;
  readonly held: PresenceState;
}

function stateOf(row: Omit<PersonRow, 'manual' | 'location_version'>): PresenceState {
  return {
    userId: row.user_id,
    state: row.state,
    note: row.note,
    since: row.since,
    reason: row.reason,
    devices: row.devices,
    version: row.version,
  };
}

/** The person's row, made if it is the first time, and locked until the transaction ends. */
export async function lockPerson(db: Tx, userId: string): Promise<Person> {
  const row = (await lockRow(db, userId)) ?? (await makePerson(db, userId));
  return { manual: row.manual, held: stateOf(row) };
}

function lockRow(db: Tx, userId: string): Promise<PersonRow | undefined> {
  return db.selectFrom('people').selectAll().where('user_id', '=', userId).forUpdate().executeTakeFirst();
}

async function makePerson(db: Tx, userId: string): Promise<PersonRow> {
  const row: PersonRow = {
    user_id: userId,
    manual: null,
    note: '',
    state: 'offline',
    reason: 'none',
    devices: [],
    since: 0,
    version: 0,
    location_version: 0,
  };
  await db
    .insertInto('people')
    .values(row)
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  return (await lockRow(db, userId)) ?? row;
}

export async function putPerson(db: Tx, manual: StateName | null, state: PresenceState): Promise<void> {
  await db
    .updateTable('people')
    .set({
      manual,
      note: state.note,
      state: state.state,
      reason: state.reason,
      devices: state.devices,
      since: state.since,
      version: state.version,
    })
    .where('user_id', '=', state.userId)
    .execute();
}

export async function publicationsOf(db: Db, userId: string): Promise<Publication[]> {
  const rows = await db.selectFrom('publications').selectAll().where('user_id', '=', userId).execute();
  return rows.map((row) => ({
    endpointId: row.endpoint_id,
    kind: row.kind,
    source: row.source,
    deviceId: row.device_id,
    state: row.state,
    expiresAt: row.expires_at,
  }));
}

export async function putPublication(
  db: Tx,
  userId: string,
  publication: Publication,
  etag = '',
): Promise<void> {
  const values = {
    kind: publication.kind,
    source: publication.source,
    device_id: publication.deviceId,
    state: publication.state,
    expires_at: publication.expiresAt,
    etag,
  };
  await db
    .insertInto('publications')
    .values({ user_id: userId, endpoint_id: publication.endpointId, ...values })
    .onConflict((conflict) => conflict.columns(['user_id', 'endpoint_id']).doUpdateSet(values))
    .execute();
}

/** Renews without touching the person's row; false where there is no such publication in that state. */
export async function renewPublication(
  db: Db,
  userId: string,
  endpointId: string,
  state: StateName,
  expiresAt: number,
): Promise<boolean> {
  const result = await db
    .updateTable('publications')
    .set({ expires_at: expiresAt })
    .where('user_id', '=', userId)
    .where('endpoint_id', '=', endpointId)
    .where('state', '=', state)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export async function findEtag(db: Db, userId: string, endpointId: string, now: number) {
  const row = await db
    .selectFrom('publications')
    .select(['etag', 'state'])
    .where('user_id', '=', userId)
    .where('endpoint_id', '=', endpointId)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row;
}

export async function removePublication(db: Tx, userId: string, endpointId: string): Promise<void> {
  await db
    .deleteFrom('publications')
    .where('user_id', '=', userId)
    .where('endpoint_id', '=', endpointId)
    .execute();
}

/**
 * Replaces what the registrations of one person say, unless something newer was said before: front ends share these
 * events, so the older of two may be worked off last.
 * @returns false where nothing but the time has moved on, as in nearly every registration.
 */
export async function putRegistrations(
  db: Tx,
  userId: string,
  version: number,
  registrations: readonly Publication[],
): Promise<boolean> {
  const moved = await db
    .updateTable('people')
    .set({ location_version: version })
    .where('user_id', '=', userId)
    .where('location_version', '<', version)
    .executeTakeFirst();
  if (moved.numUpdatedRows === 0n) return false;
  const held = await db
    .selectFrom('publications')
    .select(['endpoint_id', 'device_id', 'state'])
    .where('user_id', '=', userId)
    .where('source', '=', 'registration')
    .execute();
  const isHeld = (one: Publication) =>
    held.some(
      (row) =>
        row.endpoint_id === one.endpointId && row.device_id === one.deviceId && row.state === one.state,
    );
  if (held.length === registrations.length && registrations.every(isHeld)) {
    for (const registration of registrations) await putPublication(db, userId, registration);
    return false;
  }
  await db
    .deleteFrom('publications')
    .where('user_id', '=', userId)
    .where('source', '=', 'registration')
    .execute();
  for (const registration of registrations) await putPublication(db, userId, registration);
  const here = new Set(registrations.map(({ deviceId }) => deviceId));
  const absent = held.map((row) => row.device_id).filter((deviceId) => !here.has(deviceId));
  await moveSource(db, userId, absent, 'publish', 'absent');
  await moveSource(db, userId, [...here], 'absent', 'publish');
  return true;
}

async function moveSource(
  db: Tx,
  userId: string,
  deviceIds: readonly string[],
  from: Publication['source'],
  to: Publication['source'],
): Promise<void> {
  if (deviceIds.length === 0) return;
  await db
    .updateTable('publications')
    .set({ source: to })
    .where('user_id', '=', userId)
    .where('source', '=', from)
    .where('device_id', 'in', deviceIds)
    .execute();
}

/** Those of these people whose registrations this service has heard of only in an older version, or never. */
export async function behindLocations(
  db: Db,
  locations: readonly { readonly userId: string; readonly version: number }[],
): Promise<string[]> {
  const userIds = locations.map(({ userId }) => userId);
  const versions = locations.map(({ version }) => version);
  const known = sql<{ user_id: string; version: number }>`unnest(${userIds}::text[], ${versions}::integer[])`;
  const rows = await db
    .selectFrom(known.as<'known'>(sql`known(user_id, version)`))
    .leftJoin('people', 'people.user_id', 'known.user_id')
    .select('known.user_id')
    .where(sql<boolean>`known.version > coalesce(people.location_version, 0)`)
    .execute();
  return rows.map((row) => row.user_id);
}

export async function forgetExpired(db: Tx, userId: string, now: number): Promise<void> {
  await db.deleteFrom('publications').where('user_id', '=', userId).where('expires_at', '<=', now).execute();
}

export async function peopleWithExpired(db: Db, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('publications')
    .select('user_id')
    .distinct()
    .where('expires_at', '<=', now)
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_id);
}

export async function snapshotPage(db: Db, after: string | undefined, limit: number) {
  const rows = await db
    .selectFrom('people')
    .selectAll()
    .where('user_id', '>', after ?? '')
    .orderBy('user_id')
    .limit(limit)
    .execute();
  const last = rows.at(-1);
  return {
    states: rows.map(stateOf),
    ...(rows.length === limit && last !== undefined ? { next: last.user_id } : {}),
  };
}

export async function listContacts(db: Db, userId: string): Promise<Contact[]> {
  const rows = await db.selectFrom('contacts').selectAll().where('user_id', '=', userId).execute();
  return rows.map((row) => ({ userId: row.contact_id, group: row.group_name, favourite: row.favourite }));
}

export async function putContact(db: Tx, userId: string, contact: Contact): Promise<void> {
  const values = { group_name: contact.group, favourite: contact.favourite };
  await db
    .insertInto('contacts')
    .values({ user_id: userId, contact_id: contact.userId, ...values })
    .onConflict((conflict) => conflict.columns(['user_id', 'contact_id']).doUpdateSet(values))
    .execute();
}

export async function removeContact(db: Tx, userId: string, contactId: string): Promise<boolean> {
  const result = await db
    .deleteFrom('contacts')
    .where('user_id', '=', userId)
    .where('contact_id', '=', contactId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
