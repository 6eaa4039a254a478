// Which front ends hold calls and live. One that is gone cannot end its calls: another closes them in the books, so that
// nobody seems to be in a call for ever.
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import { Type } from 'typebox';
import type { CallSide } from './contract.ts';
import { endOf } from './ending.ts';
import { closeCallsOf, dropOlder, nodesWithCalls, type Own } from './store.ts';

const BEAT_MS = 3_000;
/** Two lost beats are no death. */
const DEAD_AFTER_MS = 10_000;
const KEPT_MS = 400 * 86_400_000;
const DROP_EVERY = 1_200;
const Beat = Type.Object({ at: Type.Integer() });

/** @param closed sides that another front end left behind. */
export async function watchNodes(
  context: Pick<ServiceContext, 'bus' | 'clock' | 'log'>,
  { own, place, closed }: { own: Own; place: string; closed: (sides: readonly CallSide[]) => void },
): Promise<AsyncDisposable> {
  const { bus, clock, log } = context;
  const nodes = await bus.keyValue('calls-nodes', Beat, { ttlMs: DEAD_AFTER_MS });
  let silent = new Set<string>();
  let round = 0;

  async function look(): Promise<void> {
    await nodes.put(place, { at: clock.wallNow() });
    if (round++ % DROP_EVERY === 0) await dropOlder(own, clock.wallNow() - KEPT_MS);
    const alive = new Set([place, ...(await nodes.keys())]);
    const missing = (await nodesWithCalls(own)).filter((node) => !alive.has(node));
    // Twice: after the bus was away, everybody has to have had the time to beat again.
    for (const node of missing.filter((one) => silent.has(one))) {
      const at = clock.wallNow();
      closed(
        await closeCallsOf(own, node, (side) => ({
          ...side,
          state: 'ended',
          endedAt: at,
          end: endOf('failed', 'server'),
          version: side.version + 1,
        })),
      );
    }
    silent = new Set(missing);
  }

  await look();
  const rounds: Rounds = startRounds(
    context,
    { everyMs: BEAT_MS, failure: 'calls of front ends that stopped are closed later' },
    look,
  );
  return {
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      await nodes
        .delete(place)
        .catch((error) => log.debug({ error }, 'other front ends will notice in a while'));
    },
  };
}
