// The thread in which the optimiser runs (licensing rules M7, M8), started by optimise-thread.ts: the question comes with
// it, progress goes out while it works, the answer once. A shared flag ends it between two steps.
import { parentPort, workerData } from 'node:worker_threads';
import type { Outcome } from '@parley/platform/contract';
import { optimise } from './rules/optimise/optimise.ts';
import type { Mix, MixRequest, OptimiseProgress } from './rules/optimise/request.ts';
import { type SweepPoint, sweep } from './rules/optimise/sweep.ts';

export interface OptimiserWork {
  readonly request: MixRequest;
  readonly withSweep: boolean;
  /** Not 0: the answer is not wanted any more. */
  readonly cancelled: Int32Array<SharedArrayBuffer>;
}

export type Solution = Outcome<{ readonly mix: Mix; readonly sweep: readonly SweepPoint[] }>;

export type OptimiserNews =
  | { readonly kind: 'progress'; readonly at: OptimiseProgress }
  | { readonly kind: 'solved'; readonly solution: Solution }
  | { readonly kind: 'cancelled' };

/** Often enough for a progress bar. */
const TELL_MS = 200;

class Cancelled extends Error {}

function work({ request, withSweep, cancelled }: OptimiserWork): void {
  const tell = (news: OptimiserNews): void => parentPort?.postMessage(news);
  let toldAt = 0;
  /** The mix takes most of the bar, the chart the rest. */
  const report = (from: number, to: number) => (at: OptimiseProgress) => {
    if (Atomics.load(cancelled, 0) !== 0) throw new Cancelled();
    const now = performance.now();
    if (now - toldAt < TELL_MS) return;
    toldAt = now;
    tell({ kind: 'progress', at: { ...at, share: from + at.share * (to - from) } });
  };
  try {
    const mix = optimise(request, report(0, withSweep ? 0.7 : 1));
    if (!mix.ok) {
      tell({ kind: 'solved', solution: mix });
      return;
    }
    const chart = withSweep ? sweep(request, report(0.7, 1)) : undefined;
    const points = chart?.ok === true ? chart.value.points : [];
    tell({ kind: 'solved', solution: { ok: true, value: { mix: mix.value, sweep: points } } });
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
    tell({ kind: 'cancelled' });
  }
}

work(workerData as OptimiserWork);
