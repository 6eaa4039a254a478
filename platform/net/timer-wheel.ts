// A hierarchical timer wheel (Varghese and Lauck): 7 levels of 32 slots of 1, 32, 32², … ms. Setting and cancelling
// cost the same with ten timers or a million. Driven by clock-system.ts in real time and by testing.ts in tests.

const slotsPerLevel = 32;
const levels = 7;
/** Milliseconds one slot of each level spans; absolute times outgrow 32-bit arithmetic, hence no shifts. */
const spanMs = Array.from({ length: levels + 1 }, (_, level) => slotsPerLevel ** level);

class Slot {
  first: WheelTimer | undefined;
  last: WheelTimer | undefined;
  readonly level: number;
  readonly bit: number;
  constructor(level: number, index: number) {
    this.level = level;
    this.bit = 1 << index;
  }
}

/** One pending callback. Disposing it is legal in any state and cancels what has not fired. */
export class WheelTimer implements Disposable {
  readonly due: number;
  readonly order: number;
  readonly callback: () => void;
  slot: Slot | undefined;
  previous: WheelTimer | undefined;
  next: WheelTimer | undefined;
  readonly #wheel: TimerWheel;

  constructor(wheel: TimerWheel, due: number, order: number, callback: () => void) {
    this.#wheel = wheel;
    this.due = due;
    this.order = order;
    this.callback = callback;
  }

  [Symbol.dispose](): void {
    this.#wheel.cancel(this);
  }
}

export class TimerWheel {
  /** The latest tick that was run; timers may still be set on it and run with the next call. */
  #tick: number;
  #size = 0;
  #order = 0;
  readonly #slots: readonly (readonly Slot[])[] = Array.from({ length: levels }, (_, level) =>
    Array.from({ length: slotsPerLevel }, (_, index) => new Slot(level, index)),
  );
  /** For each level one bit a slot that holds something. */
  readonly #occupied = new Int32Array(levels);

  constructor(startMs: number) {
    this.#tick = Math.floor(startMs);
  }

  get size(): number {
    return this.#size;
  }

  /** Rounds up to the next whole millisecond, so that nothing fires early. */
  set(dueMs: number, callback: () => void): WheelTimer {
    const timer = new WheelTimer(this, Math.ceil(dueMs), ++this.#order, callback);
    this.#place(timer);
    this.#size++;
    return timer;
  }

  cancel(timer: WheelTimer): void {
    if (timer.slot === undefined) return;
    this.#unlink(timer);
    this.#size--;
  }

  /** A time before which nothing is due; the wheel wants to be run then. Undefined when empty. */
  wakeAt(): number | undefined {
    if (this.#size === 0) return undefined;
    let earliest = Number.POSITIVE_INFINITY;
    for (let level = 0; level < levels; level++) {
      const occupied = this.#occupied[level]!;
      if (occupied === 0) continue;
      const base = Math.floor(this.#tick / spanMs[level]!);
      // Level 0 holds the present tick and the 31 after it; higher levels hold the 32 slots after the present one.
      const from = level === 0 ? 0 : 1;
      for (let ahead = from; ahead < from + slotsPerLevel; ahead++) {
        if ((occupied & (1 << ((base + ahead) % slotsPerLevel))) === 0) continue;
        earliest = Math.min(earliest, (base + ahead) * spanMs[level]!);
        break;
      }
    }
    return earliest;
  }

  /**
   * Runs what is due at or before `nowMs`, in order of due time, then of setting. `onTick` is told each time that
   * fires. What a callback sets for the very same tick waits for the next call. If a callback throws, the rest stay set.
   */
  run(nowMs: number, onTick?: (tickMs: number) => void): void {
    const until = Math.floor(nowMs);
    this.#fire(onTick);
    for (;;) {
      const wakeAt = this.wakeAt();
      // Only what was set on the present tick meanwhile can be due now: it waits.
      if (wakeAt === undefined || wakeAt > until || wakeAt <= this.#tick) break;
      this.#tick = wakeAt;
      this.#cascade();
      this.#fire(onTick);
    }
    if (until > this.#tick && (this.wakeAt() ?? Number.POSITIVE_INFINITY) > until) this.#tick = until;
  }

  #fire(onTick: ((tickMs: number) => void) | undefined): void {
    const slot = this.#slots[0]![this.#tick % slotsPerLevel]!;
    const newest = this.#order;
    for (let timer = slot.first; timer !== undefined && timer.order <= newest; timer = slot.first) {
      this.cancel(timer);
      onTick?.(this.#tick);
      timer.callback();
    }
  }

  #cascade(): void {
    for (let level = levels - 1; level > 0; level--) {
      if (this.#tick % spanMs[level]! !== 0) continue;
      const slot = this.#slots[level]![Math.floor(this.#tick / spanMs[level]!) % slotsPerLevel]!;
      // A timer beyond the highest level returns to this very slot: only those present now are moved.
      const { last } = slot;
      for (let timer = slot.first; timer !== undefined; timer = slot.first) {
        this.#unlink(timer);
        this.#place(timer);
        if (timer === last) break;
      }
    }
  }

  #place(timer: WheelTimer): void {
    const due = Math.max(timer.due, this.#tick);
    const ahead = due - this.#tick;
    let level = 0;
    while (level < levels - 1 && ahead >= spanMs[level + 1]!) level++;
    const base = Math.floor(this.#tick / spanMs[level]!);
    const position = Math.min(Math.floor(due / spanMs[level]!), base + slotsPerLevel);
    const slot = this.#slots[level]![position % slotsPerLevel]!;
    let after = slot.last;
    // Older timers come down from higher levels behind newer ones; the order of setting is restored where they fire.
    if (level === 0) while (after !== undefined && after.order > timer.order) after = after.previous;
    link(slot, timer, after);
    this.#occupied[level]! |= slot.bit;
  }

  #unlink(timer: WheelTimer): void {
    const slot = timer.slot!;
    if (timer.previous === undefined) slot.first = timer.next;
    else timer.previous.next = timer.next;
    if (timer.next === undefined) slot.last = timer.previous;
    else timer.next.previous = timer.previous;
    timer.slot = undefined;
    timer.previous = undefined;
    timer.next = undefined;
    if (slot.first === undefined) this.#occupied[slot.level]! &= ~slot.bit;
  }
}

function link(slot: Slot, timer: WheelTimer, after: WheelTimer | undefined): void {
  const before = after === undefined ? slot.first : after.next;
  timer.slot = slot;
  timer.previous = after;
  timer.next = before;
  if (after === undefined) slot.first = timer;
  else after.next = timer;
  if (before === undefined) slot.last = timer;
  else before.previous = timer;
}
