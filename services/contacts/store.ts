// The rows of contacts: lists, groups and waits; beside store-added.ts, the SQL of this service.
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { sql } from 'kysely';
import {
  type AddedBy,
  CONTACTS_AT_ONCE,
  type Contact,
  type ContactGroup,
  type Wait,
  type Waiting,
} from './contract.ts';
import type { Inverse } from './rules/inverse.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface ContactTables {
  books: { user_id: string; version: number; asks_when_added: boolean };
  people: {
    user_id: string;
    contact_id: string;
    favourite: boolean;
    group_ids: string[];
    note: string;
    note_version: number;
    waiting: Waiting | null;
    /** Whether the one who waits knows that the contact is free. */
    was_free: boolean;
    told_at: Ms;
    name: string | null;
  };
  groups: { user_id: string; group_id: string; name: string; place: number };
  added: { user_id: string; adder_id: string; at: Ms; is_answered: boolean };
  undos: { user_id: string; undo_id: string; at: Ms; is_import: boolean; inverse: Inverse };
}

export type Own = ServiceStore<ContactTables>;
export type Db = Own['db'] | ServiceTransaction<ContactTables>['db'];
type Tx = ServiceTransaction<ContactTables>['db'];

type PersonRow = ContactTables['people'];

export interface Book {
  readonly version: number;
  readonly asksWhenAdded: boolean;
}

function bookOf(row: ContactTables['books'] | undefined): Book {
  return { version: row?.version ?? 0, asksWhenAdded: row?.asks_when_added ?? true };
}

function contactOf(row: PersonRow): Contact {
  return {
    contactId: row.contact_id,
    groupIds: row.group_ids,
    favourite: row.favourite,
    note: row.note,
    noteVersion: row.note_version,
    ...(row.waiting === null ? {} : { waiting: row.waiting }),
    ...(row.name === null ? {} : { name: row.name }),
  };
}

/** A list as windows see it first: all but the contacts that come on later pages. */
export interface Cover extends Book {
  readonly groups: ContactGroup[];
  readonly addedBy: AddedBy[];
}

/** Of each of these people, in their order, in one statement: in the morning everybody comes at once. */
export async function coversOfAll(own: Own, userIds: readonly string[]): Promise<Cover[]> {
  const rows = await own.statement<Cover & { userId: string }>(
    'covers-of-all',
    `select u.id as "userId", coalesce(b.version, 0) as version,
       coalesce(b.asks_when_added, true) as "asksWhenAdded",
       coalesce((select json_agg(json_build_object('groupId', group_id, 'name', name) order by place, name)
         from contacts.groups where user_id = u.id), '[]') as groups,
       coalesce((select json_agg(json_build_object('userId', adder_id, 'at', at) order by at desc)
         from contacts.added where user_id = u.id and not is_answered), '[]') as "addedBy"
     from unnest($1::text[]) as u (id) left join contacts.books b on b.user_id = u.id`,
    [userIds],
  );
  const byUser = new Map(rows.map(({ userId, ...cover }) => [userId, cover]));
  return userIds.map((userId) => byUser.get(userId)!);
}

/** The same, made if it is the first time, and locked until the transaction ends. */
export async function lockBook(db: Tx, userId: string): Promise<Book> {
  await db
    .insertInto('books')
    .values({ user_id: userId, version: 0, asks_when_added: true })
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  const books = db.selectFrom('books').selectAll().where('user_id', '=', userId);
  return bookOf(await books.forUpdate().executeTakeFirstOrThrow());
}

export async function putBook(db: Tx, userId: string, book: Book): Promise<void> {
  await db
    .updateTable('books')
    .set({ version: book.version, asks_when_added: book.asksWhenAdded })
    .where('user_id', '=', userId)
    .execute();
}

export async function contactsPage(
  db: Db,
  userId: string,
  after = '',
): Promise<{ contacts: Contact[]; next?: string }> {
  const rows = await db
    .selectFrom('people')
    .selectAll()
    .where('user_id', '=', userId)
    .where('contact_id', '>', after)
    .orderBy('contact_id')
    .limit(CONTACTS_AT_ONCE + 1)
    .execute();
  return pageOf(rows);
}

/** The first page of each of these people, in their order. */
export async function firstPagesOfAll(
  own: Own,
  userIds: readonly string[],
): Promise<{ contacts: Contact[]; next?: string }[]> {
  const rows = await own.statement<PersonRow>(
    'first-pages-of-all',
    `select p.* from unnest($1::text[]) as u (id), lateral (
       select * from contacts.people where user_id = u.id
       order by contact_id limit ${CONTACTS_AT_ONCE + 1}) as p`,
    [[...new Set(userIds)]],
  );
  const byUser = Map.groupBy(rows, (row) => row.user_id);
  return userIds.map((userId) => pageOf(byUser.get(userId) ?? []));
}

function pageOf(rows: readonly PersonRow[]): { contacts: Contact[]; next?: string } {
  const contacts = rows.slice(0, CONTACTS_AT_ONCE).map(contactOf);
  const next = rows.length > CONTACTS_AT_ONCE ? contacts.at(-1)?.contactId : undefined;
  return next === undefined ? { contacts } : { contacts, next };
}

export async function countContacts(db: Db, userId: string): Promise<number> {
  const { count } = await db
    .selectFrom('people')
    .select(sql<number>`count(*)::integer`.as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function findContacts(
  db: Db,
  userId: string,
  contactIds: readonly string[],
): Promise<Map<string, Contact>> {
  const rows = await db
    .selectFrom('people')
    .selectAll()
    .where('user_id', '=', userId)
    .where('contact_id', '=', sql<string>`any(${contactIds}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.contact_id, contactOf(row)]));
}

export async function contactsInGroup(db: Db, userId: string, groupId: string): Promise<Contact[]> {
  const rows = await db
    .selectFrom('people')
    .selectAll()
    .where('user_id', '=', userId)
    .where(sql<boolean>`group_ids @> array[${groupId}]::text[]`)
    .orderBy('contact_id')
    .execute();
  return rows.map(contactOf);
}

/** `freeIds`: of those whom the person waits for, who is free at this moment and need not be told of. */
export async function putContacts(
  db: Tx,
  userId: string,
  contacts: readonly Contact[],
  freeIds: ReadonlySet<string> = new Set(),
): Promise<void> {
  if (contacts.length === 0) return;
  const rows = contacts.map((contact) => ({
    user_id: userId,
    contact_id: contact.contactId,
    favourite: contact.favourite,
    group_ids: [...contact.groupIds],
    note: contact.note,
    note_version: contact.noteVersion,
    waiting: contact.waiting ?? null,
    was_free: freeIds.has(contact.contactId),
    told_at: 0,
    name: contact.name ?? null,
  }));
  await db
    .insertInto('people')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'contact_id']).doUpdateSet((given) => ({
        favourite: given.ref('excluded.favourite'),
        group_ids: given.ref('excluded.group_ids'),
        note: given.ref('excluded.note'),
        note_version: given.ref('excluded.note_version'),
        waiting: given.ref('excluded.waiting'),
        was_free: sql<boolean>`case when people.waiting is null then excluded.was_free else people.was_free end`,
        told_at: sql<Ms>`case when people.waiting is null then 0 else people.told_at end`,
        name: given.ref('excluded.name'),
      })),
    )
    .execute();
}

export async function removeContacts(
  db: Tx,
  userId: string,
  contactIds: readonly string[],
): Promise<Contact[]> {
  const rows = await db
    .deleteFrom('people')
    .where('user_id', '=', userId)
    .where('contact_id', '=', sql<string>`any(${contactIds}::text[])`)
    .returningAll()
    .execute();
  return rows.map(contactOf);
}

export async function listGroups(db: Db, userId: string): Promise<ContactGroup[]> {
  const rows = await db
    .selectFrom('groups')
    .select(['group_id', 'name'])
    .where('user_id', '=', userId)
    .orderBy('place')
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ groupId: row.group_id, name: row.name }));
}

/** All groups of a person, in that order. */
export async function putGroups(db: Tx, userId: string, groups: readonly ContactGroup[]): Promise<void> {
  await db.deleteFrom('groups').where('user_id', '=', userId).execute();
  if (groups.length === 0) return;
  const rows = groups.map(({ groupId, name }, place) => ({
    user_id: userId,
    group_id: groupId,
    name,
    place,
  }));
  await db.insertInto('groups').values(rows).execute();
}

/** Rows of one page of waits are bounded; two parts of a key are one text. */
const WAITS_A_PAGE = 500;

export async function waitsPage(
  db: Db,
  after: string | undefined,
): Promise<{ waits: Wait[]; next?: string }> {
  const [userId = '', contactId = ''] = after?.split(' ') ?? [];
  const rows = await db
    .selectFrom('people')
    .innerJoin('books', 'books.user_id', 'people.user_id')
    .select(['people.user_id', 'people.contact_id', 'people.waiting', 'books.version'])
    .where('people.waiting', 'is not', null)
    .where(sql<boolean>`(people.user_id, people.contact_id) > (${userId}, ${contactId})`)
    .orderBy('people.user_id')
    .orderBy('people.contact_id')
    .limit(WAITS_A_PAGE)
    .execute();
  const waits = rows.map((row) => ({
    userId: row.user_id,
    contactId: row.contact_id,
    waiting: row.waiting,
    version: row.version,
  }));
  const last = waits.at(-1);
  if (waits.length < WAITS_A_PAGE || last === undefined) return { waits };
  return { waits, next: `${last.userId} ${last.contactId}` };
}

/** The contact is free, or is not any more. @returns what was known before, where that is another and somebody waits. */
export async function noteFree(
  db: Tx,
  userId: string,
  contactId: string,
  isFree: boolean,
): Promise<{ readonly contact: Contact; readonly toldAt: Ms } | undefined> {
  const row = await db
    .updateTable('people')
    .set({ was_free: isFree })
    .where('user_id', '=', userId)
    .where('contact_id', '=', contactId)
    .where('waiting', 'is not', null)
    .where('was_free', '!=', isFree)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : { contact: contactOf(row), toldAt: row.told_at };
}

export async function noteTold(db: Tx, userId: string, contactId: string, toldAt: Ms): Promise<void> {
  await db
    .updateTable('people')
    .set({ told_at: toldAt })
    .where('user_id', '=', userId)
    .where('contact_id', '=', contactId)
    .execute();
}
