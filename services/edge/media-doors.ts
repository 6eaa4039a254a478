// Where media hosts take the packets of browsers: the only places inside that a relay reaches by itself. Each host tells its
// own, and is forgotten when it falls silent.
import type { ServiceContext } from '@parley/platform/host';
import { readIpAddress, writeIpAddress } from '@parley/protocol/ice';
import { type Door, hostTold, listHosts } from '../media/contract.ts';

/** A host tells of itself every five seconds. */
export const SILENT_MS = 16_000;

export class MediaDoors implements AsyncDisposable {
  readonly #now: () => number;
  readonly #hosts = new Map<string, { readonly doors: readonly Door[]; readonly at: number }>();
  #watch: AsyncDisposable | undefined;

  /** @param now the monotonic clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  static async follow({
    bus,
    clock,
    log,
    nodeId,
  }: Pick<ServiceContext, 'bus' | 'clock' | 'log' | 'nodeId'>): Promise<MediaDoors> {
    const all = new MediaDoors(() => clock.now());
    all.#watch = await bus.subscribe(hostTold, ({ nodeId: host, doors = [] }) => all.put(host, doors));
    await bus
      .publish(listHosts, { nodeId })
      .catch((error) => log.debug({ error }, 'media hosts tell of themselves in a while'));
    return all;
  }

  put(host: string, doors: readonly Door[]): void {
    if (doors.length === 0) this.#hosts.delete(host);
    else this.#hosts.set(host, { doors: doors.map(plain), at: this.#now() });
  }

  /** @param port any of them where it is left out. */
  has(address: string, port?: number): boolean {
    for (const { doors, at } of this.#hosts.values()) {
      if (this.#now() - at > SILENT_MS) continue;
      if (doors.some((door) => door.address === address && (port === undefined || door.port === port)))
        return true;
    }
    return false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watch?.[Symbol.asyncDispose]();
  }
}

/** As peers are written in requests. */
function plain({ address, port }: Door): Door {
  const bytes = new Uint8Array(16);
  const length = writeIpAddress(address, bytes, 0);
  return { address: length === 0 ? address : readIpAddress(bytes, 0, length), port };
}
