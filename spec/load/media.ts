// The part `media` of the benchmarks: passing packets on and mixing them, beside rtpengine and Janus. It needs no server.
import type { Figures } from './figures.ts';
import { measureMixing } from './media-mixing.ts';
import { measureRelay } from './media-relay.ts';
import { buildRtpLoad } from './rtp-load.ts';

export interface BenchOptions {
  /** One short round of each. */
  readonly quick: boolean;
  /** Ids of workloads, or parts of them; none means all. */
  readonly only: readonly string[];
  /** Writes a CPU profile of the media host into spec/results, and measures no peer. */
  readonly cpuProfile: boolean;
}

export async function measureMedia(figures: Figures, options: BenchOptions): Promise<void> {
  if (!buildRtpLoad()) return;
  await measureRelay(figures, options);
  if (!options.cpuProfile) await measureMixing(figures, options);
}
