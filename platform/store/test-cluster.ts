// A PostgreSQL for tests: one for all tests of a process, a database for each test. Re-exported by testing.ts.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../observe/log.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';

export const silentLog: Log = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  child: () => silentLog,
};

/** In a folder that goes with the process. `url` is what PARLEY_TEST_POSTGRES takes. */
export async function startTestCluster(log: Log = silentLog): Promise<EmbeddedPostgres> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
  // Nothing here must survive a power cut.
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };
  return startEmbeddedPostgres({ dataDir, log, settings, temporary: true });
}
