// One named consumer of a stream in memory: its line, its members, and what they have not acknowledged yet.
// Used by memory-stream.ts. Owns the redelivery timers until `close`.
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import { Fifo } from './fifo.ts';
import type { WireStreamMessage } from './wire.ts';

/** Messages handed out and not acknowledged, over all members. */
const openLimit = 1_000;
/** How many messages are handed out before other work of the process gets its turn. */
const turn = 64;

interface Entry {
  readonly seq: number;
  readonly payload: string;
  delivery: number;
  acknowledged: boolean;
  timer: Disposable | undefined;
}

interface Member {
  readonly handle: (message: WireStreamMessage) => Promise<void>;
  running: Promise<void> | undefined;
  gone: boolean;
}

export interface MemoryConsumerOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly lineLimit: number;
}

export class MemoryConsumer {
  readonly #options: MemoryConsumerOptions;
  readonly #fresh = new Fifo<Entry>();
  /** To be delivered again, oldest first. */
  readonly #again: Entry[] = [];
  readonly #handedOut = new Set<Entry>();
  readonly #members: Member[] = [];
  #redeliverMs = 0;
  #seq = 0;
  #lost = 0;
  #turns = 0;
  #closed = false;

  constructor(options: MemoryConsumerOptions) {
    this.#options = options;
  }

  add(payload: string): void {
    if (this.#fresh.size >= this.#options.lineLimit) {
      this.#fresh.shift();
      if (this.#lost === 0)
        this.#options.log.warn(
          { limit: this.#options.lineLimit },
          'A consumer is too far behind; its oldest events are lost.',
        );
      this.#lost += 1;
    }
    this.#seq += 1;
    this.#fresh.push({ seq: this.#seq, payload, delivery: 0, acknowledged: false, timer: undefined });
    this.#handOut();
  }

  join(redeliverMs: number, handle: (message: WireStreamMessage) => Promise<void>): AsyncDisposable {
    const member: Member = { handle, running: undefined, gone: false };
    this.#redeliverMs = redeliverMs;
    this.#members.push(member);
    this.#handOut();
    return {
      [Symbol.asyncDispose]: async () => {
        member.gone = true;
        const index = this.#members.indexOf(member);
        if (index >= 0) this.#members.splice(index, 1);
        await member.running;
      },
    };
  }

  close(): void {
    this.#closed = true;
    for (const entry of this.#handedOut) entry.timer?.[Symbol.dispose]();
    this.#handedOut.clear();
  }

  #handOut(): void {
    for (const member of this.#members) {
      if (this.#closed || this.#handedOut.size >= openLimit) return;
      if (member.running !== undefined) continue;
      const entry = this.#next();
      if (entry === undefined) return;
      member.running = this.#deliver(entry, member).finally(() => {
        member.running = undefined;
        // The member that was served last is asked last.
        const index = this.#members.indexOf(member);
        if (index >= 0) this.#members.push(...this.#members.splice(index, 1));
        this.#handOut();
      });
    }
  }

  #next(): Entry | undefined {
    for (let entry = this.#again.shift(); entry !== undefined; entry = this.#again.shift()) {
      if (!entry.acknowledged) return entry;
    }
    const entry = this.#fresh.shift();
    if (entry === undefined && this.#lost > 0) {
      this.#options.log.warn({ lost: this.#lost }, 'A consumer has caught up after losing events.');
      this.#lost = 0;
    }
    return entry;
  }

  async #deliver(entry: Entry, member: Member): Promise<void> {
    entry.delivery += 1;
    this.#handedOut.add(entry);
    entry.timer = this.#options.clock.after(this.#redeliverMs, () => this.#takeBack(entry));
    this.#turns += 1;
    await (this.#turns % turn === 0 ? new Promise((resolve) => setImmediate(resolve)) : Promise.resolve());
    if (member.gone) return this.#takeBack(entry);
    const { delivery } = entry;
    await member.handle({
      payload: entry.payload,
      delivery,
      acknowledge: async () => this.#acknowledge(entry),
      reject: async (delayMs) => {
        if (entry.delivery === delivery) this.#reject(entry, delayMs ?? 0);
      },
    });
  }

  #acknowledge(entry: Entry): void {
    entry.acknowledged = true;
    entry.timer?.[Symbol.dispose]();
    if (this.#handedOut.delete(entry)) this.#handOut();
  }

  #reject(entry: Entry, delayMs: number): void {
    if (!this.#handedOut.has(entry)) return;
    entry.timer?.[Symbol.dispose]();
    if (delayMs > 0) entry.timer = this.#options.clock.after(delayMs, () => this.#takeBack(entry));
    else setImmediate(() => this.#takeBack(entry));
  }

  #takeBack(entry: Entry): void {
    entry.timer?.[Symbol.dispose]();
    if (!this.#handedOut.delete(entry) || this.#closed) return;
    const index = this.#again.findIndex((other) => other.seq > entry.seq);
    this.#again.splice(index < 0 ? this.#again.length : index, 0, entry);
    this.#handOut();
  }
}
