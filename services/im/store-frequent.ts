// Whom somebody writes to most, counted from the messages that there are: nothing is written for it.
import type { ServiceStore } from '@parley/platform/store';
import type { ImTables } from './store.ts';

/** Four weeks. */
const COUNTED_MS = 28 * 86_400_000;
/** Conversations that are looked at, the latest first, and messages that are counted in each. */
const CONVERSATIONS = 100;
const MESSAGES = 200;
/** Fewer say nothing. */
const LEAST = 3;
const PEOPLE = 10;

/** Who talked most with this person, with nobody else there; in both directions. */
export async function frequentPeople(
  own: ServiceStore<ImTables>,
  userId: string,
  nowMs: number,
): Promise<string[]> {
  const rows = await own.statement<{ user_id: string }>(
    'frequent-people',
    `with latest as (
       select c.conversation_id, c.last_seq, other.user_id
       from im.participants mine
       join im.conversations c on c.conversation_id = mine.conversation_id
       join im.participants other on other.conversation_id = c.conversation_id and other.user_id <> $1
       where mine.user_id = $1 and c.last_at >= $2 and not c.is_group and cardinality(c.read_seqs) = 2
       order by c.last_at desc limit ${CONVERSATIONS})
     select latest.user_id from latest, lateral (
       select count(*) as messages from im.messages m
       where m.conversation_id = latest.conversation_id
         and m.seq > latest.last_seq - ${MESSAGES} and m.sent_at >= $2) as counted
     where counted.messages >= ${LEAST}
     order by counted.messages desc, latest.user_id limit ${PEOPLE}`,
    [userId, nowMs - COUNTED_MS],
  );
  return rows.map((row) => row.user_id);
}
