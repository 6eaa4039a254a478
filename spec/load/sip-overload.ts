// What becomes of the server at half its capacity and at five times as much: loss, latency, the throughput of what it
// accepts, and how soon it is itself again. The load does not wait for answers. Used by sip.ts.
import { type Figures, percentile } from './figures.ts';
import { type Organisation, PHONES } from './organisation.ts';
import { startProduct } from './product.ts';
import { type Load, load, type Second, WORKLOADS } from './sip-workload.ts';

const BEFORE_S = 10;
const OVERLOAD_S = 30;
const AFTER_S = 10;
const TIMES = 5;
/** In the first seconds it may still be adapting. */
const SETTLED_S = 5;
const QUIET_P99_US = 20_000;
/** As many as may be on their way at once. */
const WINDOW = 200_000;

export async function measureOverload(figures: Figures, { data }: Organisation): Promise<void> {
  const workload = WORKLOADS.find(({ id }) => id === 'register-udp')!;
  const product = await startProduct(data);
  try {
    const target = { port: product.sipPort('udp'), pid: product.pid };
    const closed = await load(workload, target, { warm: 20_000, ops: 20_000 });
    const capacity = closed.opsPerS;
    const half = capacity / 2;
    const phases = `${BEFORE_S}:${half},${OVERLOAD_S}:${capacity * TIMES},${AFTER_S}:${half}`;
    // A first registration takes longer than its renewal, of which there are so many more.
    const all = await load(workload, target, { warm: 2 * PHONES, phases, window: WINDOW, wait: 2 });
    report(figures, closed, all);
  } finally {
    await product.stop();
  }
}

function report(figures: Figures, closed: Load, all: Load): void {
  const capacity = closed.opsPerS;
  const seconds = all.seconds ?? [];
  const before = seconds.slice(1, BEFORE_S);
  const during = seconds.slice(BEFORE_S + SETTLED_S, BEFORE_S + OVERLOAD_S);
  const after = seconds.slice(BEFORE_S + OVERLOAD_S);
  const sum = (of: readonly Second[], field: 'begun' | 'done' | 'refused' | 'lost') =>
    of.reduce((total, one) => total + one[field], 0);
  const add = (name: string, value: number, unit: string, budget: number | undefined, note: string) =>
    figures.add(
      'sip',
      { name: `REGISTER, UDP, ${name}`, value, unit, note, ...(budget === undefined ? {} : { budget }) },
      { capacity, seconds },
    );

  const rate = `${(capacity / 2).toFixed(0)}/s of ${capacity.toFixed(0)}/s`;
  add('half the capacity: lost', sum(before, 'lost') + sum(before, 'refused'), '', 0, rate);
  const p99 =
    percentile(
      before.map(({ p99Us }) => p99Us),
      0.5,
    ) / 1000;
  const worst = Math.max(...before.map(({ p99Us }) => p99Us)) / 1000;
  add('half the capacity: p99', p99, 'ms', 20, `median of the seconds; the worst ${worst.toFixed(1)}`);

  const accepted = sum(during, 'done') / during.length;
  const offered = sum(during, 'begun') / during.length;
  const refused = sum(during, 'refused') / during.length;
  add(
    'five times the capacity: throughput lost of what one by one it takes',
    Math.max(0, 1 - accepted / capacity) * 100,
    '%',
    20,
    `${accepted.toFixed(0)}/s done of ${offered.toFixed(0)}/s offered, ${refused.toFixed(0)}/s refused`,
  );
  // Where others use the machine the rate says little: the share of the CPU time that bore fruit says it all the same.
  add(
    'five times the capacity: CPU time that went into refusing',
    Math.max(0, 1 - closed.serverUsPerOp / all.serverUsPerOp) * 100,
    '%',
    20,
    `${closed.serverUsPerOp.toFixed(0)} µs each one by one, ${all.serverUsPerOp.toFixed(0)} with refusals; others took ${all.otherCores.toFixed(1)} cores`,
  );
  const calm = after.findIndex((_, index) =>
    after
      .slice(index, after.length - 1)
      .every(({ p99Us, lost, refused: no }) => p99Us <= QUIET_P99_US && lost + no === 0),
  );
  add(
    'after it: until p99 is below 20 ms and nothing is refused',
    calm < 0 ? Number.POSITIVE_INFINITY : calm,
    's',
    5,
    after.map(({ p99Us }) => (p99Us / 1000).toFixed(0)).join(' '),
  );
}
