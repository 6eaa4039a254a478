// Which front ends live, and what becomes of the bindings of one that does not: those over connections are gone with
// it; UDP phones still listen, so another front end takes them over.
import { done } from '@parley/platform/contract';
import { type ServiceContext, startRounds } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import { Type } from 'typebox';
import * as rows from './store.ts';

const BEAT_MS = 3_000;
/** Two lost beats are no death. */
const DEAD_AFTER_MS = 10_000;
/**
 * After the bus itself was away, every node has to have had the time to beat again before it is taken for dead: it looks
 * for the bus every five seconds, and beats when it is back.
 */
const LOOK_AGAIN_MS = 8_000;
/** A death that nobody noticed, or whose bindings could not be changed then, is noticed now. */
const ROUND_MS = 30_000;
const Beat = Type.Object({ at: Type.Integer() });

/** Beats for this node, and retires the bindings of nodes that stopped. Disposing says that this node leaves. */
export async function startNodeWatch(
  context: ServiceContext,
  own: ServiceStore<rows.RegistrarTables>,
): Promise<AsyncDisposable> {
  const { bus, clock, log, nodeId } = context;
  const nodes = await bus.keyValue('registrar-nodes', Beat, { ttlMs: DEAD_AFTER_MS });

  async function retire(dead: string): Promise<void> {
    for (const userId of await rows.usersAtNode(own.db, dead)) {
      await rows.changeBindings(own, { userId }, (stored) => {
        const bindings = stored
          .filter((binding) => binding.nodeId !== dead || binding.transport === 'udp')
          .map((binding) => (binding.nodeId === dead ? { ...binding, nodeId } : binding));
        return done({ bindings, changed: stored.some((binding) => binding.nodeId === dead) });
      });
    }
  }

  let isLeaving = false;
  const work = new Set<Promise<void>>();
  function inBackground(task: Promise<unknown>, failure: string): void {
    const settled = task.then(
      () => undefined,
      (error) => log.warn({ error }, failure),
    );
    work.add(settled);
    settled.finally(() => work.delete(settled));
  }

  const doubted = new Map<string, Disposable>();
  function lookAgain(silent: string): void {
    doubted.get(silent)?.[Symbol.dispose]();
    const timer = clock.after(LOOK_AGAIN_MS, () => {
      doubted.delete(silent);
      inBackground(
        nodes.get(silent).then((value) => (value === undefined ? retire(silent) : undefined)),
        'bindings of a stopped front end stay for now',
      );
    });
    doubted.set(silent, timer);
  }

  async function silentNodes(): Promise<string[]> {
    const alive = new Set([nodeId, ...(await nodes.keys())]);
    return (await rows.nodesWithBindings(own.db)).filter((node) => !alive.has(node));
  }

  const beat = () => nodes.put(nodeId, { at: clock.wallNow() });
  await beat();
  const watch = await nodes.watch((other, value) => {
    if (value === undefined && other !== nodeId && !isLeaving) lookAgain(other);
  });
  for (const node of await silentNodes()) await retire(node);
  const rounds = startRounds(
    context,
    { everyMs: ROUND_MS, failure: 'front ends that stopped are looked for later' },
    async () => {
      for (const node of await silentNodes()) if (!doubted.has(node)) lookAgain(node);
    },
  );

  const beatNow = () => inBackground(beat(), 'this front end could not tell that it lives');
  let timer: Disposable;
  function beatLater(): void {
    timer = clock.after(BEAT_MS, () => {
      beatNow();
      beatLater();
    });
  }
  beatLater();
  const reconnected = bus.onReconnect(beatNow);

  return {
    async [Symbol.asyncDispose]() {
      isLeaving = true;
      timer[Symbol.dispose]();
      reconnected[Symbol.dispose]();
      await rounds[Symbol.asyncDispose]();
      for (const look of doubted.values()) look[Symbol.dispose]();
      await watch[Symbol.asyncDispose]();
      await Promise.all(work);
      await nodes
        .delete(nodeId)
        .catch((error) => log.debug({ error }, 'other front ends will notice in a while'));
    },
  };
}
