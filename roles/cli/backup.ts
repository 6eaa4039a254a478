// `parley backup FILE` and `parley restore FILE`: every row of every service, beside a running Parley or without one.
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { type Config, dataDirectoryOwner, HostError, type RoleDefinition } from '@parley/platform/host';
import type { Migration, StoreOptions } from '@parley/platform/store';
import type { Command } from 'commander';
import { loadRoles, roleNames } from '../index.ts';
import { version } from '../version.ts';
import { type Answer, CommandFault, EXIT } from './answer.ts';
import { type CommonOptions, type Run, withCommonOptions } from './command.ts';
import { loadSettings } from './settings.ts';

interface BackupOptions extends CommonOptions {
  readonly force?: boolean;
}

export function addBackupCommands(program: Command, run: Run): void {
  withCommonOptions(program.command('backup <file>'), [
    'parley backup parley-monday.gz',
    'parley backup /backup/parley.gz --force --json',
  ])
    .description('Write everything that Parley keeps into one file; it may go on running')
    .option('--force', 'replace a file that is there')
    .action(run(makeBackup));

  withCommonOptions(program.command('restore <file>'), [
    'parley restore parley-monday.gz --data /var/lib/parley-new',
  ])
    .description('Read a backup into an empty data directory or database; Parley must not be running')
    .action(run(restoreBackup));
}

async function makeBackup(file: string, options: BackupOptions): Promise<Answer> {
  const { config } = await loadSettings(options);
  if (options.force !== true && (await exists(file))) {
    const fault = {
      code: 'CLI_FILE_EXISTS',
      sentence: `${file} is there already.`,
      remedy: 'Name another file, or add --force.',
    };
    throw new CommandFault(fault, { exitCode: EXIT.refused });
  }
  // Complete or not there: an unfinished backup never has the name of a good one.
  const unfinished = `${file}.part`;
  try {
    const { backup } = await import('@parley/platform/store');
    // What somebody else may have laid there, with rights or a link of his own, must not receive the rows.
    await rm(unfinished, { force: true });
    const manifest = await withPostgres(config, (connection) =>
      backup(connection, createWriteStream(unfinished, { flags: 'wx', mode: 0o600 }), { version }),
    );
    await rename(unfinished, file);
    const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    const { size: bytes } = await stat(file);
    const text = `${file}: ${rows} rows of ${manifest.schemas.length} services, ${Math.ceil(bytes / 1024)} KiB.`;
    return { data: { file, rows, bytes, madeAt: manifest.madeAt }, text: [text] };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw fileFault(error, file);
  }
}

async function restoreBackup(file: string, options: CommonOptions): Promise<Answer> {
  const { config } = await loadSettings(options);
  if (!(await exists(file))) {
    throw new CommandFault({
      code: 'CLI_NO_FILE',
      sentence: `There is no file ${file}.`,
      remedy: 'Check its name.',
    });
  }
  const owner = await dataDirectoryOwner(config.data);
  if (owner !== undefined) {
    throw new HostError(
      'STORE_DATA_IN_USE',
      `The data directory ${config.data} is in use by process ${owner.pid}.`,
      'Stop Parley first, or restore into another directory with --data.',
    );
  }
  const serviceMigrations = migrationsOf(await loadRoles(roleNames));
  const { restore } = await import('@parley/platform/store');
  const manifest = await withPostgres(config, (connection) =>
    restore(connection, createReadStream(file), { serviceMigrations }),
  );
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  return {
    data: { file, rows, madeAt: manifest.madeAt, madeBy: manifest.version },
    text: [`${rows} rows from ${manifest.madeAt} are restored.`],
  };
}

function migrationsOf(roles: readonly RoleDefinition[]): Record<string, readonly Migration[]> {
  const services = roles.flatMap((role) => role.services);
  return Object.fromEntries(
    services.flatMap(({ name, migrations }) => (migrations === undefined ? [] : [[name, migrations]])),
  );
}

/** The PostgreSQL that is named, that a running Parley has, or that is started for the duration. */
async function withPostgres<T>(
  config: Config,
  work: (connection: StoreOptions['connection']) => Promise<T>,
): Promise<T> {
  const { runningPostgres } = await import('./running-postgres.ts');
  const there = config.store ?? (await runningPostgres(config.data));
  if (there !== undefined) return await work(there);
  const { createLog } = await import('@parley/platform/observe');
  const { startEmbeddedPostgres } = await import('@parley/platform/store');
  await using postgres = await startEmbeddedPostgres({
    dataDir: config.data,
    log: createLog({ level: 'error' }),
  });
  return await work(postgres.connection);
}

async function exists(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}

function fileFault(error: unknown, file: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'EISDIR' && code !== 'ENOSPC') return error;
  const sentence =
    code === 'ENOSPC' ? `There is no space left for ${file}.` : `${file} cannot be written (${code}).`;
  return new CommandFault({
    code: 'CLI_UNWRITABLE',
    sentence,
    remedy: 'Name a file in a folder that this user may write to.',
  });
}
