// A durable stream inside one process: as durable as the process. Whoever consumes one looks at its rows when it starts
// (docs/decisions/0006-in-process-bus.md). Used by in-process.ts. Messages wait in each consumer's line for acknowledgement.
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import { Fifo } from './fifo.ts';
import { MemoryConsumer } from './memory-consumer.ts';
import type { WireStreamMessage } from './wire.ts';

/** How long an id is remembered, as in the JetStream streams. */
export const DEDUPLICATION_MS = 120_000;
/** How many messages wait for one consumer; the oldest gives way. */
const lineLimit = 100_000;

export class MemoryStream {
  readonly #subject: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #consumers = new Map<string, MemoryConsumer>();
  /** In order of time, so that the old ones are the first. */
  readonly #ids = new Map<string, number>();
  /** What came before the first consumer did. */
  readonly #early = new Fifo<string>();

  constructor(subject: string, clock: Clock, log: Log) {
    this.#subject = subject;
    this.#clock = clock;
    this.#log = log;
  }

  append(payload: string, id: string | undefined): void {
    if (id !== undefined && this.#isRepeated(id)) return;
    if (this.#consumers.size > 0) {
      for (const consumer of this.#consumers.values()) consumer.add(payload);
      return;
    }
    if (this.#early.size >= lineLimit) {
      this.#early.shift();
      this.#log.warn(
        { subject: this.#subject, limit: lineLimit },
        'A stream that nobody consumes is full; its oldest event is lost.',
      );
    }
    this.#early.push(payload);
  }

  consume(
    name: string,
    redeliverMs: number,
    handle: (message: WireStreamMessage) => Promise<void>,
  ): AsyncDisposable {
    let consumer = this.#consumers.get(name);
    if (consumer === undefined) {
      const log = this.#log.child({ subject: this.#subject, consumer: name });
      consumer = new MemoryConsumer({ clock: this.#clock, log, lineLimit });
      this.#consumers.set(name, consumer);
      for (let early = this.#early.shift(); early !== undefined; early = this.#early.shift())
        consumer.add(early);
    }
    return consumer.join(redeliverMs, handle);
  }

  close(): void {
    for (const consumer of this.#consumers.values()) consumer.close();
  }

  #isRepeated(id: string): boolean {
    const now = this.#clock.now();
    for (const [old, at] of this.#ids) {
      if (now - at < DEDUPLICATION_MS) break;
      this.#ids.delete(old);
    }
    if (this.#ids.has(id)) return true;
    this.#ids.set(id, now);
    return false;
  }
}
