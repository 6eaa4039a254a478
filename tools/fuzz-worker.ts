// Runs one fuzz target on a thread of its own, so that a target that never ends can be ended. Started by fuzz-target.ts.
// **Every input is in shared memory before it is tried: it survives whatever it causes.**
import { parentPort, workerData } from 'node:worker_threads';
import { mutated, seededRandom } from './fuzz-mutate.ts';

export interface FuzzWork {
  readonly targetUrl: string;
  readonly seeds: readonly Uint8Array[];
  readonly randomSeed: number;
  readonly forMs: number;
  /** How many inputs were tried; how long the current one is. */
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly input: Uint8Array<SharedArrayBuffer>;
}

export type FuzzNews =
  | { readonly kind: 'failed'; readonly input: Uint8Array; readonly error: string }
  | { readonly kind: 'finished' };

/** The target says what is wrong by throwing. */
export interface FuzzTarget {
  fuzz(data: Uint8Array): void;
  /** Folders with seeds, from the root of the repository. */
  readonly corpus: readonly string[];
}

/** With so many different failures at hand, more would not help. */
const enough = 10;

async function work({ targetUrl, seeds, randomSeed, forMs, state, input }: FuzzWork): Promise<void> {
  const { fuzz } = (await import(targetUrl)) as FuzzTarget;
  const random = seededRandom(randomSeed);
  const until = performance.now() + forMs;
  const failures = new Set<string>();
  // The seeds as they are come first.
  for (let tried = 0; failures.size < enough; tried += 1) {
    if (tried >= seeds.length && tried % 32 === 0 && performance.now() > until) break;
    const data = seeds[tried] ?? mutated(seeds, random);
    input.set(data.subarray(0, input.length));
    Atomics.store(state, 1, Math.min(data.length, input.length));
    Atomics.store(state, 0, tried + 1);
    try {
      fuzz(data.slice());
    } catch (error) {
      const text = error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
      // The same failure by another input is no news; numbers and quotes in it vary.
      const kind = (error instanceof Error ? (error.stack ?? error.message) : text)
        .split('\n')
        .slice(1, 3)
        .join('\n');
      if (failures.has(kind)) continue;
      failures.add(kind);
      parentPort?.postMessage({ kind: 'failed', input: data.slice(), error: text } satisfies FuzzNews);
    }
  }
  parentPort?.postMessage({ kind: 'finished' } satisfies FuzzNews);
}

await work(workerData as FuzzWork);
