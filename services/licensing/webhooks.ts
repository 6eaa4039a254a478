// Webhooks: what happens to the licences, told to the addresses that a manager named (licensing rule M3). Each call is a row
// until it is answered: signed with HMAC-SHA-256, tried again with growing pauses for a day, no redirects, bounded.
import { createHmac, randomUUID } from 'node:crypto';
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import type { Books } from './books.ts';
import { endingsOf } from './position-report.ts';
import type { Happening } from './settings-desk.ts';
import * as rows from './store.ts';
import type { LicensingTables } from './tables.ts';

type Own = ServiceStore<LicensingTables>;

/** Beside the body: `t=<Unix seconds>,v1=<hex HMAC-SHA-256 over "<t>.<body>">`. */
export const SIGNATURE_HEADER = 'x-parley-signature';
const ROUND_MS = 5_000;
const CALLS_A_ROUND = 20;
const TIMEOUT_MS = 5_000;
const LEASE_MS = 60_000;
const PAUSES_S = [10, 60, 300, 1_800, 7_200, 21_600, 43_200];
const DAYS_AHEAD = [90, 60, 30];
const ANSWER_LIMIT_BYTES = 64 * 1024;

export interface Telling {
  readonly event: Happening;
  /** One telling for each, however often it is seen. */
  readonly happening: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Everything that is true on the day of the books and that somebody may want to hear of, once. */
export function tellings({
  ledger,
  reckoning,
  today,
}: Pick<Books, 'ledger' | 'reckoning' | 'today'>): Telling[] {
  const told: Telling[] = [];
  const { overSince, settings } = ledger;
  if (overSince !== null) {
    const { graceDaysLeft } = reckoning;
    const data = { since: overSince, unlicensed: reckoning.unlicensed, graceDaysLeft };
    told.push({ event: 'over-limit', happening: `over-limit ${overSince}`, data });
    if (settings.mode === 'enforce') {
      const event = graceDaysLeft === null ? 'grace-ended' : 'grace-started';
      told.push({ event, happening: `${event} ${overSince}`, data });
    }
  }
  for (const { what, id, on, daysLeft } of endingsOf(ledger, today)) {
    const event = what === 'file' ? 'file-ending' : 'assurance-ending';
    // The nearest of 90, 60 and 30 days: a server that was off is told once, not three times.
    const within = DAYS_AHEAD.filter((days) => daysLeft <= days).at(-1);
    if (within !== undefined)
      told.push({ event, happening: `${event} ${id} ${on} ${within}`, data: { id, on, daysLeft } });
  }
  for (const { sku, metric, owned, assigned } of reckoning.lines) {
    if (owned === 0 || assigned < owned) continue;
    const happening = `cap-reached ${sku} ${metric} ${owned}`;
    told.push({ event: 'cap-reached', happening, data: { sku, metric, owned, assigned } });
  }
  return told;
}

/** Notes a call for each address that wants to hear of what is new. */
export async function noteCalls(own: Own, books: Books, now: number): Promise<void> {
  const all = tellings(books);
  if (all.length === 0 || books.ledger.webhooks.size === 0) return;
  await own.transaction(async ({ db }) => {
    const fresh = new Set(
      await rows.newHappenings(
        db,
        all.map(({ happening }) => happening.slice(0, 500)),
        books.today,
      ),
    );
    const calls = all
      .filter(({ happening }) => fresh.has(happening.slice(0, 500)))
      .flatMap(({ event, data }) =>
        [...books.ledger.webhooks.values()]
          .filter(({ events }) => events.includes(event))
          .map(({ webhookId, url }) => {
            const callId = randomUUID();
            const body = JSON.stringify({ id: callId, event, day: books.today, data });
            return {
              call_id: callId,
              webhook_id: webhookId,
              url,
              body,
              due_at: now,
              tries: 0,
              last_result: '',
            };
          }),
      );
    await rows.insertCalls(db, calls);
  });
}

export function startWebhooks(context: Pick<ServiceContext, 'clock' | 'log'>, own: Own): Rounds {
  const { clock, log } = context;
  const stopping = new AbortController();

  async function call(row: LicensingTables['calls']): Promise<void> {
    const secret = await rows.secretOf(own.db, row.webhook_id);
    if (secret === undefined) return rows.dropCall(own.db, row.call_id);
    const problem = await post(
      row.url,
      row.body,
      secret,
      Math.floor(clock.wallNow() / 1000),
      stopping.signal,
    );
    if (problem === undefined) return rows.dropCall(own.db, row.call_id);
    const pauseS = PAUSES_S[row.tries];
    if (pauseS === undefined) {
      log.warn({ webhookId: row.webhook_id, problem }, 'a webhook was given up');
      return rows.dropCall(own.db, row.call_id);
    }
    const due_at = clock.wallNow() + pauseS * 1000;
    await rows.putOffCall(own.db, row.call_id, { due_at, tries: row.tries + 1, last_result: problem });
  }

  const rounds = startRounds(context, { everyMs: ROUND_MS, failure: 'webhooks wait' }, async () => {
    const now = clock.wallNow();
    const due = await own.transaction(({ db }) => rows.takeDueCalls(db, now, now + LEASE_MS, CALLS_A_ROUND));
    // Together: one address that does not answer must not hold up the others.
    await Promise.all(due.map(call));
  });
  return {
    soon: rounds.soon,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await rounds[Symbol.asyncDispose]();
    },
  };
}

/** @returns what went wrong, or undefined where the address answered with 2xx. */
async function post(
  url: string,
  body: string,
  secret: string,
  atS: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const signature = createHmac('sha256', secret).update(`${atS}.${body}`).digest('hex');
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [SIGNATURE_HEADER]: `t=${atS},v1=${signature}` },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await readToItsEnd(response);
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    return error instanceof Error ? error.name : 'no answer';
  }
}

/** What the address says is of no interest; it is read so far that the connection can be used again. */
async function readToItsEnd({ body }: Response): Promise<void> {
  if (body === null) return;
  let readBytes = 0;
  for await (const chunk of body) {
    readBytes += chunk.byteLength;
    if (readBytes > ANSWER_LIMIT_BYTES) break;
  }
}
