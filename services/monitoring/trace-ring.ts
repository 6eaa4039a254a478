// The recent messages of one front end: their bytes one behind the other in one block of memory, the oldest overwritten.
// **Adding copies bytes and notes six numbers; everything else is done when somebody looks.** Used by sip.ts.
import type { TraceFlow } from './contract.ts';

export interface TraceLimits {
  readonly bytes: number;
  readonly messages: number;
  readonly ageMs: number;
}

export interface TraceRecord {
  /** Counts every message since the start; a number is never used again. */
  readonly seq: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly isOutgoing: boolean;
  readonly flow: TraceFlow;
  /** A copy. */
  readonly bytes: Uint8Array;
  /** Bytes that were left away behind them. */
  readonly omittedBytes: number;
}

/** What one message may take of the block; more is left away. */
export const MAX_MESSAGE_BYTES = 65_536;
const FIRST_BLOCK_BYTES = 1024 * 1024;

export class TraceRing {
  readonly #limits: TraceLimits;
  #block: Uint8Array;
  /** One slot for each message, used in turn. */
  readonly #at: Float64Array;
  readonly #start: Float64Array;
  readonly #length: Uint32Array;
  readonly #omitted: Uint32Array;
  readonly #isOutgoing: Uint8Array;
  readonly #flow: (TraceFlow | undefined)[];
  #first = 0;
  #next = 0;
  /** Where the next message goes. */
  #write = 0;

  constructor(limits: TraceLimits) {
    const { messages, bytes } = limits;
    this.#limits = limits;
    this.#block = new Uint8Array(Math.min(FIRST_BLOCK_BYTES, bytes));
    this.#at = new Float64Array(messages);
    this.#start = new Float64Array(messages);
    this.#length = new Uint32Array(messages);
    this.#omitted = new Uint32Array(messages);
    this.#isOutgoing = new Uint8Array(messages);
    this.#flow = new Array<TraceFlow | undefined>(messages).fill(undefined);
  }

  /** The number of the oldest that is held; equal to `nextSeq` when there is none. */
  get firstSeq(): number {
    return this.#first;
  }
  get nextSeq(): number {
    return this.#next;
  }
  get size(): number {
    return this.#next - this.#first;
  }
  /** Unix milliseconds of the oldest message, 0 where there is none. */
  get oldestAt(): number {
    return this.size === 0 ? 0 : this.#at[this.#first % this.#limits.messages]!;
  }
  /** Memory that the bytes of messages take. */
  get blockBytes(): number {
    return this.#block.length;
  }

  /** @param keepBytes only so many are kept of it, for a message whose body is not to be. */
  add(at: number, isOutgoing: boolean, flow: TraceFlow, bytes: Uint8Array, keepBytes = bytes.length): void {
    const { messages, bytes: maxBytes } = this.#limits;
    const length = Math.min(keepBytes, MAX_MESSAGE_BYTES, maxBytes);
    if (this.#next - this.#first === messages) this.#forgetFirst();
    const start = this.#placeFor(length);
    if (length === bytes.length) this.#block.set(bytes, start);
    else this.#block.set(bytes.subarray(0, length), start);
    this.#write = start + length;
    const slot = this.#next % messages;
    this.#at[slot] = at;
    this.#start[slot] = start;
    this.#length[slot] = length;
    this.#omitted[slot] = bytes.length - length;
    this.#isOutgoing[slot] = isOutgoing ? 1 : 0;
    this.#flow[slot] = flow;
    this.#next += 1;
  }

  /** Forgets what is older than it may be. */
  expire(now: number): void {
    const oldest = now - this.#limits.ageMs;
    while (this.size > 0 && this.oldestAt < oldest) this.#forgetFirst();
  }

  /** Undefined where it is forgotten, or not there yet. */
  read(seq: number): TraceRecord | undefined {
    if (seq < this.#first || seq >= this.#next) return undefined;
    const slot = seq % this.#limits.messages;
    const start = this.#start[slot]!;
    return {
      seq,
      at: this.#at[slot]!,
      isOutgoing: this.#isOutgoing[slot] === 1,
      flow: this.#flow[slot]!,
      bytes: this.#block.slice(start, start + this.#length[slot]!),
      omittedBytes: this.#omitted[slot]!,
    };
  }

  clear(): void {
    while (this.size > 0) this.#forgetFirst();
  }

  #forgetFirst(): void {
    this.#flow[this.#first % this.#limits.messages] = undefined;
    this.#first += 1;
    if (this.size === 0) this.#write = 0;
  }

  #placeFor(length: number): number {
    if (this.#write + length > this.#block.length && !this.#grow(length)) {
      // What lies behind the write position is older than all that lies before it.
      this.#forgetIn(this.#write, this.#block.length);
      this.#write = 0;
    }
    this.#forgetIn(this.#write, this.#write + length);
    return this.#write;
  }

  /** Doubles the block where what is held fills half of it: a quiet server needs little. */
  #grow(length: number): boolean {
    const { bytes, messages } = this.#limits;
    const oldestStart = this.size === 0 ? 0 : this.#start[this.#first % messages]!;
    if (oldestStart >= this.#block.length / 2 || this.#write + length > bytes) return false;
    const larger = new Uint8Array(Math.min(bytes, Math.max(this.#block.length * 2, this.#write + length)));
    if (larger.length === this.#block.length) return false;
    larger.set(this.#block);
    this.#block = larger;
    return true;
  }

  #forgetIn(from: number, to: number): void {
    while (this.size > 0) {
      const start = this.#start[this.#first % this.#limits.messages]!;
      if (start < from || start >= to) return;
      this.#forgetFirst();
    }
  }
}
