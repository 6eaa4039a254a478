// How far phones were given what they were sent, written behind: many marks in one statement, a moment later. A kill in
// between gives a phone its last messages once more, never one less. Owned by delivery.ts.
import type { Clock } from '@parley/platform/clock';
import type { Log } from '@parley/platform/observe';
import type { ServiceStore } from '@parley/platform/store';
import type { ImTables } from './store.ts';
import { movePhones, type PhoneMark } from './store-deliveries.ts';

const WRITE_AFTER_MS = 1_000;
const MARKS_A_STATEMENT = 500;

export class PhoneMarks implements AsyncDisposable {
  readonly #own: ServiceStore<ImTables>;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By conversation and place. */
  #waiting = new Map<string, PhoneMark>();
  #timer: Disposable | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(ports: { readonly own: ServiceStore<ImTables>; readonly clock: Clock; readonly log: Log }) {
    this.#own = ports.own;
    this.#clock = ports.clock;
    this.#log = ports.log;
  }

  move(mark: PhoneMark): void {
    this.#waiting.set(`${mark.conversationId} ${mark.place}`, mark);
    this.#timer ??= this.#clock.after(WRITE_AFTER_MS, () => {
      this.write().catch((error) => this.#log.warn({ error }, 'what phones have is written later'));
    });
  }

  /** Resolves when all marks are in the rows. What could not be written waits for the next time. */
  write(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const next = this.#writing.then(() => this.#writeAll());
    this.#writing = next.catch(() => undefined);
    return next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.write().catch((error) =>
      this.#log.warn({ error }, 'phones may be given their last messages again'),
    );
    this.#timer?.[Symbol.dispose]();
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      const marks = new Map<string, PhoneMark>();
      for (const [key, mark] of this.#waiting) {
        // A statement changes each row once: the next participant of the same conversation follows.
        if (marks.size === MARKS_A_STATEMENT) break;
        if (marks.has(mark.conversationId)) continue;
        marks.set(mark.conversationId, mark);
        this.#waiting.delete(key);
      }
      try {
        await movePhones(this.#own, [...marks.values()]);
      } catch (error) {
        for (const mark of marks.values()) {
          const key = `${mark.conversationId} ${mark.place}`;
          if ((this.#waiting.get(key)?.seq ?? 0) < mark.seq) this.#waiting.set(key, mark);
        }
        this.#timer ??= this.#clock.after(WRITE_AFTER_MS, () => void this.write().catch(() => undefined));
        throw error;
      }
    }
  }
}
