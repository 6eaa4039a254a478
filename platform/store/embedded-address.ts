// The address of the embedded PostgreSQL that another process runs on a data folder: the command line works beside it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processExists } from './data-lock.ts';
import { clusterFolder, databaseName, superuser } from './embedded-cluster.ts';

/** @returns undefined when none runs there, or its files may not be read by this user. */
export async function embeddedPostgresUrl(dataDir: string): Promise<string | undefined> {
  try {
    const secret = (await readFile(join(dataDir, 'postgres.secret'), 'utf8')).trim();
    // Lines of postmaster.pid: number, data folder, start, port, socket folder, listen address.
    const lines = (await readFile(join(clusterFolder(dataDir), 'postmaster.pid'), 'utf8')).split('\n');
    const [pid, , , port, socketFolder, address] = lines;
    if (!processExists(Number(pid))) return undefined;
    const host = socketFolder === undefined || socketFolder === '' ? address : socketFolder;
    return `postgres://${superuser}:${secret}@/${databaseName}?host=${encodeURIComponent(host ?? '')}&port=${port}`;
  } catch {
    return undefined;
  }
}
