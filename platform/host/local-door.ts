// A socket in the data directory, for questions of the command line to the process that runs there: who may read that
// directory as its owner may ask. One JSON line each way. Opened by services, asked by roles/cli.
import { chmod, unlink } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Outcome } from '../bus/contract.ts';
import type { Log } from '../observe/log.ts';
import { HostError } from './host-error.ts';

const QUESTION_BYTES = 64 * 1024;
const ANSWER_BYTES = 128 * 1024 * 1024;
const QUESTION_MS = 5_000;
const ANSWER_MS = 60_000;
const CONNECTIONS = 20;
const LINE_FEED = 10;

export interface LocalDoorOptions {
  readonly data: string;
  /** `trace` is `trace.sock` in the data directory. */
  readonly name: string;
  readonly log: Log;
  answer(question: unknown): Promise<Outcome<unknown>>;
}

/** Where no door can be made, for one because the path is too long, the server goes on without it. */
export async function openLocalDoor(options: LocalDoorOptions): Promise<AsyncDisposable> {
  const { log } = options;
  const path = doorPath(options);
  const visitors = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    visitors.add(socket);
    socket.on('close', () => visitors.delete(socket));
    // Whoever asked has left.
    socket.on('error', () => socket.destroy());
    socket.setTimeout(QUESTION_MS, () => socket.destroy());
    void serve(socket, options).catch((error) => {
      log.debug({ error }, 'A question of the command line was not answered.');
      socket.destroy();
    });
  });
  server.maxConnections = CONNECTIONS;
  // What a killed process left: the data directory is ours alone.
  await unlink(path).catch(() => undefined);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    await chmod(path, 0o600);
  } catch (error) {
    log.warn({ error, path }, 'The command line cannot ask this process: its socket cannot be made.');
    server.close();
    return { async [Symbol.asyncDispose]() {} };
  }
  let closing: Promise<void> | undefined;
  return {
    [Symbol.asyncDispose]() {
      closing ??= new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const visitor of visitors) visitor.destroy();
      });
      return closing;
    },
  };
}

async function serve(socket: Socket, { answer }: LocalDoorOptions): Promise<void> {
  const line = await readLine(socket, QUESTION_BYTES);
  socket.setTimeout(ANSWER_MS);
  const outcome = await answer(JSON.parse(line));
  socket.end(`${JSON.stringify(outcome)}\n`);
}

/** @throws {HostError} `HOST_NOT_RUNNING` where nobody answers there. */
export async function askLocalDoor(
  door: Pick<LocalDoorOptions, 'data' | 'name'>,
  question: unknown,
): Promise<Outcome<unknown>> {
  const socket = createConnection(doorPath(door));
  try {
    socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error('no answer in time')));
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', resolve);
    });
    socket.write(`${JSON.stringify(question)}\n`);
    return JSON.parse(await readLine(socket, ANSWER_BYTES)) as Outcome<unknown>;
  } catch (cause) {
    throw new HostError(
      'HOST_NOT_RUNNING',
      `No running Parley answers in ${door.data}.`,
      'Start Parley, name its data directory with --data, and run this as the user that runs Parley.',
      cause,
    );
  } finally {
    socket.destroy();
  }
}

function doorPath({ data, name }: Pick<LocalDoorOptions, 'data' | 'name'>): string {
  return join(data, `${name}.sock`);
}

async function readLine(socket: Socket, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const end = piece.indexOf(LINE_FEED);
    pieces.push(end === -1 ? piece : piece.subarray(0, end));
    bytes += piece.length;
    if (end !== -1) return Buffer.concat(pieces).toString('utf8');
    if (bytes > maxBytes) break;
  }
  throw new Error('the line is too long, or has no end');
}
