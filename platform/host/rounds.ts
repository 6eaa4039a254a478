// Work that a service does again and again: one round at a time with a pause between, and none after disposal.
// Used by services that look after what no event tells of.
import type { ServiceContext } from './service.ts';

/** Disposing waits for the round under way. */
export interface Rounds extends AsyncDisposable {
  /** The next round starts in `delayMs` from now, or from the end of the one under way. */
  soon(delayMs?: number): void;
}

/** @param failure what the log says of a round that rejected; the next one comes all the same. */
export function startRounds(
  { clock, log }: Pick<ServiceContext, 'clock' | 'log'>,
  { everyMs, failure }: { readonly everyMs: number; readonly failure: string },
  work: () => Promise<void>,
): Rounds {
  let timer: Disposable | undefined;
  let running: Promise<void> | undefined;
  let pauseMs = everyMs;
  let isStopped = false;

  async function round(): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.warn({ error }, failure);
    }
    running = undefined;
    schedule(pauseMs);
  }

  function schedule(delayMs: number): void {
    timer?.[Symbol.dispose]();
    if (isStopped) return;
    timer = clock.after(delayMs, () => {
      pauseMs = everyMs;
      running = round();
    });
  }

  schedule(everyMs);
  return {
    soon(delayMs = 0) {
      if (running === undefined) schedule(delayMs);
      else pauseMs = Math.min(pauseMs, delayMs);
    },
    async [Symbol.asyncDispose]() {
      isStopped = true;
      timer?.[Symbol.dispose]();
      await running;
    },
  };
}
