// A WebSocket (RFC 6455 §5) whose texts of one turn of the event loop leave in one write: whoever tells a thousand windows of
// one change does little else than write. Used by sockets.ts.
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/** FIN and the opcode of a text (RFC 6455 §5.2). */
const TEXT = '\x81';
const LENGTH_16 = 126;
const LENGTH_64 = 127;

/** Those that have something to write when the turn ends. */
let waiting: TextSocket[] = [];

function flushAll(): void {
  const sockets = waiting;
  waiting = [];
  for (const socket of sockets) socket.flush();
}

export class TextSocket extends WebSocket {
  #stream: Duplex | undefined;
  /** Whole frames, one character a byte: what Node writes without making a Buffer of it. */
  #pending = '';

  /** What a peer that does not read leaves in our memory. */
  get backlogBytes(): number {
    return this.bufferedAmount + this.#pending.length;
  }

  /** @param stream what carries the frames after the upgrade */
  carryOn(stream: Duplex): void {
    this.#stream = stream;
  }

  override send(data: Parameters<WebSocket['send']>[0]): void {
    if (this.readyState !== WebSocket.OPEN) return;
    if (typeof data !== 'string' || this.#stream === undefined) {
      this.flush();
      super.send(data);
      return;
    }
    if (this.#pending === '') {
      if (waiting.length === 0) setImmediate(flushAll);
      waiting.push(this);
    }
    this.#pending += frameOf(data);
  }

  flush(): void {
    const frames = this.#pending;
    this.#pending = '';
    if (frames !== '' && this.readyState === WebSocket.OPEN) this.#stream?.write(frames, 'latin1');
  }

  /** What was said before the close arrives before it. */
  override close(code?: number, reason?: string): void {
    this.flush();
    super.close(code, reason);
  }
}

function frameOf(text: string): string {
  const lengthBytes = Buffer.byteLength(text);
  const bytes = lengthBytes === text.length ? text : Buffer.from(text).toString('latin1');
  return `${TEXT}${lengthOf(lengthBytes)}${bytes}`;
}

function lengthOf(lengthBytes: number): string {
  const { fromCharCode } = String;
  if (lengthBytes < LENGTH_16) return fromCharCode(lengthBytes);
  if (lengthBytes < 2 ** 16) return fromCharCode(LENGTH_16, lengthBytes >> 8, lengthBytes & 0xff);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(lengthBytes));
  return fromCharCode(LENGTH_64, ...size);
}
