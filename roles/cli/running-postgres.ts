// Finds the PostgreSQL of a Parley that runs on a data directory, so that a command can work beside it.
import { dataDirectoryOwner } from '@parley/platform/host';
import { embeddedPostgresUrl } from '@parley/platform/store';

/** @returns undefined when no process holds the directory: the command starts PostgreSQL itself, for its duration. */
export async function runningPostgres(data: string): Promise<string | undefined> {
  const owner = await dataDirectoryOwner(data);
  return owner === undefined ? undefined : await embeddedPostgresUrl(data);
}
