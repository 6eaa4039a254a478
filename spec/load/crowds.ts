// The same workload for the crowds of Parley, Prosody and ejabberd, one server after the other in each round, so that all
// meet the same disturbances. Used by presence.ts and im.ts.
import { ADMIRERS, Audience, CIRCLE, CROWD, type Crowd, type Timed } from './crowd.ts';
import { type Figures, median, RESULTS, spread } from './figures.ts';
import type { Measured } from './meter.ts';
import type { Organisation } from './organisation.ts';
import { foundCrowd, startParleyCrowd } from './parley-crowd.ts';
import { GARBAGE_ON_SIGNAL, type Product } from './product.ts';
import { startXmppCrowd, xmppPeers } from './xmpp-crowd.ts';

export interface CrowdOptions {
  /** One short round with a twelfth of the people. */
  readonly quick: boolean;
  /** Writes a CPU profile of Parley into spec/results, and measures no peer. */
  readonly cpuProfile: boolean;
  /** Parts of the names of workloads; none means all. */
  readonly only: readonly string[];
}

export interface CrowdSize {
  readonly people: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly ops: (full: number) => number;
}

const FULL: CrowdSize = { people: CROWD, rounds: 3, seconds: 60, ops: (full) => full };
const QUICK: CrowdSize = { people: 10 * CIRCLE, rounds: 1, seconds: 15, ops: (full) => full / 4 };

/** What one server has shown so far, by the title of the figure. */
export type Shown = (title: string, measured: Measured | Timed, budgetUs?: number) => void;

export interface Scene {
  readonly audience: Audience;
  readonly everyone: readonly number[];
  readonly star: number;
  readonly admirers: number;
  readonly pairs: readonly (readonly [number, number])[];
  readonly size: CrowdSize;
  readonly show: Shown;
  /** With Parley only. */
  readonly product: Product | undefined;
  readonly isWanted: (id: string) => boolean;
}

export async function measureCrowds(
  figures: Figures,
  part: string,
  { data }: Organisation,
  { quick, cpuProfile, only }: CrowdOptions,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  const size = quick || cpuProfile ? QUICK : FULL;
  const { people } = size;
  const members = await foundCrowd(data, CROWD);
  // What is kept of messages is no matter to presence.
  const peers = cpuProfile ? [] : xmppPeers().filter((peer) => part === 'im' || !peer.keepsMessages);
  const shown = new Map<string, { budgetUs: number | undefined; all: (Measured | Timed)[] }>();
  const everyone = Array.from({ length: people }, (_, person) => person);

  async function stage(crowd: Crowd, product: Product | undefined, star: number): Promise<void> {
    const audience = new Audience(crowd);
    await play({
      audience,
      everyone,
      star,
      admirers: Math.min(ADMIRERS, people),
      pairs: everyone.flatMap((one) => (one % 2 === 0 && one + 1 < people ? [[one, one + 1] as const] : [])),
      size,
      product,
      isWanted: (id) => only.length === 0 || only.some((word) => id.includes(word)),
      show(title, measured, budgetUs) {
        const name = `${title}: ${crowd.server}`;
        const held = shown.get(name) ?? { budgetUs, all: [] };
        held.all.push(measured);
        shown.set(name, held);
      },
    });
  }

  for (let round = 0; round < size.rounds; round++) {
    {
      const profile = ['--cpu-prof', `--cpu-prof-dir=${RESULTS}`, `--cpu-prof-name=${part}.cpuprofile`];
      const nodeOptions = cpuProfile ? profile : GARBAGE_ON_SIGNAL;
      await using crowd = await startParleyCrowd(data, members, { nodeOptions });
      await stage(crowd, crowd.product, CROWD);
    }
    for (const peer of peers) {
      await using crowd = await startXmppCrowd(peer, people);
      await stage(crowd, undefined, people);
    }
    if (size.rounds > 1) console.log(`${part}: round ${round + 1} of ${size.rounds}`);
  }
  for (const [name, { budgetUs, all }] of shown) report(figures, part, name, all, budgetUs);
}

function report(
  figures: Figures,
  part: string,
  name: string,
  all: readonly (Measured | Timed)[],
  budgetUs: number | undefined,
): void {
  const of = (field: keyof Measured) => median(all.map((one) => one[field]));
  const timed = all.filter((one): one is Timed => 'p99Ms' in one);
  const ms = (field: 'p50Ms' | 'p99Ms') => median(timed.map((one) => one[field])).toFixed(1);
  const lost = timed.reduce((sum, one) => sum + one.lost, 0);
  const parts = [
    ...(lost > 0 ? [`${lost} LOST`] : []),
    spread(all.map(({ serverUsPerOp }) => serverUsPerOp)),
    `own process ${of('ownUsPerOp').toFixed(0)}`,
    `${of('opsPerS').toFixed(0)}/s`,
    ...(timed.length > 0 ? [`p50 ${ms('p50Ms')} p99 ${ms('p99Ms')} ms`] : []),
    ...busyNote(all),
  ];
  figures.add(
    part,
    {
      name,
      value: of('serverUsPerOp'),
      unit: 'µs CPU',
      note: parts.join('; '),
      ...(budgetUs === undefined || !name.endsWith(': Parley') ? {} : { budget: budgetUs }),
    },
    { all },
  );
}

export function busyNote(all: readonly Pick<Measured, 'otherCores'>[]): readonly string[] {
  const busy = Math.max(...all.map(({ otherCores }) => otherCores));
  return busy > 0.3 ? [`BUSY MACHINE: others took ${busy.toFixed(1)} cores`] : [];
}
