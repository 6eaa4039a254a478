// The rows that searching reads; store-search-index.ts makes them. With store.ts the files of this service that see SQL.
import type { ServiceStore } from '@parley/platform/store';
import { type RawBuilder, sql } from 'kysely';
import type { Message } from './contract.ts';
import { asSeenByParted } from './parted.ts';
import { type ImTables, messageOf, partingOf } from './store.ts';

type Own = ServiceStore<ImTables>;
type Row = ImTables['messages'] & Pick<ImTables['participants'], 'parted' | 'parted_at'>;

/** Messages a block: a row of some kilobytes. */
export const BLOCK = 128;

/** A block as far as it has to be known before it is read. */
export interface BlockPlace {
  readonly conversationId: string;
  readonly block: number;
  readonly lastAt: number;
}

/** Where a page of results ended: what comes next was sent before, or at the same time and stands lower. */
export interface Position {
  readonly sentAt: number;
  readonly conversationId: string;
  readonly seq: number;
}

/** As `fits` compares in SQL. */
export function newestFirst(one: Position, other: Position): number {
  if (one.sentAt !== other.sentAt) return other.sentAt - one.sentAt;
  if (one.conversationId !== other.conversationId) return one.conversationId < other.conversationId ? 1 : -1;
  return other.seq - one.seq;
}

/** Which messages are looked at at all. */
export interface Scope {
  readonly userId: string;
  /** None for all in which the person is. */
  readonly conversationIds?: readonly string[] | undefined;
  readonly senderIds?: readonly string[] | undefined;
  readonly after: number;
  readonly position: Position;
}

/**
 * **The one rule of who may find what**: messages that the person may read in the conversation itself, as `readPageAt` does.
 * Where it stands, `p` is their row of `participants` and `m` the message.
 */
const MAY_READ = sql`(p.spans is null or m.seq <@ p.spans)`;
/** That a block `b` may have such a message. */
const MAY_READ_SOME = sql`(p.spans is null
  or int4range(b.block * ${sql.lit(BLOCK)} + 1, (b.block + 1) * ${sql.lit(BLOCK)} + 1) && p.spans)`;

/** To who has left, as it was then. */
function seen(row: Row): Message {
  const parting = partingOf(row);
  const message = messageOf(row);
  return parting === undefined ? message : asSeenByParted(message, parting);
}

/** The blocks in which something may be, the newest first. */
export async function findBlocks(
  { db }: Own,
  { userId, conversationIds, after, position }: Scope,
): Promise<BlockPlace[]> {
  // One by one, so that it does not depend on how much the server keeps.
  const { rows } = await sql<{ conversation_id: string; block: number; last_at: number }>`
    select b.conversation_id, b.block, b.last_at
    from im.participants p cross join lateral (
      select * from im.search_blocks b where b.conversation_id = p.conversation_id
        and b.first_at <= ${position.sentAt} and b.last_at >= ${after} offset 0
    ) b
    where p.user_id = ${userId} and ${within(conversationIds)} and ${MAY_READ_SOME}
    order by b.last_at desc`.execute(db);
  return rows.map((row) => ({
    conversationId: row.conversation_id,
    block: row.block,
    lastAt: Number(row.last_at),
  }));
}

/** Where the lines of these blocks stand that have all of the needles and were sent in time, in no order. */
export async function findLines(
  { db }: Own,
  blocks: readonly BlockPlace[],
  needles: readonly string[],
  { after, position }: Scope,
): Promise<Position[]> {
  const lineHas = needles.map((needle) => sql`strpos(line.words, ${needle}) > 0`);
  const blockHas = needles.map((needle) => sql`strpos(block.words, ${needle}) > 0`);
  // The number of the block among the given ones is shorter than its conversation's id, and these are many rows. A copy of the
  // words, because every use of a stored text unpacks it again.
  const { rows } = await sql<{ nth: number; line: number; sent_at: number }>`
    select given.nth::integer, line.nth::integer as line, line.sent_at
    from unnest(${blocks.map(({ conversationId }) => conversationId)}::text[],
                ${blocks.map(({ block }) => block)}::integer[]) with ordinality as given (conversation_id, block, nth)
    join im.search_blocks b on b.conversation_id = given.conversation_id and b.block = given.block
    cross join lateral (select b.words || '' as words offset 0) block
    cross join lateral rows from (string_to_table(block.words, E'\\n'), unnest(b.sent_ats))
      with ordinality as line (words, sent_at, nth)
    where ${all(blockHas)} and line.sent_at >= ${after} and line.sent_at <= ${position.sentAt} and ${all(lineHas)}`.execute(
    db,
  );
  return rows.flatMap(({ nth, line, sent_at }) => {
    const { conversationId, block } = blocks[nth - 1]!;
    const place = { sentAt: Number(sent_at), conversationId, seq: block * BLOCK + line };
    return newestFirst(position, place) < 0 ? place : [];
  });
}

/** Those of these messages that fit, in no order. */
export async function readFound({ db }: Own, places: readonly Position[], scope: Scope): Promise<Message[]> {
  const { rows } = await sql<Row>`
    select m.*, p.parted, p.parted_at
    from unnest(${places.map(({ conversationId }) => conversationId)}::text[],
                ${places.map(({ seq }) => seq)}::integer[]) as given (conversation_id, seq)
    join im.messages m on m.conversation_id = given.conversation_id and m.seq = given.seq
    join im.participants p on p.conversation_id = m.conversation_id and p.user_id = ${scope.userId}
    where ${fits(scope)}`.execute(db);
  return rows.map(seen);
}

/** What is in no block yet as it is now, because it was said or changed since, the newest first. */
export async function readTail({ db }: Own, scope: Scope, limit: number): Promise<Message[]> {
  const { rows } = await sql<Row>`
    with p as materialized (
      select p.conversation_id, p.spans, p.parted, p.parted_at, c.last_seq, c.searched_seq, c.revision, c.searched_revision
      from im.participants p cross join lateral (
        select * from im.conversations c where c.conversation_id = p.conversation_id offset 0
      ) c
      where p.user_id = ${scope.userId} and ${within(scope.conversationIds)}
        and (c.last_seq > c.searched_seq or c.revision > c.searched_revision)
    )
    select * from (
      select m.*, p.parted, p.parted_at from p join im.messages m on m.conversation_id = p.conversation_id and m.seq > p.searched_seq
      where p.last_seq > p.searched_seq and ${fits(scope)}
      union all
      select m.*, p.parted, p.parted_at from p join im.messages m on m.conversation_id = p.conversation_id and m.revision > p.searched_revision
      where p.revision > p.searched_revision and m.seq <= p.searched_seq and ${fits(scope)}
    ) tail
    order by sent_at desc, conversation_id collate "C" desc, seq desc
    limit ${limit}`.execute(db);
  return rows.map(seen);
}

/** The messages before and after these, as far as the person may read them. */
export async function readAround({ db }: Own, userId: string, found: readonly Message[]): Promise<Message[]> {
  const places = found.flatMap(({ conversationId, seq }) => [
    { conversationId, seq: seq - 1 },
    { conversationId, seq: seq + 1 },
  ]);
  const { rows } = await sql<Row>`
    select m.*, p.parted, p.parted_at
    from unnest(${places.map(({ conversationId }) => conversationId)}::text[],
                ${places.map(({ seq }) => seq)}::integer[]) as given (conversation_id, seq)
    join im.messages m on m.conversation_id = given.conversation_id and m.seq = given.seq
    join im.participants p on p.conversation_id = m.conversation_id and p.user_id = ${userId}
    where ${MAY_READ}`.execute(db);
  return rows.map(seen);
}

export interface KnownPlace {
  readonly conversationId: string;
  readonly title: string;
  readonly userIds: readonly string[];
}

/**
 * The conversations that a person is or was in, with those whom they have met there: who came after they had left, or had
 * left before they came, is not named to them.
 */
export async function peopleOfConversations({ db }: Own, userId: string): Promise<KnownPlace[]> {
  const { rows } = await sql<{ conversation_id: string; title: string; user_ids: string[] }>`
    select mine.conversation_id, coalesce(mine.parted ->> 'title', c.title) as title, array_agg(p.user_id) as user_ids
    from im.participants mine
    join im.conversations c on c.conversation_id = mine.conversation_id
    join im.participants p on p.conversation_id = mine.conversation_id
    where mine.user_id = ${userId} and case
      when mine.spans is null or p.spans is null then true
      when mine.parted is null then upper_inf(p.spans) or p.spans && mine.spans
      else mine.parted -> 'participantIds' ? p.user_id
        or (p.spans && mine.spans and upper(p.spans) <= upper(mine.spans)) end
    group by mine.conversation_id, mine.parted, c.title`.execute(db);
  return rows.map((row) => ({
    conversationId: row.conversation_id,
    title: row.title,
    userIds: row.user_ids,
  }));
}

function within(conversationIds: readonly string[] | undefined): RawBuilder<unknown> {
  return conversationIds === undefined
    ? sql`true`
    : sql`p.conversation_id = any(${[...conversationIds]}::text[])`;
}

function fits({ senderIds, after, position }: Scope): RawBuilder<unknown> {
  const { sentAt, conversationId, seq } = position;
  const sender = senderIds === undefined ? sql`true` : sql`m.sender_id = any(${[...senderIds]}::text[])`;
  return sql`${MAY_READ} and ${sender} and m.sent_at >= ${after} and m.sent_at <= ${sentAt}
    and (m.sent_at, m.conversation_id collate "C", m.seq) < (${sentAt}, ${conversationId}, ${seq}::integer)`;
}

function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `);
}
