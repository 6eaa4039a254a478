// Finds the PostgreSQL of a Parley that runs on a data directory, so that a command can work beside it.
import { dataDirectoryOwner, HostError } from '@parley/platform/host';
import { embeddedPostgresUrl } from '@parley/platform/store';

/**
 * @returns undefined when no process holds the directory: the command starts PostgreSQL itself, for its duration.
 * @throws {HostError} `CLI_CANNOT_JOIN`
 */
export async function runningPostgres(data: string): Promise<string | undefined> {
  const owner = await dataDirectoryOwner(data);
  if (owner === undefined) return undefined;
  const url = await embeddedPostgresUrl(data);
  if (url !== undefined) return url;
  throw new HostError(
    'CLI_CANNOT_JOIN',
    `Parley runs on ${data} (process ${owner.pid}), but this command cannot reach its database.`,
    'Run it as the user that runs Parley, with the same --config, when Parley is ready.',
  );
}
