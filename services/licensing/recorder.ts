// The access of one process, folded in memory (licensing rule M2): one row for each pair, level and day, sent within
// seconds when it is the first of its day; how often it was used follows every few minutes. Bounded; what is not
// acknowledged is sent again under the same batch id.
import { randomUUID } from 'node:crypto';
import type { ServiceContext } from '@parley/platform/host';
import { recordAccess } from './contract.ts';
import { DAY_MS, dayOf } from './rules/day.ts';
import type { CalKind, Edge } from './rules/model.ts';

const SEND_EVERY_MS = 3_000;
/** How often it is counted up what the service knows of already. */
const COUNT_EVERY_MS = 5 * 60_000;
const EDGES_A_BATCH = 2_000;
/** Enough for an hour of a large organisation whose licensing service is away. */
const EDGES_HELD = 50_000;
const NAMES_HELD = 10_000;
const LAST_SEND_MS = 2_000;

export interface RecordedAccess {
  readonly userId: string | null;
  readonly deviceId: string | null;
  readonly level: CalKind;
  /** What the device calls itself, where it does. */
  readonly deviceName?: string | undefined;
}

export interface AccessRecorder extends AsyncDisposable {
  record(access: RecordedAccess): void;
}

type Batch = {
  readonly batchId: string;
  readonly edges: Edge[];
  readonly deviceNames: Record<string, string>;
};
type Ports = Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'metrics'>;

export function startRecorder({ bus, clock, log, metrics }: Ports): AccessRecorder {
  const lost = metrics.counter(
    'parley_licence_evidence_lost_total',
    'Accesses that were not recorded because the licensing service was away for too long.',
  );
  const held = new Map<string, Edge>();
  /** Uses of pairs that were sent today. */
  const counted = new Map<string, Edge>();
  const sentToday = new Set<string>();
  let countAt = clock.now() + COUNT_EVERY_MS;
  const names = new Map<string, string>();
  /** Names that the service knows already. */
  const told = new Map<string, string>();
  let unsent: Batch | undefined;
  let timer: Disposable | undefined;
  let dueAt = 0;
  let sending: Promise<void> | undefined;
  let isClosed = false;
  let isQuiet = false;
  let today = '';
  let todayEndsAt = Number.NEGATIVE_INFINITY;

  function dayNow(): string {
    const now = clock.wallNow();
    if (now >= todayEndsAt || now < todayEndsAt - DAY_MS) {
      const number = Math.floor(now / DAY_MS);
      today = dayOf(number);
      todayEndsAt = (number + 1) * DAY_MS;
      sentToday.clear();
    }
    return today;
  }

  function nextBatch(): Batch | undefined {
    if (isClosed || clock.now() >= countAt) {
      countAt = clock.now() + COUNT_EVERY_MS;
      for (const [key, edge] of counted) held.set(key, added(held.get(key), edge));
      counted.clear();
    }
    if (held.size === 0) return undefined;
    const edges: Edge[] = [];
    for (const [key, edge] of held) {
      edges.push(edge);
      held.delete(key);
      if (sentToday.size >= EDGES_HELD) sentToday.clear();
      sentToday.add(key);
      if (edges.length === EDGES_A_BATCH) break;
    }
    const deviceNames = Object.fromEntries(names);
    names.clear();
    return { batchId: randomUUID(), edges, deviceNames };
  }

  async function send(): Promise<void> {
    for (;;) {
      unsent ??= nextBatch();
      if (unsent === undefined) return;
      const recorded = await bus.call(recordAccess, unsent, isClosed ? { deadlineMs: LAST_SEND_MS } : {});
      if (!recorded.ok) {
        if (!isQuiet) log.info({ fault: recorded.fault.code }, 'evidence of access waits to be recorded');
        isQuiet = true;
        return;
      }
      isQuiet = false;
      unsent = undefined;
    }
  }

  function sendSoon(delayMs: number): void {
    const due = clock.now() + delayMs;
    if (isClosed || sending !== undefined || (timer !== undefined && dueAt <= due)) return;
    timer?.[Symbol.dispose]();
    dueAt = due;
    timer = clock.after(delayMs, () => {
      sending = send()
        .catch((error) => log.warn({ error }, 'evidence of access waits to be recorded'))
        .then(() => {
          timer = undefined;
          sending = undefined;
          if (unsent !== undefined || held.size > 0) sendSoon(SEND_EVERY_MS);
          else if (counted.size > 0) sendSoon(Math.max(SEND_EVERY_MS, countAt - clock.now()));
        });
    });
  }

  return {
    record({ userId, deviceId, level, deviceName }) {
      // Nobody on nothing: no CAL could cover it, and the evidence has no place for it.
      if (userId === null && deviceId === null) return;
      const day = dayNow();
      const key = `${level}|${day}|${userId ?? ''}|${deviceId ?? ''}`;
      const isKnown = sentToday.has(key);
      const fold = isKnown ? counted : held;
      const edge = fold.get(key);
      if (edge !== undefined) edge.count += 1;
      else if (fold.size >= EDGES_HELD) lost.add();
      else fold.set(key, { userId, deviceId, level, firstDay: day, lastDay: day, count: 1 });
      if (deviceId !== null && deviceName !== undefined && told.get(deviceId) !== deviceName) {
        if (told.size >= NAMES_HELD) told.clear();
        told.set(deviceId, deviceName);
        if (names.size < EDGES_A_BATCH) names.set(deviceId, deviceName.slice(0, 200));
      }
      sendSoon(isKnown ? Math.max(SEND_EVERY_MS, countAt - clock.now()) : SEND_EVERY_MS);
    },
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      await sending;
      timer?.[Symbol.dispose]();
      await send().catch((error) => log.warn({ error }, 'evidence of access was not recorded'));
    },
  };
}

function added(held: Edge | undefined, edge: Edge): Edge {
  return held === undefined ? edge : { ...held, count: held.count + edge.count };
}
