// Cuts what arrives over TCP or TLS into STUN messages and ChannelData (RFC 8656 §12.5, RFC 8489 §6.2.2).
import { readU16, readU32 } from '../../bytes/big-endian.ts';
import { paddedBytes, STUN_HEADER_BYTES, STUN_MAGIC_COOKIE } from '../stun/message.ts';
import { CHANNEL_HEADER_BYTES } from './channel-data.ts';

export const MAX_FRAME_BYTES = 65_535 + STUN_HEADER_BYTES;

/**
 * Holds the part of a message that has come. Messages are given to `take` in order, as views that are valid during the call.
 * Without any limit of its own but the largest message: whoever owns the connection bounds how long a part may wait.
 */
export class StunFramer {
  #held = new Uint8Array(0);
  #heldBytes = 0;

  /** Bytes of a message that has not come whole. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** @returns false for bytes that are neither: nothing can be found in this stream any more. */
  push(bytes: Uint8Array, take: (message: Uint8Array) => void): boolean {
    let input = bytes;
    if (this.#heldBytes > 0) {
      this.#hold(bytes);
      input = this.#held.subarray(0, this.#heldBytes);
    }
    let at = 0;
    while (at < input.length) {
      const size = frameBytes(input, at);
      if (size === 'wrong') return false;
      if (size === undefined || at + size.withPadding > input.length) break;
      take(input.subarray(at, at + size.message));
      at += size.withPadding;
    }
    this.#keep(input, at);
    return true;
  }

  #hold(bytes: Uint8Array): void {
    const needed = this.#heldBytes + bytes.length;
    if (needed > this.#held.length) {
      const larger = new Uint8Array(Math.max(needed, this.#held.length * 2));
      larger.set(this.#held.subarray(0, this.#heldBytes));
      this.#held = larger;
    }
    this.#held.set(bytes, this.#heldBytes);
    this.#heldBytes = needed;
  }

  #keep(input: Uint8Array, from: number): void {
    const rest = input.length - from;
    if (input.buffer === this.#held.buffer) this.#held.copyWithin(0, from, input.length);
    else if (rest > 0) {
      if (this.#held.length < rest) this.#held = new Uint8Array(Math.max(rest, 512));
      this.#held.set(input.subarray(from));
    }
    this.#heldBytes = rest;
    // A connection that waits costs no memory.
    if (rest === 0) this.#held = new Uint8Array(0);
  }
}

/** How long the message is that begins at `at`; undefined where too little has come to say. */
function frameBytes(
  bytes: Uint8Array,
  at: number,
): { readonly message: number; readonly withPadding: number } | 'wrong' | undefined {
  const first = bytes[at]!;
  if (first >= 0x80) return 'wrong';
  if (bytes.length - at < 4) return undefined;
  const length = readU16(bytes, at + 2);
  if (first >= 0x40) {
    const message = CHANNEL_HEADER_BYTES + length;
    return { message, withPadding: paddedBytes(message) };
  }
  if ((length & 3) !== 0) return 'wrong';
  if (bytes.length - at < 8) return undefined;
  if (readU32(bytes, at + 4) !== STUN_MAGIC_COOKIE) return 'wrong';
  const message = STUN_HEADER_BYTES + length;
  return { message, withPadding: message };
}
