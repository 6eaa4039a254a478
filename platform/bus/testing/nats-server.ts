// A real nats-server with JetStream for tests: a free port, a store of its own, gone with the test.
// Used by the bus suite and by the plays in the split topology.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = findProgram();

/** Why NATS tests are skipped here, for the `skip` option of a test; false where nats-server is installed. */
export const natsServerMissing: string | false =
  program === undefined
    ? 'nats-server is not installed (on Debian: apt-get install nats-server; else set PARLEY_NATS_SERVER to its path)'
    : false;

export interface NatsServer extends AsyncDisposable {
  readonly url: string;
  /** Ends it in order; what it stored stays. */
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again at the same address with the same store. */
  restart(): Promise<void>;
}

export interface NatsServerOptions {
  readonly jetStream?: boolean;
  readonly user?: string;
  readonly password?: string;
  readonly maxPayloadBytes?: number;
}

export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  if (program === undefined) throw new Error(String(natsServerMissing));
  const storeDirectory = mkdtempSync(join(tmpdir(), 'parley-nats-'));
  const credentials =
    options.user === undefined ? [] : ['--user', options.user, '--pass', options.password ?? ''];
  const jetStream = options.jetStream === false ? [] : ['-js', '-sd', storeDirectory];
  const configFile = join(storeDirectory, 'nats.conf');
  writeFileSync(
    configFile,
    options.maxPayloadBytes === undefined ? '' : `max_payload: ${options.maxPayloadBytes}\n`,
  );
  let running: ChildProcess | undefined;
  let port = -1;

  async function start(): Promise<void> {
    const child = spawn(
      program as string,
      ['-c', configFile, '-a', '127.0.0.1', '-p', String(port), ...jetStream, ...credentials],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    );
    running = child;
    port = await listeningPort(child);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  // A test run that is cut short leaves no server behind.
  const lastResort = () => void running?.kill('SIGKILL');
  process.once('exit', lastResort);
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
    restart: start,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      process.removeListener('exit', lastResort);
      rmSync(storeDirectory, { recursive: true, force: true });
    },
  };
}

/** Resolves when the server is ready to be used. */
async function listeningPort(child: ChildProcess): Promise<number> {
  const said: string[] = [];
  let port: number | undefined;
  child.once('error', () => {});
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    said.push(line);
    const listening = /Listening for client connections on .*:(\d+)$/.exec(line);
    if (listening) port = Number(listening[1]);
    if (port !== undefined && line.endsWith('Server is ready')) {
      child.stderr?.resume();
      return port;
    }
  }
  throw new Error(`nats-server did not start:\n${said.join('\n')}`);
}

function findProgram(): string | undefined {
  const folders = (process.env['PATH'] ?? '')
    .split(':')
    .concat('/usr/sbin', '/usr/local/sbin', '/usr/local/bin');
  const candidates = [
    process.env['PARLEY_NATS_SERVER'],
    ...folders.map((folder) => join(folder, 'nats-server')),
  ];
  return candidates.find((candidate) => {
    if (candidate === undefined) return false;
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
