// Which front ends hold calls and live. One that is gone cannot end its calls, nor go on with them: another takes them over.
// It needs two signs, for a process that is busy for a while is not dead: silence, and that nobody answers at its place.
import { done } from '@parley/platform/contract';
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import * as contract from './contract.ts';
import type { Places } from './routes.ts';

const BEAT_MS = 500;
const SILENT_MS = 1_600;
const ASK_MS = 1_000;
/** Something of it is still on the bus: it is busy. For longer than this it is no use to anybody. */
const BUSY_MS = 10_000;
/** After the bus was away, or we ourselves, everybody has to have had the time to be heard again. */
const RETURN_MS = 6_000;
/** Places that stand in the rows and were never heard. */
const READ_EVERY = 8;
const DROP_EVERY = 7_200;

export interface NodeWatchNeeds {
  readonly places: Places;
  /** Those that hold calls, by what stands in the rows. */
  readonly inRows: () => Promise<readonly string[]>;
  /** Forgets what is too old. */
  readonly drop: () => Promise<void>;
  /** A front end is gone: its calls are to go on here, or to be ended. */
  readonly gone: (place: string) => Promise<void>;
  /** Another has taken over ours: we were taken for dead. */
  readonly taken: () => Promise<void>;
  /** A place of another one that has no calls any more. */
  readonly isEmpty: (place: string) => boolean;
}

export interface NodeWatch extends AsyncDisposable {
  /** Looks after nobody any more; the others are told at the very end. */
  stop(): Promise<void>;
}

export async function watchNodes(
  context: Pick<ServiceContext, 'bus' | 'clock' | 'log'>,
  { places, inRows, drop, gone, taken, isEmpty }: NodeWatchNeeds,
): Promise<NodeWatch> {
  const { bus, clock, log } = context;
  const heardAt = new Map<string, number>();
  let judgesFrom = 0;
  let lookedAt = clock.now();
  let round = 0;

  await places.serve((place) => bus.serve(contract.isPlaceThere, async () => done({}), { node: place }));
  const subscriptions = [
    await bus.subscribe(contract.placeTold, ({ place, isLeaving }) => {
      if (places.has(place)) return;
      if (!isLeaving) heardAt.set(place, clock.now());
      else heardAt.set(place, Number.NEGATIVE_INFINITY);
      if (isLeaving) rounds.soon();
    }),
    await bus.subscribe(contract.placeTaken, async ({ place }) => {
      heardAt.delete(place);
      if (place === places.own) {
        log.warn({ place }, 'Another front end took this one for dead and has its calls.');
        await taken();
      } else if (places.has(place) && !mine.has(place)) await places.close(place);
    }),
  ];
  /** Taken over by us: our own word of it comes back. */
  const mine = new Set<string>();
  const returning = bus.onReconnect(() => wait());

  function wait(): void {
    const now = clock.now();
    judgesFrom = now + RETURN_MS;
    for (const place of heardAt.keys()) heardAt.set(place, now);
  }

  const mayJudge = () => bus.healthy && clock.now() >= judgesFrom;

  async function look(): Promise<void> {
    const now = clock.now();
    // We stood still ourselves: what others said meanwhile is only now heard.
    if (now - lookedAt > SILENT_MS + BEAT_MS) wait();
    lookedAt = now;
    await bus.publish(contract.placeTold, { place: places.own, isLeaving: false }).catch(() => undefined);
    if (round % DROP_EVERY === 0) await drop();
    if (round++ % READ_EVERY === 0) await readRows(now);
    if (!mayJudge()) return;
    for (const [place, at] of heardAt)
      if (now - at > SILENT_MS && (await isGone(place, at))) await bury(place);
  }

  async function readRows(now: number): Promise<void> {
    for (const place of await inRows())
      if (!places.has(place) && !heardAt.has(place)) heardAt.set(place, now);
    for (const place of places.adopted)
      if (isEmpty(place)) {
        mine.delete(place);
        await places.close(place);
      }
  }

  async function isGone(place: string, at: number): Promise<boolean> {
    const asked = await bus.call(contract.isPlaceThere, {}, { node: place, deadlineMs: ASK_MS });
    if (asked.ok) heardAt.set(place, clock.now());
    if (asked.ok || !mayJudge() || heardAt.get(place) !== at) return false;
    return asked.fault.code === 'BUS_NO_RESPONDER' || clock.now() - at > BUSY_MS;
  }

  async function bury(place: string): Promise<void> {
    mine.add(place);
    await gone(place);
    heardAt.delete(place);
    await bus.publish(contract.placeTaken, { place }).catch(() => undefined);
  }

  const rounds: Rounds = startRounds(
    context,
    { everyMs: BEAT_MS, failure: 'calls of front ends that stopped are taken over later' },
    look,
  );
  await look();
  return {
    async stop() {
      await rounds[Symbol.asyncDispose]();
      returning[Symbol.dispose]();
      for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
    },
    async [Symbol.asyncDispose]() {
      await bus
        .publish(contract.placeTold, { place: places.own, isLeaving: true })
        .catch((error) => log.debug({ error }, 'other front ends will notice in a while'));
    },
  };
}
