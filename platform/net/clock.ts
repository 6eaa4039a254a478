// Time as a port: the wall clock, a monotonic clock and timers. Protocol machines and services take it as an
// argument; tests hold a fake one (`@parley/platform/net/testing`).

/** Milliseconds on a clock that never steps back; comparable only within one process. */
export type MonotonicMs = number & { readonly __clock?: 'monotonic' };
/** Milliseconds since 1970-01-01T00:00Z. */
export type UnixMs = number & { readonly __clock?: 'unix' };

export interface Clock {
  now(): MonotonicMs;
  wallNow(): UnixMs;
  /** Calls back once, not before `delayMs` milliseconds. Disposing cancels, in any state. */
  after(delayMs: number, callback: () => void): Disposable;
  /** Timers that are set, where they are counted: a leak shows. */
  readonly pending?: number;
}
