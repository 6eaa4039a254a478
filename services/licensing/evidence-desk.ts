// Evidence comes in: folded batches of every process, and rows of imported logs (licensing rules M2, M10). A batch counts
// once; nothing is kept for longer than the window.

import type { ReplyOf, RequestOf } from '@parley/platform/contract';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import type { Books } from './books.ts';
import type { recordAccess } from './contract.ts';
import { distinct } from './evidence-book.ts';
import { windowStart } from './reckoning.ts';
import { addDays, isDay } from './rules/day.ts';
import type { Edge } from './rules/model.ts';
import * as rows from './store.ts';
import type { LicensingTables } from './tables.ts';

type Own = ServiceStore<LicensingTables>;
const REMEMBER_BATCHES_MS = 7 * 86_400_000;
const REMEMBER_ANSWERS_MS = 86_400_000;
const REMEMBER_HAPPENINGS_DAYS = 400;

/** @returns how many pairs are new with it. */
export async function takeEdges(
  own: Own,
  books: Books,
  { batchId, edges, deviceNames = {} }: RequestOf<typeof recordAccess>,
  now: number,
): Promise<{ readonly recorded: number; readonly added: number }> {
  const usable = distinct(usableEdges(edges, books));
  return own.transaction(async ({ db }) => {
    if (!(await rows.takeBatch(db, batchId, now))) return { recorded: 0, added: 0 };
    const added = usable.length === 0 ? 0 : await rows.addEdges(db, usable);
    const seen = new Set(usable.flatMap(({ deviceId }) => (deviceId === null ? [] : [deviceId])));
    const names = new Map(Object.entries(deviceNames).filter(([deviceId]) => seen.has(deviceId)));
    await rows.putDeviceNames(db, names, books.today);
    await rows.touchDeviceNames(db, [...seen], books.today);
    return { recorded: usable.length, added };
  });
}

export async function recorded(
  own: Own,
  books: Books,
  request: RequestOf<typeof recordAccess>,
  now: number,
): Promise<Outcome<ReplyOf<typeof recordAccess> & { added: number }>> {
  return done(await takeEdges(own, books, request, now));
}

/** Days that are none, that lie ahead or behind the window: nothing that a report could use. */
function usableEdges(edges: readonly Edge[], books: Books): Edge[] {
  const { today } = books;
  const from = windowStart(today, books.ledger.settings.windowDays);
  // Clocks of processes differ around midnight.
  const until = addDays(today, 1);
  return edges.filter(
    ({ firstDay, lastDay }) =>
      isDay(firstDay) && isDay(lastDay) && firstDay <= lastDay && lastDay >= from && lastDay <= until,
  );
}

/** Once a day: what left the window, and keys that nobody can repeat any more. */
export async function clearOld(own: Own, books: Books, now: number): Promise<void> {
  const { today } = books;
  const from = windowStart(today, books.ledger.settings.windowDays);
  await own.transaction(async ({ db }) => {
    await rows.lockLedger(db);
    await rows.clearEdges(db, from, today);
    await rows.forgetOld(db, {
      batchesBefore: now - REMEMBER_BATCHES_MS,
      answersBefore: now - REMEMBER_ANSWERS_MS,
      happeningsBefore: addDays(today, -REMEMBER_HAPPENINGS_DAYS),
    });
  });
}
