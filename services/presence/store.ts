// The rows of presence. The only file of this service that sees SQL.
import type { ServiceStore } from '@parley/platform/store';
import { type ColumnType, type Kysely, sql, type Transaction } from 'kysely';
import type { AccessEntry, Contact, Said, Statement, StateName } from './contract.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface PresenceTables {
  people: { user_id: string; manual: StateName | null; note: string; changed_at: Ms; version: number };
  publications: {
    user_id: string;
    endpoint_id: string;
    kind: Statement['kind'];
    source: Statement['source'];
    device_id: string;
    state: StateName;
    etag: string;
    expires_at: Ms;
  };
  contacts: { user_id: string; contact_id: string; group_name: string; favourite: boolean };
  access: { user_id: string; entries: ColumnType<AccessEntry[], string, string>; version: number };
  cards: {
    user_id: string;
    company: string;
    work_address: string;
    site: string;
    mobile: string;
    home: string;
    other: string;
    version: number;
  };
}

type Db = Kysely<PresenceTables> | Transaction<PresenceTables>;
type Tx = Transaction<PresenceTables>;
type Own = ServiceStore<PresenceTables>;
export type PersonRow = PresenceTables['people'];

/** The person's row, made if it is the first time, and locked until the transaction ends. */
export async function lockPerson(db: Tx, userId: string): Promise<PersonRow> {
  const lock = () =>
    db.selectFrom('people').selectAll().where('user_id', '=', userId).forUpdate().executeTakeFirst();
  const known = await lock();
  if (known !== undefined) return known;
  const row: PersonRow = { user_id: userId, manual: null, note: '', changed_at: 0, version: 0 };
  await db
    .insertInto('people')
    .values(row)
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  return (await lock()) ?? row;
}

export async function putPerson(db: Tx, { user_id, ...row }: PersonRow): Promise<void> {
  await db.updateTable('people').set(row).where('user_id', '=', user_id).execute();
}

export function saidOf(row: PersonRow, statements: readonly Statement[]): Said {
  const { user_id: userId, manual, note, changed_at: changedAt, version } = row;
  return { userId, manual, note, statements: [...statements], changedAt, version };
}

function statementOf(row: Omit<PresenceTables['publications'], 'etag'>): Statement {
  return {
    endpointId: row.endpoint_id,
    kind: row.kind,
    source: row.source,
    deviceId: row.device_id,
    state: row.state,
  };
}

/** In the order of their endpoints, so that snapshots and events tell the same. */
export async function statementsOf(db: Db, userId: string): Promise<Statement[]> {
  const rows = await db
    .selectFrom('publications')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('endpoint_id')
    .execute();
  return rows.map(statementOf);
}

export async function putStatement(
  db: Tx,
  userId: string,
  statement: Statement,
  { expiresAt, etag = '' }: { readonly expiresAt: number; readonly etag?: string },
): Promise<void> {
  const values = {
    kind: statement.kind,
    source: statement.source,
    device_id: statement.deviceId,
    state: statement.state,
    expires_at: expiresAt,
    etag,
  };
  await db
    .insertInto('publications')
    .values({ user_id: userId, endpoint_id: statement.endpointId, ...values })
    .onConflict((conflict) => conflict.columns(['user_id', 'endpoint_id']).doUpdateSet(values))
    .execute();
}

/** Renews without touching the person's row; false where there is no such publication in that state. */
export async function renewStatement(
  own: Own,
  {
    userId,
    endpointId,
    state,
    expiresAt,
    now,
  }: {
    readonly userId: string;
    readonly endpointId: string;
    readonly state: StateName;
    readonly expiresAt: number;
    readonly now: number;
  },
): Promise<boolean> {
  const rows = await own.statement(
    'renew-statement',
    `update presence.publications set expires_at = $4
     where user_id = $1 and endpoint_id = $2 and state = $3 and expires_at > $5 returning 1 as renewed`,
    [userId, endpointId, state, expiresAt, now],
  );
  return rows.length > 0;
}

export async function findEtag(db: Db, userId: string, endpointId: string, now: number) {
  return await db
    .selectFrom('publications')
    .select(['etag', 'state', 'source'])
    .where('user_id', '=', userId)
    .where('endpoint_id', '=', endpointId)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

export async function removeStatement(db: Tx, userId: string, endpointId: string): Promise<void> {
  await db
    .deleteFrom('publications')
    .where('user_id', '=', userId)
    .where('endpoint_id', '=', endpointId)
    .execute();
}

/** What these phones published counts from now on only while they are registered. */
export async function bindToRegistration(
  db: Tx,
  userId: string,
  deviceIds: readonly string[],
): Promise<void> {
  await db
    .updateTable('publications')
    .set({ source: 'registered' })
    .where('user_id', '=', userId)
    .where('source', '=', 'publish')
    .where('device_id', 'in', deviceIds)
    .execute();
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

export async function saidPage(
  db: Db,
  after: string | undefined,
  limit: number,
): Promise<{ said: Said[]; next?: string }> {
  const people = await db
    .selectFrom('people')
    .selectAll()
    .where('user_id', '>', after ?? '')
    .orderBy('user_id')
    .limit(limit)
    .execute();
  const found = await db
    .selectFrom('publications')
    .selectAll()
    .where('user_id', '=', sql<string>`any(${people.map((row) => row.user_id)}::text[])`)
    .orderBy('endpoint_id')
    .execute();
  const statements = Map.groupBy(found, (row) => row.user_id);
  const said = people.map((row) => saidOf(row, (statements.get(row.user_id) ?? []).map(statementOf)));
  const last = people.at(-1);
  return people.length === limit && last !== undefined ? { said, next: last.user_id } : { said };
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
