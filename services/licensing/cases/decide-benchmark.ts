// How long a decision takes (licensing rule M1) with everybody's masks at hand: the part `licensing` of the benchmarks and
// the case PRF-01.
import { type Release, releaseOf } from '../rules/catalogue.ts';
import { decide, featureMask, featureOf, features } from '../rules/feature.ts';

export interface DecideFigures {
  readonly p50Ns: number;
  readonly p99Ns: number;
  readonly allowed: number;
  readonly decisions: number;
}

const BATCHES = 1000;
const PER_BATCH = 1000;

/** Decisions are timed by the thousand: the clock is coarser than one of them. */
export function decideBenchmark({ users, devices }: { users: number; devices: number }): DecideFigures {
  const release = releaseOf('parley', '1') as Release;
  const standard = featureMask(['parley-standard-cal'], release);
  const both = featureMask(['parley-standard-cal', 'parley-enterprise-cal'], release);
  const maskOfUser = Int32Array.from({ length: users }, (_, at) => [0, standard, both][at % 3] as number);
  const maskOfDevice = Int32Array.from({ length: devices }, (_, at) => (at % 7 === 0 ? both : 0));
  const bits = features.map(({ feature }) => featureOf(feature)?.bit as number);
  const ns = new Float64Array(BATCHES);
  let allowed = 0;
  let seed = 1;
  for (let batch = 0; batch < BATCHES; batch++) {
    const start = performance.now();
    for (let n = 0; n < PER_BATCH; n++) {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      const user = maskOfUser[seed % users] as number;
      const device = maskOfDevice[(seed >>> 8) % devices] as number;
      if (decide(user, device, bits[seed % bits.length] as number)) allowed += 1;
    }
    ns[batch] = ((performance.now() - start) * 1e6) / PER_BATCH;
  }
  ns.sort();
  return {
    p50Ns: ns[BATCHES / 2] as number,
    p99Ns: ns[Math.floor(BATCHES * 0.99)] as number,
    allowed,
    decisions: BATCHES * PER_BATCH,
  };
}
