// The rows of groups: who is in them, what each may see, and what is said about it in the conversation. Beside store.ts.
import type { ServiceStore } from '@parley/platform/store';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { HistoryForNewPeople } from '../policy/contract.ts';
import type { Message, Privacy } from './contract.ts';
import type { Group } from './group.ts';
import type { ImTables, PartedGroup } from './store.ts';

type Tx = Transaction<ImTables>;
type Db = Kysely<ImTables> | Tx;
type Own = ServiceStore<ImTables>;

export interface LockedMember {
  readonly userId: string;
  readonly place: number;
  readonly spans: string | null;
  readonly leads: boolean;
  readonly isHere: boolean;
}

/** A conversation whose row is locked until the transaction ends: nobody writes in it meanwhile. */
export interface LockedGroup {
  readonly conversationId: string;
  readonly isGroup: boolean;
  readonly title: string;
  readonly isLocked: boolean;
  readonly version: number;
  readonly lastSeq: number;
  readonly revision: number;
  readonly reads: readonly number[];
  readonly phones: readonly number[];
  /** Everybody who was ever in it, by place. */
  readonly members: readonly LockedMember[];
}

export async function lockGroup(db: Tx, conversationId: string): Promise<LockedGroup | undefined> {
  const row = await db
    .selectFrom('conversations')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const members = await db
    .selectFrom('participants')
    .select(['user_id', 'place', 'leads', 'spans'])
    .select(sql<boolean>`spans is null or upper_inf(spans)`.as('is_here'))
    .where('conversation_id', '=', conversationId)
    .orderBy('place')
    .execute();
  return {
    conversationId,
    isGroup: row.is_group,
    title: row.title,
    isLocked: row.locked,
    version: row.people_version,
    lastSeq: row.last_seq,
    revision: row.revision,
    reads: row.read_seqs,
    phones: row.phone_seqs,
    members: members.map(({ user_id: userId, is_here: isHere, ...member }) => ({
      userId,
      isHere,
      ...member,
    })),
  };
}

export interface GroupStep {
  readonly locked: LockedGroup;
  readonly group: Group;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Numbered after the last message. */
  readonly notices: readonly Message[];
  readonly by: string;
  readonly history: HistoryForNewPeople;
  readonly now: number;
}

/** What is so after a step: who is in it at which place, and how far each place had got before. */
export interface TakenStep {
  readonly participantIds: readonly string[];
  readonly places: readonly number[];
  readonly placeOf: ReadonlyMap<string, number>;
  seenBy(place: number): number;
}

export async function takeStep(db: Tx, step: GroupStep): Promise<TakenStep> {
  const { locked, group, added, removed, notices, now } = step;
  const { conversationId, lastSeq } = locked;
  const placeOf = new Map(locked.members.map(({ userId, place }) => [userId, place]));
  let nextPlace = locked.members.length;
  const reads = [...locked.reads];
  const phones = [...locked.phones];
  const endSeq = lastSeq + notices.length;
  const joining: ImTables['participants'][] = [];
  for (const userId of added) {
    const returning = placeOf.get(userId);
    const place = returning ?? ++nextPlace;
    placeOf.set(userId, place);
    // What was said while somebody was away is not new to them, whether they may see it or not.
    reads[place - 1] = lastSeq;
    phones[place - 1] = lastSeq;
    const spans = spansOf(step, returning === undefined ? undefined : locked.members[returning - 1]);
    const blank = { leads: false, parted: null, parted_at: null };
    joining.push({ conversation_id: conversationId, user_id: userId, place, spans, ...blank });
  }
  if (joining.length > 0)
    await db
      .insertInto('participants')
      .values(joining)
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'conversation_id']).doUpdateSet((row) => ({
          spans: row.ref('excluded.spans'),
          leads: false,
          parted: null,
          parted_at: null,
        })),
      )
      .execute();
  const leaders = group.members.filter(({ leads }) => leads).map(({ userId }) => userId);
  const parted: PartedGroup = {
    revision: locked.revision,
    participantIds: locked.members.filter(({ isHere }) => isHere).map(({ userId }) => userId),
    leaderIds: locked.members.filter(({ leads }) => leads).map(({ userId }) => userId),
    title: locked.title,
    isLocked: locked.isLocked,
  };
  if (removed.length > 0)
    await db
      .updateTable('participants')
      .set({
        // Up to the word of their own leaving, which is the first of these notices.
        spans: sql<string>`coalesce(spans, '{[1,)}') * int4multirange(int4range(1, ${lastSeq + 2}))`,
        parted: sql<PartedGroup>`${JSON.stringify(parted)}::jsonb`,
        parted_at: now,
      })
      .where('conversation_id', '=', conversationId)
      .where('user_id', 'in', [...removed])
      .execute();
  await db
    .updateTable('participants')
    .set({ leads: sql<boolean>`user_id = any(${leaders}::text[])` })
    .where('conversation_id', '=', conversationId)
    .execute();
  const author = placeOf.get(step.by);
  if (author !== undefined) reads[author - 1] = removed.includes(step.by) ? lastSeq + 1 : endSeq;
  const here = group.members.map(({ userId }) => ({ userId, place: placeOf.get(userId) ?? 0 }));
  here.sort((one, other) => one.place - other.place);
  const places = here.map(({ place }) => place);
  const gone = [...placeOf.values()].filter((place) => !places.includes(place)).sort((a, b) => a - b);
  await db
    .updateTable('conversations')
    .set({
      is_group: true,
      // Free for a conversation of just the people that it had.
      ...(locked.isGroup ? {} : { participant_key: `group:${conversationId}` }),
      title: group.title,
      locked: group.isLocked,
      people_version: locked.version + 1,
      last_seq: endSeq,
      last_at: now,
      read_seqs: reads,
      phone_seqs: phones,
      gone: gone.length === 0 ? null : gone,
    })
    .where('conversation_id', '=', conversationId)
    .execute();
  await putNotices(db, notices);
  return {
    participantIds: here.map(({ userId }) => userId),
    places,
    placeOf,
    seenBy: (place) => Math.max(locked.reads[place - 1] ?? lastSeq, locked.phones[place - 1] ?? lastSeq),
  };
}

function spansOf({ history, locked }: GroupStep, before: LockedMember | undefined): string {
  if (history === 'all') return '{[1,)}';
  const present = `[${locked.lastSeq + 1},)`;
  const past = history === 'sinceJoin' ? (before?.spans ?? '{}') : '{}';
  return `{${[past.slice(1, -1), present].filter(Boolean).join(',')}}`;
}

/** A group that was not there before, of these people in this order; the first leads it. */
export async function makeGroup(
  db: Tx,
  made: {
    readonly conversationId: string;
    readonly participantIds: readonly string[];
    readonly title: string;
    readonly notice: Message;
  },
): Promise<void> {
  const { conversationId, participantIds, title, notice } = made;
  const zeros = participantIds.map(() => 0);
  await db
    .insertInto('conversations')
    .values({
      conversation_id: conversationId,
      participant_key: `group:${conversationId}`,
      last_seq: 1,
      last_at: notice.sentAt,
      revision: 0,
      read_seqs: [1, ...zeros.slice(1)],
      phone_seqs: zeros,
      is_group: true,
      title,
      locked: false,
      people_version: 1,
      gone: null,
    })
    .execute();
  await db
    .insertInto('participants')
    .values(
      participantIds.map((user_id, index) => ({
        conversation_id: conversationId,
        user_id,
        place: index + 1,
        // Nobody is added to what was said before there was something: the span of the beginning is all.
        spans: '{[1,)}',
        leads: index === 0,
        parted: null,
        parted_at: null,
      })),
    )
    .execute();
  await putNotices(db, [notice]);
}

async function putNotices(db: Tx, notices: readonly Message[]): Promise<void> {
  await db
    .insertInto('messages')
    .values(
      notices.map((message) => ({
        conversation_id: message.conversationId,
        seq: message.seq,
        message_id: message.messageId,
        sender_id: message.senderId,
        text: message.text,
        sent_at: message.sentAt,
        client_id: message.clientId,
        notice: sql<null>`${JSON.stringify(message.notice ?? null)}::jsonb`,
      })),
    )
    .execute();
}

/** Who may see one message, in order of their places. */
export async function peopleAt(
  own: Own,
  conversationId: string,
  seq: number,
): Promise<{ readonly participantIds: string[]; readonly places: number[] }> {
  const rows = await own.statement<{ user_id: string; place: number }>(
    'people-at',
    `select user_id, place from im.participants
     where conversation_id = $1 and (spans is null or $2::integer <@ spans) order by place`,
    [conversationId, seq],
  );
  return { participantIds: rows.map((row) => row.user_id), places: rows.map((row) => row.place) };
}

/** Whether this person was ever in the conversation. */
export async function wasIn(own: Own, conversationId: string, userId: string): Promise<boolean> {
  const rows = await own.statement(
    'was-in',
    'select 1 as found from im.participants where user_id = $1 and conversation_id = $2',
    [userId, conversationId],
  );
  return rows.length > 0;
}

export interface ReadMark {
  readonly userId: string;
  readonly seq: number;
  readonly phoneSeq: number;
  readonly lastSeq: number;
}

/** How far those who are in it have read, and their phones have been given it. */
export async function readMarks(own: Own, conversationId: string): Promise<readonly ReadMark[]> {
  return await own.statement(
    'read-marks',
    `select p.user_id as "userId", c.read_seqs[p.place] as seq, c.phone_seqs[p.place] as "phoneSeq",
       c.last_seq as "lastSeq"
     from im.conversations c join im.participants p on p.conversation_id = c.conversation_id
     where c.conversation_id = $1 and (p.spans is null or upper_inf(p.spans)) order by p.place`,
    [conversationId],
  );
}

export async function putPrivacy(db: Tx, userId: string, hidesReceipts: boolean): Promise<Privacy> {
  const row = await db
    .insertInto('privacy')
    .values({ user_id: userId, hides_receipts: hidesReceipts, version: 1 })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({
        hides_receipts: hidesReceipts,
        version: sql<number>`privacy.version + 1`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return { userId, hidesReceipts: row.hides_receipts, version: row.version };
}

export async function privacyPage(
  db: Db,
  after: string | undefined,
  limit: number,
): Promise<{ privacies: Privacy[]; next?: string }> {
  const rows = await db
    .selectFrom('privacy')
    .selectAll()
    .where('user_id', '>', after ?? '')
    .orderBy('user_id')
    .limit(limit)
    .execute();
  const privacies = rows.map((row) => ({
    userId: row.user_id,
    hidesReceipts: row.hides_receipts,
    version: row.version,
  }));
  const last = rows.at(-1);
  return rows.length === limit && last !== undefined ? { privacies, next: last.user_id } : { privacies };
}
