// The waiting line of one subscriber: bounded, in order, one item at a time, never inside the sender's own call.
// Used by wire-bus.ts for events. Owned by its subscription; after `close` nothing is taken.
import { Fifo } from './fifo.ts';

/** How many items are handled before other work of the process gets its turn. */
const turn = 64;

export interface MailboxOptions<T> {
  readonly limit: number;
  /** Must not throw. */
  readonly handle: (item: T) => void | Promise<void>;
  /** Called for the first item that found the line full. */
  readonly onOverflow: () => void;
  /** Called once after an overflow, when half of the line is free again, with the number of items lost. */
  readonly onRecovered: (lost: number) => void;
}

export class Mailbox<T> {
  readonly #options: MailboxOptions<T>;
  readonly #waiting = new Fifo<T>();
  #lost = 0;
  #closed = false;
  #running: Promise<void> | undefined;

  constructor(options: MailboxOptions<T>) {
    this.#options = options;
  }

  post(item: T): void {
    if (this.#closed) return;
    if (this.#waiting.size >= this.#options.limit) {
      this.#lost += 1;
      if (this.#lost === 1) this.#options.onOverflow();
      return;
    }
    this.#waiting.push(item);
    this.#running ??= this.#run();
  }

  /** Takes nothing more; resolves when what waited is handled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    await Promise.resolve();
    for (let handled = 1; this.#waiting.size > 0; handled += 1) {
      const done = this.#options.handle(this.#waiting.shift() as T);
      if (done !== undefined) await done;
      if (this.#lost > 0 && this.#waiting.size <= this.#options.limit / 2) this.#recover();
      if (handled % turn === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    this.#running = undefined;
  }

  #recover(): void {
    const lost = this.#lost;
    this.#lost = 0;
    this.#options.onRecovered(lost);
  }
}
