// The rows of im. The only file of this service that sees SQL.
import { errorCode, type ServiceStore } from '@parley/platform/store';
import { type Generated, type Kysely, sql, type Transaction } from 'kysely';
import type { Conversation, Message, Notice } from './contract.ts';
import { asSeenByParted, type Parting } from './parted.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface ImTables {
  conversations: {
    conversation_id: string;
    participant_key: string;
    last_seq: number;
    last_at: Ms;
    /** How far each participant has read, and how far the phones of each were given it, by the participant's place. */
    read_seqs: number[];
    phone_seqs: number[];
    /** Counts edits, deletions and reactions. */
    revision: number;
    is_group: boolean;
    title: string;
    locked: boolean;
    people_version: number;
    /** Places of those who are not in it any more. */
    gone: number[] | null;
    /** Up to there it is in `search_blocks`. */
    searched_seq: Generated<number>;
    /** Changes up to this revision are in them, too. */
    searched_revision: Generated<number>;
  };
  /** `place` counts from 1. */
  participants: {
    conversation_id: string;
    user_id: string;
    place: number;
    /** What this person may see, as a multirange; null for all. Its end is open while the person is in the conversation. */
    spans: string | null;
    leads: boolean;
    /** The group as it was when the person left. */
    parted: PartedGroup | null;
    parted_at: Ms | null;
  };
  messages: {
    conversation_id: string;
    seq: number;
    message_id: string;
    sender_id: string;
    text: string;
    sent_at: Ms;
    client_id: string;
    /** What it carries beside its text; null for nearly all. */
    extra: MessageExtra | null;
    /** The conversation's revision with which it was changed last. */
    revision: number | null;
    notice: Notice | null;
  };
  privacy: { user_id: string; hides_receipts: boolean; version: number };
  deliveries: { recipient_id: string; node_id: string; until: Ms };
  search_blocks: {
    conversation_id: string;
    block: number;
    first_at: Ms;
    last_at: Ms;
    words: string;
    sent_ats: Ms[];
  };
}

/** The fields of a message that stand in `extra`. */
export type MessageExtra = Omit<
  Message,
  'messageId' | 'conversationId' | 'seq' | 'senderId' | 'text' | 'sentAt' | 'clientId' | 'revision' | 'notice'
>;
export interface PartedGroup {
  /** The conversation's then. */
  readonly revision: number;
  readonly participantIds: string[];
  readonly leaderIds: string[];
  readonly title: string;
  readonly isLocked: boolean;
}

type Db = Kysely<ImTables> | Transaction<ImTables>;
type Own = ServiceStore<ImTables>;

export function messageOf(row: ImTables['messages']): Message {
  const message: Message = {
    messageId: row.message_id,
    conversationId: row.conversation_id,
    seq: row.seq,
    senderId: row.sender_id,
    text: row.text,
    sentAt: row.sent_at ?? 0,
    clientId: row.client_id,
    ...(row.notice === null ? {} : { notice: row.notice }),
  };
  if (row.extra === null && row.revision === null) return message;
  return { ...message, ...row.extra, ...(row.revision === null ? {} : { revision: row.revision }) };
}

/** As it is written into `extra`. */
export function extraOf({
  importance,
  subject,
  replyTo,
  mentions,
  images,
  reactions,
  editedAt,
  deletedAt,
}: MessageExtra): string | null {
  const isPlain =
    (importance ?? subject ?? replyTo ?? mentions ?? images ?? reactions ?? editedAt ?? deletedAt) ===
    undefined;
  if (isPlain) return null;
  return JSON.stringify({
    importance,
    subject,
    replyTo,
    mentions,
    images,
    reactions,
    editedAt,
    deletedAt,
  } satisfies Record<keyof MessageExtra, unknown>);
}

/** A conversation as it is held in memory. */
export interface KnownConversation {
  readonly conversationId: string;
  /** Those who are in it, in order of their places. */
  readonly participantIds: readonly string[];
  /** Present where its people change; otherwise they are those of the beginning, and have the places 1, 2, 3 … */
  readonly group?: KnownGroup;
}

export interface KnownGroup {
  readonly version: number;
  /** Of each participant, in the same order. */
  readonly places: readonly number[];
  readonly leaderIds: readonly string[];
  readonly title: string;
  readonly isLocked: boolean;
}

/** The place of the participant who stands there in the list. */
export function placeAt({ group }: Pick<KnownConversation, 'group'>, index: number): number {
  return group?.places[index] ?? index + 1;
}

interface KnownRow {
  readonly conversation_id: string;
  readonly participant_key: string;
  readonly participant_ids: string[];
  readonly places: number[];
  readonly leads: boolean[];
  readonly is_group: boolean;
  readonly title: string;
  readonly locked: boolean;
  readonly people_version: number;
}

function knownOf(row: KnownRow): KnownConversation {
  const { conversation_id: conversationId, participant_ids: participantIds } = row;
  if (!row.is_group) return { conversationId, participantIds };
  const leaderIds = participantIds.filter((_, index) => row.leads[index]);
  const { people_version: version, places, title, locked: isLocked } = row;
  return { conversationId, participantIds, group: { version, places, leaderIds, title, isLocked } };
}

const KNOWN = `select c.conversation_id, c.participant_key, c.is_group, c.title, c.locked, c.people_version, people.*
  from im.conversations c cross join lateral (
    select coalesce(array_agg(p.user_id order by p.place), '{}') as participant_ids,
           coalesce(array_agg(p.place order by p.place), '{}') as places,
           coalesce(array_agg(p.leads order by p.place), '{}') as leads
    from im.participants p
    where p.conversation_id = c.conversation_id and (p.spans is null or upper_inf(p.spans))
  ) people`;

/** Those of these conversations that there are, by id. */
export async function conversationsById(own: Own, ids: readonly string[]) {
  const text = `${KNOWN} where c.conversation_id = any($1::text[])`;
  const rows = await own.statement<KnownRow>('conversations-by-id', text, [ids]);
  return new Map(rows.map((row) => [row.conversation_id, knownOf(row)]));
}

/** Those of these conversations that there are, by the key of their participants. */
export async function conversationsByKey(own: Own, keys: readonly string[]) {
  const text = `${KNOWN} where c.participant_key = any($1::text[])`;
  const rows = await own.statement<KnownRow>('conversations-by-key', text, [keys]);
  return new Map(rows.map((row) => [row.participant_key, knownOf(row)]));
}

export interface NewConversation extends KnownConversation {
  readonly participantKey: string;
  /** Its id where a group has that of these people: it was of just them once. */
  readonly spareId: string;
  readonly now: number;
}

/** Makes those of these conversations that there are not yet; each is named once. */
export async function makeConversations(own: Own, made: readonly NewConversation[]): Promise<void> {
  const people = made.flatMap(({ participantKey, participantIds }) =>
    participantIds.map((userId, index) => ({ participantKey, userId, place: index + 1 })),
  );
  await own.statement(
    'make-conversations',
    `with made as (
       insert into im.conversations (conversation_id, participant_key, last_seq, last_at, read_seqs, phone_seqs)
       select case when taken.conversation_id is null then given.id else given.spare end, given.key, 0, given.at,
              array_fill(0, array[given.people]), array_fill(0, array[given.people])
       from unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $8::text[])
         as given (id, key, at, people, spare)
       left join im.conversations taken on taken.conversation_id = given.id
       on conflict do nothing
       returning conversation_id, participant_key
     )
     insert into im.participants (conversation_id, user_id, place)
     select made.conversation_id, given.user_id, given.place
     from unnest($5::text[], $6::text[], $7::integer[]) as given (key, user_id, place)
     join made on made.participant_key = given.key`,
    [
      made.map(({ conversationId }) => conversationId),
      made.map(({ participantKey }) => participantKey),
      made.map(({ now }) => now),
      made.map(({ participantIds }) => participantIds.length),
      people.map(({ participantKey }) => participantKey),
      people.map(({ userId }) => userId),
      people.map(({ place }) => place),
      made.map(({ spareId }) => spareId),
    ],
  );
}

/** Messages of one person in one conversation, to be stored one after the other. */
export interface Batch {
  readonly conversationId: string;
  /** The sender's place in it. */
  readonly place: number;
  readonly messages: readonly Omit<Message, 'conversationId' | 'seq'>[];
}

/** Where the messages of a batch stand, and how far the participants had got before them, by place. */
export interface StoredBatch {
  /** Seq of the message before the first. */
  readonly before: number;
  readonly read: Marks;
  readonly phone: Marks;
  /** Of the people, as the row's lock saw them. */
  readonly version: number;
}

/** An array of PostgreSQL as it is written, `{3,0,7}`: most are never looked at. */
export type Marks = string & { readonly marks: never };

export function markAt(marks: Marks, place: number): number {
  return Number(marks.slice(1, -1).split(',')[place - 1] ?? 0);
}

interface StoredRow {
  readonly conversation_id: string;
  readonly before: number;
  readonly read: Marks;
  readonly phone: Marks;
  readonly version: number;
}

/**
 * Stores the messages of many conversations, each named once: one statement, one commit. Whoever writes has seen what
 * stands above. A conversation that there is not, or that the sender is not in any more, is not in the answer.
 */
export async function storeMessages(own: Own, batches: readonly Batch[]): Promise<Map<string, StoredBatch>> {
  // In one order for all, so that two front ends hardly ever wait for each other.
  const sorted = [...batches].sort((one, other) => (one.conversationId < other.conversationId ? -1 : 1));
  const ids: string[] = [];
  const nths: number[] = [];
  const messages = sorted.flatMap((batch) =>
    batch.messages.map((message, index) => {
      ids.push(batch.conversationId);
      nths.push(index + 1);
      return message;
    }),
  );
  const rows = await own.statement<StoredRow>(
    'store-messages',
    `with moved as (
       update im.conversations c
       set last_seq = c.last_seq + given.count, last_at = greatest(c.last_at, given.at),
           read_seqs[given.place] = c.last_seq + given.count
       from unnest($1::text[], $2::integer[], $3::integer[], $4::bigint[]) as given (id, place, count, at)
       -- Whoever was removed a moment ago: once that is committed, this row says so.
       where c.conversation_id = given.id and (c.gone is null or given.place <> all(c.gone))
       returning c.conversation_id, c.last_seq - given.count as before, c.read_seqs, c.phone_seqs, c.people_version
     ), stored as (
       insert into im.messages (conversation_id, seq, message_id, sender_id, text, sent_at, client_id, extra)
       select given.id, moved.before + given.nth, given.message_id, given.sender_id, given.text, given.sent_at,
              given.client_id, given.extra
       from unnest($5::text[], $6::integer[], $7::text[], $8::text[], $9::text[], $10::bigint[], $11::text[], $12::jsonb[])
         as given (id, nth, message_id, sender_id, text, sent_at, client_id, extra)
       join moved on moved.conversation_id = given.id
     )
     select conversation_id, before, read_seqs::text as read, phone_seqs::text as phone, people_version as version
     from moved`,
    [
      sorted.map(({ conversationId }) => conversationId),
      sorted.map(({ place }) => place),
      sorted.map((batch) => batch.messages.length),
      sorted.map((batch) => batch.messages.at(-1)?.sentAt ?? 0),
      ids,
      nths,
      messages.map(({ messageId }) => messageId),
      messages.map(({ senderId }) => senderId),
      messages.map(({ text }) => text),
      messages.map(({ sentAt }) => sentAt),
      messages.map(({ clientId }) => clientId),
      messages.map(extraOf),
    ],
  );
  return new Map(rows.map(({ conversation_id, ...stored }) => [conversation_id, stored]));
}

/** What PostgreSQL says where a sender has used a client id before. */
export function isRepeated(error: unknown): boolean {
  return errorCode(error) === '23505';
}

/** Messages that these senders stored under these client ids before, by `clientKey`. */
export async function findRepeated(
  own: Own,
  asked: readonly { readonly senderId: string; readonly clientId: string }[],
): Promise<Map<string, Message>> {
  const rows = await own.statement<ImTables['messages']>(
    'find-repeated',
    `select m.* from unnest($1::text[], $2::text[]) as given (sender_id, client_id)
     join im.messages m on m.sender_id = given.sender_id and m.client_id = given.client_id`,
    [asked.map(({ senderId }) => senderId), asked.map(({ clientId }) => clientId)],
  );
  return new Map(rows.map(messageOf).map((message) => [clientKey(message), message]));
}

export function clientKey(sent: { readonly senderId: string; readonly clientId: string }): string {
  return `${sent.senderId}\n${sent.clientId}`;
}

export interface ReadState {
  readonly readSeq: number;
  readonly lastSeq: number;
}

/**
 * Moves a participant's read mark forward, never back nor past the end; undefined where it stood there already or the
 * person is no participant. Waits for a message that is being stored, so that what is unread counts it.
 */
export async function moveRead(
  own: Own,
  conversationId: string,
  userId: string,
  seq: number,
): Promise<ReadState | undefined> {
  const [moved] = await own.statement<ReadState>(
    'move-read',
    `update im.conversations c set read_seqs[p.place] = least($3::integer, c.last_seq, upper(p.spans) - 1)
     from im.participants p
     where c.conversation_id = $1 and p.conversation_id = c.conversation_id and p.user_id = $2
       and c.read_seqs[p.place] < least($3::integer, c.last_seq, upper(p.spans) - 1)
     returning c.read_seqs[p.place] as "readSeq", least(c.last_seq, upper(p.spans) - 1) as "lastSeq"`,
    // Beyond what a column holds is beyond every end.
    [conversationId, userId, Math.min(seq, 2 ** 31 - 1)],
  );
  return moved;
}

export async function readState(
  own: Own,
  conversationId: string,
  userId: string,
): Promise<ReadState | undefined> {
  const [found] = await own.statement<ReadState>(
    'read-state',
    `select c.read_seqs[p.place] as "readSeq", least(c.last_seq, upper(p.spans) - 1) as "lastSeq"
     from im.conversations c join im.participants p on p.conversation_id = c.conversation_id
     where c.conversation_id = $1 and p.user_id = $2`,
    [conversationId, userId],
  );
  return found;
}

/** What a person may see of a conversation. */
export interface Sight {
  /** A multirange of seqs; null for all. */
  readonly spans: string | null;
  /** Present for who is not in it any more. */
  readonly parting?: Parting;
}

const EVERYTHING: Sight = { spans: null };

/** Undefined where the person was never in it. */
export async function sightOf(db: Db, conversationId: string, userId: string): Promise<Sight | undefined> {
  const reader = await db
    .selectFrom('participants')
    .select(['spans', 'parted', 'parted_at'])
    .where('user_id', '=', userId)
    .where('conversation_id', '=', conversationId)
    .executeTakeFirst();
  if (reader === undefined) return undefined;
  const parting = partingOf(reader);
  return { spans: reader.spans, ...(parting === undefined ? {} : { parting }) };
}

export function partingOf(row: Pick<ImTables['participants'], 'parted' | 'parted_at'>): Parting | undefined {
  if (row.parted === null) return undefined;
  return { at: row.parted_at ?? 0, revision: row.parted.revision };
}

export async function readPage(
  db: Db,
  conversationId: string,
  page: { beforeSeq?: number; afterSeq?: number; afterRevision?: number; limit: number },
  sight = EVERYTHING,
): Promise<Message[]> {
  return (await readPageAt(db, conversationId, page, sight)).messages;
}

/** The same with the conversation's revision at that moment. */
export async function readPageAt(
  db: Db,
  conversationId: string,
  page: { beforeSeq?: number; afterSeq?: number; afterRevision?: number; limit: number },
  { spans, parting } = EVERYTHING,
): Promise<{ readonly messages: Message[]; readonly revision: number }> {
  let query = db
    .selectFrom('messages as m')
    .selectAll('m')
    .select((select) =>
      select
        .selectFrom('conversations as c')
        .select('c.revision')
        .whereRef('c.conversation_id', '=', 'm.conversation_id')
        .as('at_revision'),
    )
    .where('m.conversation_id', '=', conversationId);
  if (spans !== null) query = query.where(sql<boolean>`m.seq <@ ${spans}::int4multirange`);
  if (page.beforeSeq !== undefined) query = query.where('seq', '<', page.beforeSeq);
  if (page.afterSeq !== undefined) query = query.where('seq', '>', page.afterSeq);
  if (page.afterRevision !== undefined) query = query.where('m.revision', '>', page.afterRevision);
  if (page.afterRevision !== undefined && parting !== undefined)
    query = query.where('m.revision', '<=', parting.revision);
  const by = page.afterRevision === undefined ? 'm.seq' : 'm.revision';
  const isUp = page.afterSeq !== undefined || page.afterRevision !== undefined;
  const rows = await query
    .orderBy(by, isUp ? 'asc' : 'desc')
    .limit(page.limit)
    .execute();
  const messages = rows.map(messageOf);
  if (parting !== undefined)
    return {
      messages: messages.map((message) => asSeenByParted(message, parting)),
      revision: parting.revision,
    };
  return { messages, revision: rows[0]?.at_revision ?? 0 };
}

/** As much of a conversation's last message as a list shows. */
const PREVIEW_CHARS = 300;

interface ListedRow
  extends Pick<ImTables['conversations'], 'is_group' | 'title' | 'locked' | 'people_version'> {
  readonly conversation_id: string;
  readonly last_seq: number;
  readonly read_seq: number;
  readonly conversation_revision: number;
  readonly parted: PartedGroup | null;
  readonly parted_at: number | null;
  readonly participant_ids: string[] | null;
  readonly leader_ids: string[] | null;
  readonly last_message: ImTables['messages'] | null;
}

/** A conversation as the person `mine` sees it: prepared, because making and planning it took longer than the answer. */
const LISTED = `
  select c.conversation_id, least(c.last_seq, upper(mine.spans) - 1) as last_seq, c.read_seqs[mine.place] as read_seq,
         c.revision as conversation_revision, c.is_group, c.title, c.locked, c.people_version, mine.parted, mine.parted_at,
         people.participant_ids, people.leader_ids, to_json(latest.*) as last_message
  from im.participants mine
  join im.conversations c on c.conversation_id = mine.conversation_id
  cross join lateral (
    select array_agg(p.user_id order by p.place) filter (where p.spans is null or upper_inf(p.spans)) as participant_ids,
           array_agg(p.user_id order by p.place) filter (where p.leads) as leader_ids
    from im.participants p where p.conversation_id = c.conversation_id
  ) people
  left join lateral (
    select m.conversation_id, m.seq, m.message_id, m.sender_id, left(m.text, ${PREVIEW_CHARS}) as text, m.sent_at,
           m.client_id, m.extra, m.revision, m.notice
    from im.messages m
    where m.conversation_id = c.conversation_id and m.seq = least(c.last_seq, upper(mine.spans) - 1)
    limit 1 -- Or all messages of the conversation are read and held against the number.
  ) latest on true`;

/** One conversation of a person, empty or not; undefined where the person was never in it. */
export async function findConversation(
  own: Own,
  userId: string,
  conversationId: string,
): Promise<Conversation | undefined> {
  const [found] = await findConversations(own, userId, [conversationId]);
  return found;
}

/** Those of these conversations in which the person is or was. */
export async function findConversations(
  own: Own,
  userId: string,
  conversationIds: readonly string[],
): Promise<Conversation[]> {
  const rows = await own.statement<ListedRow>(
    'find-conversations',
    `${LISTED} where mine.user_id = $1 and mine.conversation_id = any($2::text[])`,
    [userId, conversationIds],
  );
  return rows.map(conversationOf);
}

/** The most recent conversations of each of these people in which something was said, in their order. */
export async function recentConversations(
  own: Own,
  asked: readonly { readonly userId: string; readonly limit: number }[],
): Promise<Conversation[][]> {
  const rows = await own.statement<ListedRow & { readonly nth: number }>(
    'recent-conversations',
    `select asked.nth, listed.*
     from unnest((select $1::text[]), (select $2::integer[])) with ordinality as asked (user_id, most, nth)
     cross join lateral (
       ${LISTED}
       where mine.user_id = asked.user_id and c.last_seq > 0
       order by coalesce(mine.parted_at, c.last_at) desc limit asked.most
     ) listed`,
    [asked.map(({ userId }) => userId), asked.map(({ limit }) => limit)],
  );
  const byAsked = Map.groupBy(rows, (row) => row.nth);
  return asked.map((_, index) => (byAsked.get(index + 1) ?? []).map(conversationOf));
}

function conversationOf(row: ListedRow): Conversation {
  return {
    conversationId: row.conversation_id,
    participantIds: row.participant_ids ?? [],
    ...(row.is_group ? groupOf(row) : {}),
    lastSeq: row.last_seq,
    readSeq: row.read_seq,
    unread: row.last_seq - row.read_seq,
    ...revisionOf(row),
    lastMessage: lastMessageOf(row),
  };
}

function revisionOf(row: {
  readonly parted: PartedGroup | null;
  readonly conversation_revision: number;
}): Pick<Conversation, 'revision'> {
  const revision = row.parted?.revision ?? row.conversation_revision;
  return revision === 0 ? {} : { revision };
}

function lastMessageOf(row: ListedRow): Message | null {
  if (row.last_message === null) return null;
  const message = messageOf(row.last_message);
  const parting = partingOf(row);
  return parting === undefined ? message : asSeenByParted(message, parting);
}

/** What a list tells of a group: to who is not in it any more, as it was then. */
function groupOf(row: {
  readonly parted: PartedGroup | null;
  readonly leader_ids: string[] | null;
  readonly title: string;
  readonly locked: boolean;
  readonly people_version: number;
}): Partial<Conversation> {
  const group = { isGroup: true, peopleVersion: row.people_version };
  if (row.parted !== null) {
    const { participantIds, leaderIds, title, isLocked } = row.parted;
    return { ...group, participantIds, leaderIds, title, isLocked, isPast: true };
  }
  return { ...group, title: row.title, isLocked: row.locked, leaderIds: row.leader_ids ?? [] };
}
