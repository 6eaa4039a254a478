// A peer at the level of bytes: half messages, endless headers, silence. For plays about bad input.
import { connect, type Socket } from 'node:net';
import { Notebook } from './waiting.ts';

export interface RawTarget {
  readonly address: string;
  readonly port: number;
  /** One of this machine's own: each counts as a source of its own. */
  readonly localAddress?: string;
}

export class RawPeer implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #chunks = new Notebook<string>();
  #isClosed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => this.#chunks.add(text));
    socket.on('connect', () => this.#chunks.wake());
    // A server that closes while we still write resets the connection.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isClosed = true;
      this.#chunks.wake();
    });
  }

  /** Resolves also where the server resets the connection at once: it is closed then. */
  static async connect({ address, port, localAddress }: RawTarget): Promise<RawPeer> {
    const socket = connect({ host: address, port, ...(localAddress === undefined ? {} : { localAddress }) });
    const peer = new RawPeer(socket);
    await peer.#chunks.until('the connection', () => !socket.connecting || peer.#isClosed);
    return peer;
  }

  /** All that came so far. */
  get text(): string {
    return this.#chunks.entries.join('');
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  say(bytes: string | Uint8Array): void {
    this.#socket.write(bytes);
  }

  hears(pattern: RegExp, deadlineMs?: number): Promise<string> {
    return this.#chunks.until(`${pattern}`, () => pattern.test(this.text) && this.text, deadlineMs);
  }

  until(what: string, isSo: () => boolean, deadlineMs?: number): Promise<true> {
    return this.#chunks.until(what, () => isSo() && true, deadlineMs);
  }

  /** Waits until the server has closed the connection; resolves with all that it said. */
  async left(deadlineMs?: number): Promise<string> {
    await this.#chunks.until('the server to close', () => this.#isClosed, deadlineMs);
    return this.text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.destroy();
  }
}
