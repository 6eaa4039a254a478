// Opens the outside world for one process as its configuration says: bus and store (listeners.ts has the rest). Used by host.ts only.
import { existsSync } from 'node:fs';
import { type Bus, openInProcessBus } from '../bus/index.ts';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { DataLock } from '../store/data-lock.ts';
import { clusterFolder } from '../store/embedded-cluster.ts';
import { type EmbeddedPostgres, openStore, type Store, startEmbeddedPostgres } from '../store/index.ts';
import type { Config } from './config.ts';
import { HostError } from './host-error.ts';

export interface Basis {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly version: string;
  print(line: string): void;
}

export async function openBus({ config, log, metrics, clock }: Basis): Promise<Bus> {
  const options = { log: log.child({ port: 'bus' }), metrics, clock };
  if (config.bus === undefined) return openInProcessBus(options);
  const servers = config.bus.split(',');
  const { openNatsBus } = await import('../bus/open-nats.ts');
  try {
    return await openNatsBus({ ...options, ...natsAccess(servers), name: `parley ${config.hostName}` });
  } catch (cause) {
    const sentence = `The bus cannot be reached. ${(cause as Error).message}`;
    throw new HostError('HOST_BUS_UNREACHABLE', sentence, 'Check the setting bus.', cause);
  }
}

/** `nats://user:password@host:4222`: the client wants the account beside the addresses. */
export function natsAccess(urls: readonly string[]) {
  const parsed = urls.map((url) => new URL(url));
  const account = parsed.find(({ username }) => username !== '');
  const servers = parsed.map(({ protocol, host }) => `${protocol}//${host}`);
  if (account === undefined) return { servers };
  const user = decodeURIComponent(account.username);
  const password = decodeURIComponent(account.password);
  return { servers, credentials: account.password === '' ? { token: user } : { user, password } };
}

/** A short visit by the command line: outbox rows are left to the process that serves people. */
export interface Visit {
  /** The PostgreSQL of a process that owns the data directory; without it the visitor owns both. */
  readonly postgres?: string;
}

/** The store on the PostgreSQL that is named, that another process runs, or that this process starts and owns. */
export async function openOwnStore(
  basis: Basis & {
    readonly bus: Bus;
    readonly lock: DataLock | undefined;
    readonly visit: Visit | undefined;
  },
): Promise<{ readonly store: Store; readonly postgres: EmbeddedPostgres | undefined }> {
  const { config, clock, bus, lock, visit } = basis;
  const log = basis.log.child({ port: 'store' });
  const options = { bus, log, clock, relays: visit === undefined };
  const named = visit?.postgres ?? config.store;
  if (named !== undefined) {
    return { store: await openStore({ ...options, connection: named }), postgres: undefined };
  }
  if (!existsSync(clusterFolder(config.data))) basis.print('Preparing the database (once) …');
  const postgres = await startEmbeddedPostgres({ dataDir: config.data, lock, log });
  try {
    return { store: await openStore({ ...options, connection: postgres.connection }), postgres };
  } catch (error) {
    await postgres[Symbol.asyncDispose]();
    throw error;
  }
}
