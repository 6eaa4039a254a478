// A browser window as cheap as it can be: a WebSocket (RFC 6455 §5) on a bare socket, so that thousands of them take less than
// the server does. Used by parley-crowd.ts.
import { connect, type Socket } from 'node:net';

export interface WindowOptions {
  readonly port: number;
  /** One address of this machine plays an office. */
  readonly localAddress: string;
  readonly cookie: string;
  /** Each text that comes, as bytes of UTF-8 read as Latin-1: enough to find a mark in it, and quick. */
  readonly hears: (text: string) => void;
  readonly closed: () => void;
}

const OPEN_MS = 30_000;
const TEXT = 1;
const PING = 9;
const PONG = 10;

export class Window {
  readonly #socket: Socket;
  readonly #hears: (text: string) => void;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(socket: Socket, hears: (text: string) => void) {
    this.#socket = socket;
    this.#hears = hears;
  }

  static open({ port, localAddress, cookie, hears, closed }: WindowOptions): Promise<Window> {
    const { promise, resolve, reject } = Promise.withResolvers<Window>();
    const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
    const late = setTimeout(() => socket.destroy(new Error('no upgrade in time')), OPEN_MS);
    const window = new Window(socket, hears);
    let head = '';
    socket.on('connect', () => socket.write(upgrade(port, cookie)));
    socket.on('error', reject);
    socket.on('close', closed);
    socket.on('close', () => reject(new Error(`the server closed the window: ${head.split('\r\n', 1)[0]}`)));
    socket.on('data', function answered(bytes: Buffer) {
      head += bytes.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', answered);
      clearTimeout(late);
      if (!head.startsWith('HTTP/1.1 101')) {
        socket.destroy();
        return;
      }
      socket.on('data', (more: Buffer) => window.#take(more));
      resolve(window);
      if (head.length > end + 4) window.#take(Buffer.from(head.slice(end + 4), 'latin1'));
    });
    return promise;
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let at = 0;
    for (;;) {
      const frame = frameAt(all, at);
      if (frame === undefined) break;
      if (frame.opcode === TEXT) this.#hears(all.toString('latin1', frame.from, frame.to));
      else if (frame.opcode === PING) this.#write(PONG, all.subarray(frame.from, frame.to));
      at = frame.to;
    }
    this.#rest = at === 0 ? all : at < all.length ? Buffer.from(all.subarray(at)) : Buffer.alloc(0);
  }

  /** Masked with nothing but zeroes, which is a mask like any other. */
  #write(opcode: number, payload: Buffer): void {
    const { length } = payload;
    const size = length < 126 ? [0x80 | length] : [0x80 | 126, length >> 8, length & 0xff];
    this.#socket.write(Buffer.concat([Buffer.from([0x80 | opcode, ...size, 0, 0, 0, 0]), payload]));
  }
}

/** A server does not mask its frames (RFC 6455 §5.1), and ours never splits one. */
function frameAt(bytes: Buffer, at: number) {
  if (bytes.length < at + 2) return undefined;
  const short = bytes[at + 1]! & 0x7f;
  const head = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < at + head) return undefined;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
  const from = at + head;
  return bytes.length < from + length ? undefined : { opcode: bytes[at]! & 0x0f, from, to: from + length };
}

function upgrade(port: number, cookie: string): string {
  const head = [
    'GET /api/v1/socket HTTP/1.1',
    `Host: localhost:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Cookie: ${cookie}`,
    `Origin: http://localhost:${port}`,
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
  return `${head.join('\r\n')}\r\n\r\n`;
}
