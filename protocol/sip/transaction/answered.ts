// Final answers of non-INVITE requests that are over, kept for timer J (RFC 3261 §17.2.2, Completed) in case that a request
// comes again. As bytes in large blocks, not as objects: there are some hundred thousand of them on a busy server, and what
// lives for half a minute is what collecting garbage costs most. Used by transaction-layer.ts.
import { fnvOfText } from '../fnv.ts';
import type { SipResponse } from '../message.ts';
import { parseMessage } from '../parser.ts';

/** An eighth of all is forgotten at once, so that an answer is kept for a seventh longer at most. */
const PARTS = 8;
const BLOCK_BYTES = 256 * 1024;
/** Key bytes, then head and body bytes: two numbers of four bytes stand before them. */
const PREFIX_BYTES = 8;
/** No character takes more in UTF-8. */
const BYTES_A_CHARACTER = 3;
const FIRST_SLOTS = 256;

const encoder = new TextEncoder();

export class Answered {
  readonly #partMs: number;
  readonly #seed: number;
  readonly #most: number;
  /** Oldest first. */
  readonly #parts: Part[] = [];
  #size = 0;

  /**
   * @param seed nobody outside knows it, so that nobody can make keys that all fall into one place.
   * @param most more than so many answers push out the oldest: a request of then that came again would be a new one.
   */
  constructor(keepMs: number, seed: string, most: number) {
    this.#partMs = keepMs / (PARTS - 1);
    this.#seed = fnvOfText(seed);
    this.#most = most;
  }

  /** Answers that are kept, those included that are to be forgotten. */
  get size(): number {
    return this.#size;
  }

  /** When the oldest have had their time, if there are any. */
  get forgetAt(): number | undefined {
    return this.#parts[0]?.forgottenAt;
  }

  forget(now: number): void {
    while (this.#parts.length > 0 && this.#parts[0]!.forgottenAt <= now) this.#dropFirst();
  }

  /** @param response with its `head`. */
  put(key: string, { head = '', body }: SipResponse, now: number): void {
    this.forget(now);
    let part = this.#parts.at(-1);
    if (part === undefined || part.until <= now || part.size * PARTS >= this.#most) {
      part = new Part(now + this.#partMs, now + this.#partMs * PARTS);
      this.#parts.push(part);
    }
    part.put(sumOf(key, this.#seed), key, head, body);
    this.#size += 1;
    if (this.#size > this.#most) this.#dropFirst();
  }

  /** The answer as it was sent. Costs a parse: retransmissions are rare. */
  find(key: string, now: number): SipResponse | undefined {
    if (this.#size === 0) return undefined;
    this.forget(now);
    const sum = sumOf(key, this.#seed);
    for (let i = this.#parts.length - 1; i >= 0; i--) {
      const bytes = this.#parts[i]!.find(sum, key);
      if (bytes === undefined) continue;
      const parsed = parseMessage(bytes, OWN_LIMITS);
      return parsed.ok && parsed.message.kind === 'response' ? parsed.message : undefined;
    }
    return undefined;
  }

  #dropFirst(): void {
    this.#size -= this.#parts.shift()?.size ?? 0;
  }
}

/** What we have written we read back, whatever its size. */
const OWN_LIMITS = {
  maxMessageBytes: Number.MAX_SAFE_INTEGER,
  maxFields: Number.MAX_SAFE_INTEGER,
  maxLineChars: Number.MAX_SAFE_INTEGER,
};

/** What was answered in one stretch of time: records one behind the other, found by a table of open addressing. */
class Part {
  /** New answers come in here until then. */
  readonly until: number;
  readonly forgottenAt: number;
  size = 0;
  readonly #blocks: DataView<ArrayBuffer>[] = [];
  /** Free place in the last block. */
  #at = 0;
  /** The sum of a key, and where its record is: block and place, both one more than they are, so that 0 is nothing. */
  #sums = new Uint32Array(FIRST_SLOTS);
  #placed = new Uint32Array(FIRST_SLOTS * 2);

  constructor(until: number, forgottenAt: number) {
    this.until = until;
    this.forgottenAt = forgottenAt;
  }

  put(sum: number, key: string, head: string, body: Uint8Array): void {
    const most = PREFIX_BYTES + (key.length + head.length) * BYTES_A_CHARACTER + body.length;
    let block = this.#blocks.at(-1);
    if (block === undefined || this.#at + most > block.byteLength) {
      block = new DataView(new ArrayBuffer(Math.max(BLOCK_BYTES, most)));
      this.#blocks.push(block);
      this.#at = 0;
    }
    const start = this.#at;
    const bytes = new Uint8Array(block.buffer);
    const keyBytes = encoder.encodeInto(key, bytes.subarray(start + PREFIX_BYTES)).written;
    const answerAt = start + PREFIX_BYTES + keyBytes;
    const headBytes = encoder.encodeInto(head, bytes.subarray(answerAt)).written;
    bytes.set(body, answerAt + headBytes);
    block.setUint32(start, keyBytes);
    block.setUint32(start + 4, headBytes + body.length);
    this.#at = answerAt + headBytes + body.length;
    if ((this.size + 1) * 2 > this.#sums.length) this.#grow();
    place(this.#sums, this.#placed, sum, this.#blocks.length, start + 1);
    this.size += 1;
  }

  find(sum: number, key: string): Uint8Array | undefined {
    const mask = this.#sums.length - 1;
    for (let slot = sum & mask; this.#placed[slot * 2] !== 0; slot = (slot + 1) & mask) {
      if (this.#sums[slot] !== sum) continue;
      const block = this.#blocks[this.#placed[slot * 2]! - 1]!;
      const start = this.#placed[slot * 2 + 1]! - 1;
      const answerAt = start + PREFIX_BYTES + block.getUint32(start);
      const bytes = new Uint8Array(block.buffer);
      if (isText(bytes.subarray(start + PREFIX_BYTES, answerAt), key))
        return bytes.subarray(answerAt, answerAt + block.getUint32(start + 4));
    }
    return undefined;
  }

  #grow(): void {
    const [sums, placed] = [this.#sums, this.#placed];
    this.#sums = new Uint32Array(sums.length * 2);
    this.#placed = new Uint32Array(placed.length * 2);
    for (let slot = 0; slot < sums.length; slot++) {
      const block = placed[slot * 2]!;
      if (block !== 0) place(this.#sums, this.#placed, sums[slot]!, block, placed[slot * 2 + 1]!);
    }
  }
}

function place(sums: Uint32Array, placed: Uint32Array, sum: number, block: number, start: number): void {
  const mask = sums.length - 1;
  let slot = sum & mask;
  while (placed[slot * 2] !== 0) slot = (slot + 1) & mask;
  sums[slot] = sum;
  placed[slot * 2] = block;
  placed[slot * 2 + 1] = start;
}

function isText(bytes: Uint8Array, text: string): boolean {
  const written = encoder.encode(text);
  return written.length === bytes.length && written.every((byte, i) => byte === bytes[i]);
}

function sumOf(key: string, seed: number): number {
  const sum = fnvOfText(key, seed);
  // The low bits find the place: the high ones count for them, too.
  return (sum ^ (sum >>> 15)) >>> 0;
}
