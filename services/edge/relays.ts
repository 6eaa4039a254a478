// Which relays run, here and in other processes: each tells of itself, and is forgotten when it stops doing so.
import { type ServiceContext, startRounds } from '@parley/platform/host';
import { Type } from 'typebox';

const BEAT_MS = 5_000;
const DEAD_AFTER_MS = 16_000;
const Beat = Type.Object({ urls: Type.Array(Type.String({ maxLength: 300 }), { maxItems: 3 }) });

export interface Relays extends AsyncDisposable {
  /** The addresses of each, our own first. */
  all(): (readonly string[])[];
}

/** @param own what this process listens on, as of now. Disposing says that it leaves. */
export async function followRelays(
  context: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>,
  own: () => readonly string[],
): Promise<Relays> {
  const { bus, log, nodeId } = context;
  const beats = await bus.keyValue('edge-relays', Beat, { ttlMs: DEAD_AFTER_MS });
  const others = new Map<string, readonly string[]>();
  const watch = await beats.watch((node, beat) => {
    if (node === nodeId) return;
    if (beat === undefined) others.delete(node);
    else others.set(node, beat.urls);
  });
  const tell = () => beats.put(nodeId, { urls: [...own()] });
  const rounds = startRounds(
    context,
    { everyMs: BEAT_MS, failure: 'browsers are not told of this relay for now' },
    tell,
  );
  // The ports are known when the process listens, which is after all services have started.
  rounds.soon(1_000);
  return {
    all: () => [own(), ...others.values()],
    async [Symbol.asyncDispose]() {
      await rounds[Symbol.asyncDispose]();
      await watch[Symbol.asyncDispose]();
      await beats.delete(nodeId).catch((error) => log.debug({ error }, 'this relay is forgotten in a while'));
    },
  };
}
