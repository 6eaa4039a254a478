// What an idle connection costs in memory of the process: TCP, TLS and WebSocket phones that have asked once and wait.
// Used by sip-memory.ts of the bench; `node spec/load/idle-connections.ts KIND PORT COUNT PID` measures any server by hand.
import { connect as connectTcp, type Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { memoryOfTree } from './process-memory.ts';

export type IdleKind = 'tcp' | 'tls' | 'ws' | 'wss';

/** What the issue allows each. */
export const IDLE_BUDGET_KB: Readonly<Record<IdleKind, number>> = { tcp: 10, tls: 35, ws: 10, wss: 35 };
/** One address of this machine plays an office with so many phones. */
const PHONES_AN_ADDRESS = 1_000;
const PARALLEL = 16;
const OPEN_MS = 20_000;

export interface IdleConnections extends Disposable {
  /** Those that answered and are open now. */
  readonly open: number;
}

/** Opens so many, each of which has asked OPTIONS and got its answer. */
export async function openIdleConnections(
  kind: IdleKind,
  port: number,
  count: number,
): Promise<IdleConnections> {
  const sockets = new Set<Socket>();
  let next = 0;
  async function openSome(): Promise<void> {
    while (next < count) {
      const number = next++;
      const socket = await openOne(kind, port, number).catch(() => undefined);
      if (socket === undefined) continue;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      // Pings of the server are answered, so that the phone counts as there.
      socket.on('data', (bytes: Buffer) => {
        if (bytes[0] === PING) socket.write(Uint8Array.of(0x8a, 0x80, 0, 0, 0, 0));
      });
    }
  }
  await Promise.all(Array.from({ length: PARALLEL }, openSome));
  return {
    get open() {
      return sockets.size;
    },
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

const PING = 0x89;
/** What desk phones offer. With X25519MLKEM768, which browsers offer, OpenSSL 3.5 keeps some 10 KB more. */
const GROUPS = 'X25519:P-256';

async function openOne(kind: IdleKind, port: number, number: number): Promise<Socket> {
  const isSecure = kind === 'tls' || kind === 'wss';
  const isWebSocket = kind === 'ws' || kind === 'wss';
  const localAddress = `127.0.0.${2 + Math.floor(number / PHONES_AN_ADDRESS)}`;
  const place = { host: '127.0.0.1', port, localAddress };
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const late = setTimeout(() => socket.destroy(new Error('no answer in time')), OPEN_MS);
  const ready = () => socket.write(isWebSocket ? upgrade(port) : options(kind, number));
  const socket = isSecure
    ? connectTls({ ...place, rejectUnauthorized: false, ecdhCurve: GROUPS }, ready)
    : connectTcp(place, ready);
  socket.on('error', () => {});
  socket.on('close', () => reject(new Error('closed')));
  let heard = '';
  socket.on('data', function answered(bytes: Buffer) {
    heard += bytes.toString('latin1');
    if (heard.startsWith('HTTP/1.1 101') && heard.endsWith('\r\n\r\n') && !heard.includes('SIP/2.0 ')) {
      socket.write(masked(options(kind, number)));
      return;
    }
    if (!heard.includes('SIP/2.0 200')) return;
    socket.off('data', answered);
    resolve(socket);
  });
  try {
    return await promise;
  } finally {
    clearTimeout(late);
  }
}

function upgrade(port: number): string {
  const head = [
    'GET /sip HTTP/1.1',
    `Host: localhost:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Protocol: sip',
  ];
  return `${head.join('\r\n')}\r\n\r\n`;
}

function options(kind: IdleKind, number: number): string {
  const lines = [
    'OPTIONS sip:localhost SIP/2.0',
    `Via: SIP/2.0/${kind.toUpperCase()} phone.invalid;branch=z9hG4bKidle${number}`,
    'Max-Forwards: 70',
    `From: <sip:phone@localhost>;tag=${number}`,
    'To: <sip:localhost>',
    `Call-ID: idle-${number}`,
    'CSeq: 1 OPTIONS',
    'Content-Length: 0',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** A text frame whose mask is nothing but zeroes. */
function masked(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = [0x81, 0x80 | 126, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0];
  return Buffer.concat([Buffer.from(head), payload]);
}

export function processBytes(pid: number): number {
  return memoryOfTree(pid).find((one) => one.pid === pid)!.pssBytes;
}

if (import.meta.main) {
  const [kind = 'tcp', port, count = '10000', pid] = process.argv.slice(2);
  const before = processBytes(Number(pid));
  using held = await openIdleConnections(kind as IdleKind, Number(port), Number(count));
  await pass(5_000);
  const eachKb = (processBytes(Number(pid)) - before) / Number(count) / 1024;
  console.log(`${kind}: ${held.open} of ${count} open, ${eachKb.toFixed(2)} KB each`);
}
