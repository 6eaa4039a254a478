// The rows of levels of access and of contact cards; beside store.ts, the SQL of this service.
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import type { Access, AccessEntry, Card, CardFields } from './contract.ts';
import type { PresenceTables } from './store.ts';

type Db = ServiceStore<PresenceTables>['db'];
type Tx = ServiceTransaction<PresenceTables>['db'];

/** A page of a snapshot is bounded in bytes, too: the bus carries about a megabyte. */
const PAGE_CHARS = 400_000;
const PAGE_ROWS = 500;

export async function readAccess(db: Db, userId: string): Promise<Access> {
  const row = await db.selectFrom('access').selectAll().where('user_id', '=', userId).executeTakeFirst();
  return { userId, entries: row?.entries ?? [], version: row?.version ?? 0 };
}

/** The same, made if it is the first time, and locked until the transaction ends. */
export async function lockAccess(db: Tx, userId: string): Promise<Access> {
  await db
    .insertInto('access')
    .values({ user_id: userId, entries: '[]', version: 0 })
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  const row = await db
    .selectFrom('access')
    .selectAll()
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return { userId, entries: row.entries, version: row.version };
}

export async function putAccess(db: Tx, { userId, entries, version }: Access): Promise<void> {
  const values = { entries: JSON.stringify(entries satisfies AccessEntry[]), version };
  await db.updateTable('access').set(values).where('user_id', '=', userId).execute();
}

export async function accessPage(
  db: Db,
  after: string | undefined,
): Promise<{ accesses: Access[]; next?: string }> {
  const rows = await db
    .selectFrom('access')
    .selectAll()
    .where('user_id', '>', after ?? '')
    .where('version', '>', 0)
    .orderBy('user_id')
    .limit(PAGE_ROWS)
    .execute();
  const all = rows.map(({ user_id: userId, entries, version }): Access => ({ userId, entries, version }));
  const accesses = fitting(all);
  const next = nextOf(accesses, all);
  return next === undefined ? { accesses } : { accesses, next };
}

type CardRow = PresenceTables['cards'];

function cardOf({ user_id: userId, work_address: workAddress, ...row }: CardRow): Card {
  return { userId, workAddress, ...row };
}

/** Made if it is the first time, and locked until the transaction ends. */
export async function lockCard(db: Tx, userId: string): Promise<Card> {
  const blank = { company: '', work_address: '', site: '', mobile: '', home: '', other: '' };
  await db
    .insertInto('cards')
    .values({ user_id: userId, ...blank, version: 0 })
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  const row = await db
    .selectFrom('cards')
    .selectAll()
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return cardOf(row);
}

export async function putCard(
  db: Tx,
  userId: string,
  { workAddress, ...fields }: CardFields,
  version: number,
): Promise<void> {
  const values = { ...fields, work_address: workAddress, version };
  await db.updateTable('cards').set(values).where('user_id', '=', userId).execute();
}

export async function cardPage(db: Db, after: string | undefined): Promise<{ cards: Card[]; next?: string }> {
  const rows = await db
    .selectFrom('cards')
    .selectAll()
    .where('user_id', '>', after ?? '')
    .where('version', '>', 0)
    .orderBy('user_id')
    .limit(PAGE_ROWS)
    .execute();
  const all = rows.map(cardOf);
  const cards = fitting(all);
  const next = nextOf(cards, all);
  return next === undefined ? { cards } : { cards, next };
}

/** The longest beginning that fits; one item always does. */
function fitting<Item>(items: readonly Item[]): Item[] {
  let chars = 0;
  const end = items.findIndex((item, index) => {
    chars += JSON.stringify(item).length;
    return chars > PAGE_CHARS && index > 0;
  });
  return items.slice(0, end < 0 ? items.length : end);
}

function nextOf(page: readonly { userId: string }[], all: readonly unknown[]): string | undefined {
  return page.length < all.length || all.length === PAGE_ROWS ? page.at(-1)?.userId : undefined;
}
