// Calendar feeds, read again and again: each by one front end at a time, with a pause that grows while it fails. What was
// read last holds until something better comes.
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import type { Presentities } from '../presentity.ts';
import { type CalendarRow, claimDue, type PresenceTables, putResult } from '../store.ts';
import { type FeedResult, readFeed } from './feed.ts';

const ROUND_MS = 5_000;
const READ_EVERY_MS = 10 * 60_000;
const LONGEST_PAUSE_MS = 4 * 3_600_000;
/** An attempt that is given up with its process is made again after this, which is never sooner than a feed may be asked. */
const CLAIM_MS = 5 * 60_000;
const AT_ONCE = 8;
/** The window of two weeks moves on: the feed is asked for all of it again though it says that nothing has changed. */
const KEEP_BLOCKS_MS = 24 * 3_600_000;

export interface CalendarNeeds {
  readonly own: ServiceStore<PresenceTables>;
  readonly presentities: Presentities;
}

export function startCalendars(context: ServiceContext, { own, presentities }: CalendarNeeds): Rounds {
  const { clock, log, config } = context;
  const stopping = new AbortController();
  const limits = { clock, allowPrivate: config.calendar.allowPrivate, signal: stopping.signal };

  async function read(row: CalendarRow): Promise<void> {
    const now = clock.wallNow();
    const isFresh = now - row.blocks_at < KEEP_BLOCKS_MS;
    const result = await readFeed({ url: row.url, etag: isFresh ? row.etag : '' }, limits);
    if (stopping.signal.aborted) return;
    const next = afterRead(row, result, clock.wallNow());
    // Never the address: whoever has it can read the calendar.
    if (next.problem !== '')
      log.debug({ userId: row.user_id, problem: next.problem }, 'a calendar is not read');
    const isNews = result.kind === 'read' && JSON.stringify(row.blocks) !== JSON.stringify(next.blocks);
    if (!isNews) return void (await own.transaction(({ db }) => putResult(db, next)));
    await presentities.change(
      row.user_id,
      () => ({}),
      (db) => putResult(db, next),
    );
  }

  const rounds = startRounds(
    context,
    { everyMs: ROUND_MS, failure: 'calendars are read later' },
    async () => {
      for (;;) {
        const now = clock.wallNow();
        const due = await claimDue(own, { now, untilMs: now + CLAIM_MS, limit: AT_ONCE });
        await Promise.all(due.map(read));
        if (due.length < AT_ONCE || stopping.signal.aborted) return;
      }
    },
  );
  return {
    soon: rounds.soon,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await rounds[Symbol.asyncDispose]();
    },
  };
}

/** What is known of a feed after an attempt. */
export function afterRead(row: CalendarRow, result: FeedResult, now: number): CalendarRow {
  if (result.kind === 'failed') {
    const pauseMs = Math.min(READ_EVERY_MS * 2 ** row.failures, LONGEST_PAUSE_MS);
    return { ...row, failures: row.failures + 1, problem: result.problem, next_at: now + pauseMs };
  }
  const good = { ...row, read_at: now, failures: 0, problem: '', next_at: now + READ_EVERY_MS };
  if (result.kind === 'unchanged') return good;
  return { ...good, etag: result.etag, blocks: result.blocks, blocks_at: now };
}
