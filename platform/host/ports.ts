// Opens the outside world for one process as its configuration says: bus and store (listeners.ts has the rest). Used by host.ts only.
import { type Bus, openInProcessBus } from '../bus/index.ts';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { type EmbeddedPostgres, openStore, type Store, startEmbeddedPostgres } from '../store/index.ts';
import type { Config } from './config.ts';

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
  throw new Error('no NATS yet');
}

/** A short visit by the command line: outbox rows are left to the process that serves people. */
export interface Visit {
  /** The PostgreSQL of a process that owns the data directory; without it the visitor owns both. */
  readonly postgres?: string;
}

/** The store on the PostgreSQL that is named, that another process runs, or that this process starts and owns. */
export async function openOwnStore(
  basis: Basis & { readonly bus: Bus; readonly visit: Visit | undefined },
): Promise<{ readonly store: Store; readonly postgres: EmbeddedPostgres | undefined }> {
  const { config, clock, bus, visit } = basis;
  const log = basis.log.child({ port: 'store' });
  const options = { bus, log, clock, relays: visit === undefined };
  const named = visit?.postgres ?? config.store;
  if (named !== undefined) {
    return { store: await openStore({ ...options, connection: named }), postgres: undefined };
  }
  const postgres = await startEmbeddedPostgres({ dataDir: config.data, log });
  try {
    return { store: await openStore({ ...options, connection: postgres.connection }), postgres };
  } catch (error) {
    await postgres[Symbol.asyncDispose]();
    throw error;
  }
}
