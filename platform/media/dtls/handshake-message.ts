// Messages of the handshake (RFC 6347 §4.2.2): put together out of fragments, taken in their order, and written.

export const HANDSHAKE = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const;

const HEADER_BYTES = 12;
/** A hello with keys for the time after quantum computers has 2 KB; a chain of certificates could have more. */
const MOST_BYTES = 16_384;
/** How far ahead of the next message fragments are kept. */
const MOST_AHEAD = 6;

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Buffer;
  /** With its header, as if it had come in one piece: what the transcript has (RFC 6347 §4.2.6). */
  readonly whole: Buffer;
}

export function writeHandshake(type: number, sequence: number, body: Uint8Array): Buffer {
  const whole = Buffer.alloc(HEADER_BYTES + body.length);
  whole[0] = type;
  whole.writeUIntBE(body.length, 1, 3);
  whole.writeUInt16BE(sequence, 4);
  whole.writeUIntBE(body.length, 9, 3);
  whole.set(body, HEADER_BYTES);
  return whole;
}

interface Unfinished {
  readonly type: number;
  readonly body: Buffer;
  /** 1 for each byte that has come. */
  readonly have: Uint8Array;
}

/** What has come of the peer's messages. */
export class HandshakeReader {
  readonly #unfinished = new Map<number, Unfinished>();
  #next = 0;

  /**
   * Takes the fragments of a record.
   * @returns whether one of them belongs to a message that was taken before: the peer sends its flight again.
   */
  add(fragment: Buffer): boolean {
    let isRepeated = false;
    for (let at = 0; at + HEADER_BYTES <= fragment.length; ) {
      const length = fragment.readUIntBE(at + 1, 3);
      const sequence = fragment.readUInt16BE(at + 4);
      const from = fragment.readUIntBE(at + 6, 3);
      const bytes = fragment.readUIntBE(at + 9, 3);
      const start = at + HEADER_BYTES;
      at = start + bytes;
      if (at > fragment.length || from + bytes > length || length > MOST_BYTES) break;
      if (sequence < this.#next) isRepeated = true;
      else if (sequence < this.#next + MOST_AHEAD)
        this.#keep(sequence, fragment[start - HEADER_BYTES]!, length, from, fragment.subarray(start, at));
    }
    return isRepeated;
  }

  #keep(sequence: number, type: number, length: number, from: number, bytes: Buffer): void {
    let unfinished = this.#unfinished.get(sequence);
    if (unfinished === undefined) {
      unfinished = { type, body: Buffer.alloc(length), have: new Uint8Array(length) };
      this.#unfinished.set(sequence, unfinished);
    }
    if (unfinished.type !== type || unfinished.body.length !== length) return;
    unfinished.body.set(bytes, from);
    unfinished.have.fill(1, from, from + bytes.length);
  }

  /** The next message in order, if all of it is there. */
  take(): HandshakeMessage | undefined {
    const ready = this.#unfinished.get(this.#next);
    if (ready === undefined || ready.have.includes(0)) return undefined;
    this.#unfinished.delete(this.#next);
    const { type, body } = ready;
    return { type, body, whole: writeHandshake(type, this.#next++, body) };
  }
}

/** Reads fields one after the other; what is not there makes it `isCut`, and reads as nothing. */
export class FieldReader {
  readonly #bytes: Buffer;
  #at = 0;
  isCut = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.isCut || this.#at === this.#bytes.length;
  }

  take(count: number): Buffer {
    if (this.#at + count > this.#bytes.length) this.isCut = true;
    if (this.isCut) return Buffer.alloc(0);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  number(bytes: 1 | 2 | 3): number {
    const field = this.take(bytes);
    return this.isCut ? 0 : field.readUIntBE(0, bytes);
  }

  /** A vector whose length stands before it in so many bytes. */
  vector(lengthBytes: 1 | 2 | 3): Buffer {
    return this.take(this.number(lengthBytes));
  }
}

export function vector(lengthBytes: 1 | 2 | 3, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(body.length, 0, lengthBytes);
  return Buffer.concat([length, body]);
}

export function u16(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 2);
  for (const [index, number] of numbers.entries()) bytes.writeUInt16BE(number, index * 2);
  return bytes;
}
