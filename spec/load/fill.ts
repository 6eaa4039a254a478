// Fills the database of a product with people and years of conversations, as quickly as PostgreSQL takes rows. Nobody can
// sign in as one of the people made here: who is to be signed in is hired before, and is given a share of the messages.
import { createHash } from 'node:crypto';
import { foldText } from '@parley/protocol/text';
import { searchLine } from '@parley/services/identity/rules/search-text';
import { Chance } from './chance.ts';
import { department, personName, sentence, title } from './phrasebook.ts';

export type Run = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface Filling {
  readonly people: number;
  readonly messages: number;
  readonly domain: string;
  /** Who has said and heard much, and how much: the first person here that somebody can sign in as. */
  readonly heavy: { readonly userId: string; readonly messages: number; readonly conversations: number };
  /** Unix milliseconds of the last message. */
  readonly until: number;
  /** Told now and then how many messages are there. */
  readonly progress?: (stored: number) => void;
}

const ROWS = 5_000;
/** Messages a conversation has on average. */
const LENGTH = 30;
const GROUP_SHARE = 0.1;
const YEARS_MS = 3 * 365 * 86_400_000;

/** @param run one connection of PostgreSQL's superuser: references are not checked row by row */
export async function fill(run: Run, filling: Filling): Promise<void> {
  await run('set session_replication_role = replica');
  await run('set synchronous_commit = off');
  await run(`set maintenance_work_mem = '512MB'`);
  const people = await fillPeople(run, filling);
  const keepKeys = await dropKeys(run, 'im.messages');
  await fillConversations(run, filling, people);
  await keepKeys();
  await run('set session_replication_role = origin');
  await run('analyze');
}

/**
 * Rows of all conversations at once land everywhere in an index, which is larger than PostgreSQL's memory soon: made
 * afterwards it takes a tenth of the time.
 * @returns what makes the keys again
 */
async function dropKeys(run: Run, table: string): Promise<() => Promise<void>> {
  const keys = await run<{ name: string; definition: string }>(
    `select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
     where conrelid = $1::regclass and contype in ('p', 'u')`,
    [table],
  );
  for (const { name } of keys) await run(`alter table ${table} drop constraint ${name}`);
  return async () => {
    for (const { name, definition } of keys)
      await run(`alter table ${table} add constraint ${name} ${definition}`);
  };
}

/** @returns their ids */
async function fillPeople(run: Run, { people, domain }: Filling): Promise<string[]> {
  const chance = new Chance(1);
  const ids: string[] = [];
  for (let from = 0; from < people; from += ROWS) {
    const users = Array.from({ length: Math.min(ROWS, people - from) }, (_, at) => {
      const name = personName(chance);
      const local = `${foldText(name).replace(/[^a-z]+/g, '.')}.${from + at}`;
      const phone = `+4989${String(10_000_000 + from + at)}`;
      const about = { department: department(chance), title: title(chance) };
      return { userId: chance.id(), name, address: `${local}@${domain}`, phone, ...about };
    });
    ids.push(...users.map(({ userId }) => userId));
    await run(
      `insert into identity.users (user_id, address, name, title, department, office, phone, sort_name, search_line)
       select id, address, name, title, department, '', phone, sort_name, line
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
         as given (id, address, name, title, department, phone, sort_name, line)`,
      [
        users.map(({ userId }) => userId),
        users.map(({ address }) => address),
        users.map(({ name }) => name),
        users.map((user) => user.title),
        users.map((user) => user.department),
        users.map(({ phone }) => phone),
        users.map(({ name }) => foldText(name)),
        users.map(searchLine),
      ],
    );
  }
  return ids;
}

interface Talk {
  readonly conversationId: string;
  readonly participantIds: readonly string[];
  lastSeq: number;
  lastAt: number;
}

/** Of people who have none together yet. */
function talkOf(chance: Chance, people: readonly string[], first: () => string, taken: Set<string>): Talk {
  for (;;) {
    const count = chance.next() < GROUP_SHARE ? 3 + chance.below(6) : 2;
    const found = new Set([first()]);
    while (found.size < count) found.add(chance.oneOf(people));
    const participantIds = [...found].sort();
    const key = participantIds.join('\n');
    if (taken.has(key)) continue;
    taken.add(key);
    return { conversationId: chance.id(), participantIds, lastSeq: 0, lastAt: 0 };
  }
}

async function fillConversations(run: Run, filling: Filling, people: readonly string[]): Promise<void> {
  const { messages, heavy, until, progress } = filling;
  const chance = new Chance(2);
  const taken = new Set<string>();
  const talks = Array.from({ length: Math.max(1, Math.ceil(messages / LENGTH)) }, () =>
    talkOf(chance, people, () => chance.oneOf(people), taken),
  );
  const heavyTalks = Array.from({ length: heavy.conversations }, () =>
    talkOf(chance, people, () => heavy.userId, taken),
  );
  let heavyLeft = heavy.messages;
  const stepMs = YEARS_MS / messages;
  for (let from = 0; from < messages; from += ROWS) {
    const batch = Array.from({ length: Math.min(ROWS, messages - from) }, (_, at) => {
      const isHeavy = chance.below(messages - from - at) < heavyLeft;
      if (isHeavy) heavyLeft -= 1;
      const talk = isHeavy
        ? heavyTalks[chance.longTail(heavyTalks.length, 3)]!
        : talks[chance.longTail(talks.length)]!;
      talk.lastSeq += 1;
      talk.lastAt = Math.floor(until - YEARS_MS + (from + at) * stepMs);
      const { conversationId, lastSeq: seq, lastAt: sentAt } = talk;
      const senderId = chance.oneOf(talk.participantIds);
      return { conversationId, seq, sentAt, senderId, id: chance.id(), text: sentence(chance) };
    });
    await run(
      `insert into im.messages (conversation_id, seq, message_id, sender_id, text, sent_at, client_id)
       select conversation_id, seq, id, sender_id, text, sent_at, id
       from unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::bigint[])
         as given (conversation_id, seq, id, sender_id, text, sent_at)`,
      [
        batch.map(({ conversationId }) => conversationId),
        batch.map(({ seq }) => seq),
        batch.map(({ id }) => id),
        batch.map(({ senderId }) => senderId),
        batch.map(({ text }) => text),
        batch.map(({ sentAt }) => sentAt),
      ],
    );
    progress?.(from + batch.length);
  }
  const said = [...talks, ...heavyTalks].filter(({ lastSeq }) => lastSeq > 0);
  for (let from = 0; from < said.length; from += ROWS) await storeTalks(run, said.slice(from, from + ROWS));
}

/** Everybody has read everything, and the phones have had it. */
async function storeTalks(run: Run, talks: readonly Talk[]): Promise<void> {
  await run(
    `insert into im.conversations (conversation_id, participant_key, last_seq, last_at, read_seqs, phone_seqs)
     select id, key, seq, at, array_fill(seq, array[people]), array_fill(seq, array[people])
     from unnest($1::text[], $2::text[], $3::integer[], $4::bigint[], $5::integer[]) as given (id, key, seq, at, people)`,
    [
      talks.map(({ conversationId }) => conversationId),
      talks.map(({ participantIds }) => createHash('sha256').update(participantIds.join('\n')).digest('hex')),
      talks.map(({ lastSeq }) => lastSeq),
      talks.map(({ lastAt }) => lastAt),
      talks.map(({ participantIds }) => participantIds.length),
    ],
  );
  const members = talks.flatMap(({ conversationId, participantIds }) =>
    participantIds.map((userId, index) => ({ conversationId, userId, place: index + 1 })),
  );
  await run(
    `insert into im.participants (conversation_id, user_id, place)
     select * from unnest($1::text[], $2::text[], $3::integer[])`,
    [
      members.map(({ conversationId }) => conversationId),
      members.map(({ userId }) => userId),
      members.map(({ place }) => place),
    ],
  );
}
