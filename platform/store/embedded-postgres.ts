// A PostgreSQL that Parley starts, watches and stops, inside the data folder. Standard Edition and the tests use it.
// **Whatever ends Parley ends PostgreSQL too: a reaper holds the other end of a pipe.**
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { resolve as absolute } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../observe/log.ts';
import { type DataLock, lockDataDirectory } from './data-lock.ts';
import { checkReachable, chooseAccount, spawnOptions } from './embedded-account.ts';
import { connectionOf, urlOf } from './embedded-address.ts';
import { findBinaries, program } from './embedded-binaries.ts';
import {
  type Cluster,
  chooseEndpoint,
  clusterFolder,
  databaseName,
  type Endpoint,
  endings,
  endOrphan,
  noRoom,
  prepareCluster,
  writeSettings,
} from './embedded-cluster.ts';
import { errorCode, errorText, fullDisks, StoreError } from './store-error.ts';

const firstRestartMs = 100;
const longestRestartMs = 10_000;
const attempts = 50;
/** After running this long a crash is news again, and the pauses between starts begin anew. */
const stableMs = 60_000;
/** Recovery after a kill replays the journal, on a slow disk too. */
const readyWithinMs = 120_000;

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** The caller's own lock of that directory; without one it is locked for as long as PostgreSQL runs. */
  readonly lock?: DataLock | undefined;
  readonly log: Log;
  /** Called after PostgreSQL died and is ready again. */
  readonly onRestart?: () => void;
  /** PostgreSQL settings that replace Parley's own. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Remove the data folder when the process has ended. For tests. */
  readonly temporary?: boolean;
}

/** Owned by who started it. Disposing stops PostgreSQL in order; so does the end of the process. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly connection: pg.PoolConfig;
  /** The same as an address. It holds the password. */
  readonly url: string;
  readonly version: string;
  /** PostgreSQL's first process; undefined while it is being restarted. */
  readonly pid: number | undefined;
}

/** @throws StoreError when it cannot start, with a sentence and a remedy. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = absolute(options.dataDir);
  const ownLock = options.lock === undefined ? await lockDataDirectory(dataDir) : undefined;
  try {
    const account = await chooseAccount(clusterFolder(dataDir));
    await checkReachable(dataDir, account);
    const binaries = await findBinaries(dataDir, account);
    const cluster = await prepareCluster(dataDir, account, binaries);
    await endOrphan(cluster);
    const endpoint = await chooseEndpoint(cluster);
    await writeSettings(cluster, endpoint, options.settings ?? {});
    const postgres = new SupervisedPostgres(cluster, endpoint, options, ownLock);
    await postgres.start();
    return postgres;
  } catch (error) {
    await ownLock?.[Symbol.asyncDispose]();
    throw fullDisks.has(errorCode(error)) ? noRoom(dataDir) : error;
  }
}

class SupervisedPostgres implements EmbeddedPostgres {
  readonly connection: pg.PoolConfig;
  readonly url: string;
  readonly version: string;
  readonly #cluster: Cluster;
  readonly #options: EmbeddedPostgresOptions;
  readonly #log: Log;
  readonly #ownLock: DataLock | undefined;
  #child: ChildProcess | undefined;
  #reaper: ChildProcess | undefined;
  #stopping: Promise<void> | undefined;
  #restarting: Promise<void> | undefined;
  readonly #stop = new AbortController();

  constructor(
    cluster: Cluster,
    endpoint: Endpoint,
    options: EmbeddedPostgresOptions,
    ownLock: DataLock | undefined,
  ) {
    this.#cluster = cluster;
    this.#options = options;
    this.#ownLock = ownLock;
    this.#log = options.log.child({ program: 'postgres' });
    this.version = cluster.binaries.version;
    this.connection = connectionOf(endpoint, cluster.secret);
    this.url = urlOf(endpoint, cluster.secret);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    try {
      await this.#launchAfterTheDead();
      await this.#createDatabase();
    } catch (error) {
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Children of a killed PostgreSQL hold its memory for a moment longer. */
  async #launchAfterTheDead(): Promise<void> {
    for (let tried = 1; ; tried++) {
      try {
        return await this.#launch();
      } catch (error) {
        if (tried === attempts || !/still in use/.test(errorText(error))) throw error;
        await wait(firstRestartMs);
      }
    }
  }

  /** Resolves when PostgreSQL takes connections. */
  #launch(): Promise<void> {
    const { account, binaries, folder, dataDir } = this.#cluster;
    const child = spawn(program(binaries, 'postgres'), ['-D', folder], {
      ...spawnOptions(account),
      stdio: ['ignore', 'ignore', 'pipe'],
      // Its own session: Ctrl-C in a terminal stops Parley, which stops PostgreSQL when its own work is drained.
      detached: true,
    });
    this.#child = child;
    this.#reaper = this.#startReaper(child);
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      let ready = false;
      let lastWords = '';
      const overdue = setTimeout(() => child.kill('SIGQUIT'), readyWithinMs).unref();
      child.stderr!.setEncoding('utf8');
      eachLine(child.stderr!, (line) => {
        this.#tell(line);
        if (/^(FATAL|PANIC):/.test(line)) lastWords = line;
        if (ready || !line.includes('database system is ready to accept connections')) return;
        ready = true;
        clearTimeout(overdue);
        // From here on nothing of PostgreSQL keeps a process alive that has nothing else to do.
        child.unref();
        (child.stderr as Socket).unref();
        resolve();
      });
      child.on('error', (error) => {
        lastWords = error.message;
        if (child.pid === undefined) ended();
      });
      child.on('exit', ended);
      const self = this;
      function ended(): void {
        clearTimeout(overdue);
        self.#forget(child);
        if (ready) self.#died(performance.now() - startedAt, child);
        else if (/No space left on device/.test(lastWords)) reject(noRoom(dataDir));
        else
          reject(
            new StoreError(
              'STORE_START_FAILED',
              `PostgreSQL did not start: ${lastWords || 'it said nothing'}.`,
            ),
          );
      }
    });
  }

  /**
   * A shell that waits for the end of its input, which is the end of Parley however it came, and then stops
   * PostgreSQL, if that still is the one that it was started for.
   */
  #startReaper(postgres: ChildProcess): ChildProcess | undefined {
    if (process.platform === 'win32' || postgres.pid === undefined) return undefined;
    const { folder, dataDir, account } = this.#cluster;
    const script = `
      while read -r _; do :; done
      alive() { kill -0 "$1" 2>/dev/null; }
      ending() { alive "$1" && read -r pid <"$2/postmaster.pid" && [ "$pid" = "$1" ] && kill -s "$3" "$1"; }
      for signal in INT QUIT KILL; do
        ending "$1" "$2" "$signal" || break
        n=0; while alive "$1" && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.1; done
      done
      [ -z "$3" ] || rm -rf "$3"`;
    const temporary = this.#options.temporary === true ? dataDir : '';
    // The folder's own files belong to Parley's user, so only that one can remove it.
    const options = spawnOptions(temporary === '' ? account : undefined);
    const reaper = spawn(
      '/bin/sh',
      ['-c', script, 'parley-reaper', String(postgres.pid), folder, temporary],
      {
        ...options,
        stdio: ['pipe', 'ignore', 'ignore'],
        detached: true,
      },
    );
    reaper.on('error', (error) => this.#log.warn({ error: error.message }, 'PostgreSQL has no reaper'));
    reaper.stdin?.on('error', () => undefined);
    reaper.unref();
    (reaper.stdin as Socket).unref();
    return reaper;
  }

  #forget(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    // Its number may soon belong to another process.
    if (this.#options.temporary !== true || this.#stopping === undefined) this.#reaper?.kill('SIGKILL');
    else this.#reaper?.stdin?.end();
    this.#reaper = undefined;
  }

  #died(ranMs: number, child: ChildProcess): void {
    if (this.#stopping !== undefined) return;
    this.#log.error(
      { signal: child.signalCode, status: child.exitCode },
      'PostgreSQL ended and is started again',
    );
    this.#restarting ??= this.#restart(ranMs < stableMs ? firstRestartMs : 0).finally(() => {
      this.#restarting = undefined;
    });
  }

  async #restart(pauseMs: number): Promise<void> {
    for (let nextMs = pauseMs; !this.#stop.signal.aborted; ) {
      try {
        await wait(nextMs, undefined, { signal: this.#stop.signal, ref: false });
        await endOrphan(this.#cluster);
        await this.#launch();
        this.#log.info({}, 'PostgreSQL is back');
        this.#options.onRestart?.();
        return;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        nextMs = Math.min(Math.max(nextMs, firstRestartMs) * 2, longestRestartMs);
        this.#log.error({ error: errorText(error), nextMs }, 'PostgreSQL could not be started again yet');
      }
    }
  }

  async #createDatabase(): Promise<void> {
    const client = new pg.Client({ ...this.connection, database: 'postgres' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
      if (rowCount === 0) await client.query(`create database ${databaseName}`);
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  #tell(line: string): void {
    if (line.trim() === '') return;
    if (/^(FATAL|PANIC):/.test(line) && this.#stopping === undefined) this.#log.warn({}, line);
    else this.#log.debug({}, line);
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#restarting;
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.ref();
      for (const [signal, patienceMs] of endings) {
        child.kill(signal);
        const patience = new AbortController();
        const late = wait(patienceMs, 'late', { signal: patience.signal }).catch(() => 'done');
        const outcome = await Promise.race([exited, late]);
        patience.abort();
        if (outcome !== 'late') break;
      }
    }
    await this.#ownLock?.[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
}
