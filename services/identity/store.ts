// The rows of identity. The only file of this service that sees SQL.
import type { ServiceStore } from '@parley/platform/store';
import { foldText } from '@parley/protocol/text';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { User } from './contract.ts';
import { needlesOf, searchLine } from './rules/search-text.ts';

export interface IdentityTables {
  users: {
    user_id: string;
    address: string;
    name: string;
    title: string;
    department: string;
    office: string;
    phone: string;
    photo: string;
    administrator: boolean;
    disabled: boolean;
    version: number;
    sort_name: string;
    search_line: string;
  };
  photos: { user_id: string; media_type: string; data: Buffer };
}

type Db = Kysely<IdentityTables> | Transaction<IdentityTables>;
type UserRow = Omit<IdentityTables['users'], 'search_line'>;

const COLUMNS = [
  'user_id',
  'address',
  'name',
  'title',
  'department',
  'office',
  'phone',
  'photo',
  'administrator',
  'disabled',
  'version',
  'sort_name',
] as const;

function userOf(row: UserRow): User {
  const { user_id: userId, sort_name: _, ...rest } = row;
  return { userId, ...rest };
}

function rowOf(user: User): IdentityTables['users'] {
  const { userId, ...rest } = user;
  return { user_id: userId, ...rest, sort_name: foldText(user.name), search_line: searchLine(user) };
}

export interface UserKey {
  readonly userId?: string;
  readonly address?: string;
}

/** Asked for every request and window of a browser: prepared, because making the query took longer than the answer. */
export async function findUsers(
  own: ServiceStore<IdentityTables>,
  keys: readonly UserKey[],
): Promise<(User | undefined)[]> {
  const rows = await own.statement<UserRow>(
    'users-by-key',
    `select ${COLUMNS.join(', ')} from identity.users where user_id = any((select $1::text[])::text[])
     union all
     select ${COLUMNS.join(', ')} from identity.users where address = any((select $2::text[])::text[])`,
    [keys.flatMap(({ userId }) => userId ?? []), keys.flatMap(({ address }) => address ?? [])],
  );
  const users = rows.map(userOf);
  const byId = new Map(users.map((user) => [user.userId, user]));
  const byAddress = new Map(users.map((user) => [user.address, user]));
  return keys.map(({ userId, address = '' }) =>
    userId === undefined ? byAddress.get(address) : byId.get(userId),
  );
}

export async function administratorExists(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('users')
    .select('user_id')
    .where('administrator', '=', true)
    .where('disabled', '=', false)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Held until the transaction ends: one first administrator at a time. */
export async function lockFirst(db: Transaction<IdentityTables>): Promise<{ readonly isThere: boolean }> {
  await sql`select pg_advisory_xact_lock(hashtext('identity.firstAdministrator'))`.execute(db);
  return { isThere: await administratorExists(db) };
}

/** Locks the row until the transaction ends. */
export async function lockUser(db: Transaction<IdentityTables>, userId: string): Promise<User | undefined> {
  const row = await db
    .selectFrom('users')
    .select(COLUMNS)
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : userOf(row);
}

/** Which of these addresses and numbers belong to somebody already. */
export async function takenBy(db: Db, keys: { addresses: readonly string[]; phones: readonly string[] }) {
  const rows = await db
    .selectFrom('users')
    .select(['user_id', 'address', 'phone'])
    .where((where) =>
      where.or([
        where('address', '=', sql<string>`any(${[...keys.addresses]}::text[])`),
        where('phone', '=', sql<string>`any(${keys.phones.filter((phone) => phone !== '')}::text[])`),
      ]),
    )
    .execute();
  return rows.map((row) => ({ userId: row.user_id, address: row.address, phone: row.phone }));
}

/** PostgreSQL takes at most 65,535 parameters a statement. */
const ROWS_A_STATEMENT = 2000;

function* slices<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += ROWS_A_STATEMENT)
    yield all.slice(start, start + ROWS_A_STATEMENT);
}

export async function insertUsers(db: Transaction<IdentityTables>, users: readonly User[]): Promise<void> {
  for (const slice of slices(users)) await db.insertInto('users').values(slice.map(rowOf)).execute();
}

export async function updateUser(db: Transaction<IdentityTables>, user: User): Promise<void> {
  const { user_id: _, ...values } = rowOf(user);
  await db.updateTable('users').set(values).where('user_id', '=', user.userId).execute();
}

/** People whose lines have all of the query's needles. */
function matching(db: Db, query: string) {
  let users = db.selectFrom('users').select(COLUMNS);
  for (const needle of needlesOf(query)) users = users.where('search_line', 'like', `%${escaped(needle)}%`);
  return users;
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

/** Those whose names begin with the query first, then by name. */
export async function searchUsers(db: Db, query: string, limit: number): Promise<User[]> {
  const [first, ...others] = needlesOf(query);
  if (first === undefined) return [];
  // Two characters are no trigram: everybody would be read. Enough names begin with a letter to fill a page out of their index.
  if (others.length === 0 && first.length === 2) {
    const rows = await beginningWith(db, first, limit);
    if (rows.length === limit) return rows;
  }
  const rows = await matching(db, query)
    .where('disabled', '=', false)
    .orderBy(sql<boolean>`search_line like ${`${escaped(first)}%`}`, 'desc')
    .orderBy('sort_name')
    .orderBy('user_id')
    .limit(limit)
    .execute();
  return rows.map(userOf);
}

/** @param needle a blank and a letter. */
async function beginningWith(db: Db, needle: string, limit: number): Promise<User[]> {
  const rows = await db
    .selectFrom('users')
    .select(COLUMNS)
    .where('sort_name', '>=', needle.slice(1))
    .where('sort_name', '<', `${needle.slice(1)}\u{10ffff}`)
    .where('search_line', 'like', `${escaped(needle)}%`)
    .where('disabled', '=', false)
    .orderBy('sort_name')
    .orderBy('user_id')
    .limit(limit)
    .execute();
  return rows.map(userOf);
}

export async function listUsers(db: Db, query: string, after: string | undefined, limit: number) {
  let page = matching(db, query)
    .orderBy('sort_name')
    .orderBy('user_id')
    .limit(limit + 1);
  const position = after === undefined ? undefined : positionOf(after);
  if (position !== undefined) {
    page = page.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('sort_name', 'user_id'), '>', tuple(position.sortName, position.userId)),
    );
  }
  const rows = await page.execute();
  const { total } = await matching(db, query)
    .clearSelect()
    .select(({ fn }) => fn.countAll<string>().as('total'))
    .executeTakeFirstOrThrow();
  const users = rows.slice(0, limit);
  const last = users.at(-1);
  return {
    users: users.map(userOf),
    total: Number(total),
    ...(rows.length > limit && last !== undefined ? { next: `${last.user_id} ${last.sort_name}` } : {}),
  };
}

function positionOf(next: string): { userId: string; sortName: string } | undefined {
  const space = next.indexOf(' ');
  return space < 0 ? undefined : { userId: next.slice(0, space), sortName: next.slice(space + 1) };
}

export async function snapshotPage(db: Db, after: string | undefined, limit: number) {
  const rows = await db
    .selectFrom('users')
    .select(COLUMNS)
    .where('user_id', '>', after ?? '')
    .orderBy('user_id')
    .limit(limit)
    .execute();
  const last = rows.at(-1);
  return {
    users: rows.map(userOf),
    ...(rows.length === limit && last !== undefined ? { next: last.user_id } : {}),
  };
}

export async function findPhoto(
  db: Db,
  userId: string,
): Promise<{ mediaType: string; data: Buffer } | undefined> {
  const row = await db
    .selectFrom('photos')
    .select(['media_type', 'data'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row === undefined ? undefined : { mediaType: row.media_type, data: row.data };
}

export async function putPhoto(
  db: Transaction<IdentityTables>,
  userId: string,
  mediaType: string,
  data: Buffer,
): Promise<void> {
  await db
    .insertInto('photos')
    .values({ user_id: userId, media_type: mediaType, data })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ media_type: mediaType, data }))
    .execute();
}

export async function removePhoto(db: Transaction<IdentityTables>, userId: string): Promise<void> {
  await db.deleteFrom('photos').where('user_id', '=', userId).execute();
}
