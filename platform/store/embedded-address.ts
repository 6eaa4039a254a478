// The address of the embedded PostgreSQL, for the process that runs it and for those that work beside it, such as
// the command line.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type pg from 'pg';
import {
  clusterFolder,
  databaseName,
  type Endpoint,
  readSecret,
  runsOn,
  superuser,
} from './embedded-cluster.ts';

/** @returns undefined when none runs there, or its files may not be read by this user. */
export async function embeddedPostgresUrl(dataDir: string): Promise<string | undefined> {
  const folder = clusterFolder(resolve(dataDir));
  try {
    const secret = await readSecret(dataDir);
    // Lines of postmaster.pid: number, data folder, start, port, socket folder, listen address.
    const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n');
    const [pid, , , port, socketFolder, address] = lines;
    if (!(await runsOn(Number(pid), folder))) return undefined;
    return urlOf({ host: socketFolder || address || '127.0.0.1', port: Number(port) }, secret);
  } catch {
    return undefined;
  }
}

/** The password is in it. */
export function urlOf(endpoint: Endpoint, secret: string): string {
  const { host, port } = endpoint;
  return `postgres://${superuser}:${secret}@/${databaseName}?host=${encodeURIComponent(host)}&port=${port}`;
}

export function connectionOf(endpoint: Endpoint, secret: string): pg.PoolConfig {
  return { ...endpoint, user: superuser, password: secret, database: databaseName };
}
