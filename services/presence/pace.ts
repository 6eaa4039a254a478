// How often one subscription is told of changes: at once as long as they are few, in step with a rate when they are many,
// and lists a moment later, so that what changes together is told together. One timer for all. Used by sip.ts.
import type { Clock } from '@parley/platform/clock';
import type { Watch } from './watch.ts';

export interface Rate {
  /** Between two NOTIFYs, where it goes on and on. */
  readonly everyMs: number;
  /** How many may come without that. */
  readonly burst: number;
  /** How long a change waits for others. */
  readonly gatherMs: number;
}

/** RFC 3856 §6.10: a notifier "SHOULD NOT generate notifications … at a rate faster than once every five seconds". */
export const PERSON_RATE: Rate = { everyMs: 5_000, burst: 8, gatherMs: 0 };
/** RFC 4662 §4.8 has the same, of one resource; a list has many. */
export const LIST_RATE: Rate = { everyMs: 1_000, burst: 8, gatherMs: 150 };

const TICK_MS = 50;

export class NotifyPace implements Disposable {
  readonly #clock: Clock;
  readonly #notify: (watch: Watch) => void;
  readonly #due = new Map<Watch, number>();
  #timer: Disposable | undefined;

  constructor(clock: Clock, notify: (watch: Watch) => void) {
    this.#clock = clock;
    this.#notify = notify;
  }

  /** Something that this watch is about has changed. */
  changed(watch: Watch, rate: Rate): void {
    if (this.#due.has(watch)) return;
    const now = this.#clock.now();
    const from = watch.inStepAt - rate.burst * rate.everyMs;
    const at = Math.max(now + rate.gatherMs, from);
    watch.inStepAt = Math.max(watch.inStepAt, at) + rate.everyMs;
    if (at <= now) this.#notify(watch);
    else {
      this.#due.set(watch, at);
      this.#timer ??= this.#clock.after(TICK_MS, () => this.#tick());
    }
  }

  forget(watch: Watch): void {
    this.#due.delete(watch);
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
    this.#due.clear();
  }

  #tick(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const [watch, at] of this.#due) {
      if (at > now) continue;
      this.#due.delete(watch);
      this.#notify(watch);
    }
    if (this.#due.size > 0) this.#timer ??= this.#clock.after(TICK_MS, () => this.#tick());
  }
}
