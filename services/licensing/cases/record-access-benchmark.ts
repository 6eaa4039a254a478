// How long a million accesses take to fold (licensing rule M2): the part `licensing` of the benchmarks and the case PRF-03.
import { addDays } from '../rules/day.ts';
import { AccessFold } from '../rules/evidence/access-fold.ts';

export interface RecordAccessFigures {
  readonly seconds: number;
  readonly edges: number;
  readonly events: number;
}

const FIRST_DAY = '2026-01-01';
const WINDOW_DAYS = 90;

/** Every edge appears and then again until there are so many events. */
export function recordAccessBenchmark({
  events,
  distinctEdges,
}: {
  readonly events: number;
  readonly distinctEdges: number;
}): RecordAccessFigures {
  const side = Math.max(1, Math.ceil(Math.sqrt(distinctEdges)));
  const users = Array.from({ length: side }, (_, index) => `user${index}@example.com`);
  const devices = Array.from({ length: side }, (_, index) => `device-${index}`);
  const days = Array.from({ length: WINDOW_DAYS }, (_, index) => addDays(FIRST_DAY, index));
  const fold = new AccessFold();
  const start = performance.now();
  for (let n = 0; n < events; n++) {
    const edge = n % distinctEdges;
    fold.record({
      userId: users[edge % side] as string,
      deviceId: devices[Math.floor(edge / side)] as string,
      product: 'parley',
      level: edge % 3 === 0 ? 'enterprise' : 'standard',
      day: days[n % WINDOW_DAYS] as string,
    });
  }
  return { seconds: (performance.now() - start) / 1000, edges: fold.size, events };
}
