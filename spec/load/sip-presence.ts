// What a NOTIFY costs the server when phones watch phones: one whom a thousand watch, and everybody whom forty watch, beside
// Kamailio's presence agent. Every request is authenticated in both. Used by presence.ts.

import { ADMIRERS, CROWD, WATCHERS } from './crowd.ts';
import { busyNote, type CrowdOptions } from './crowds.ts';
import { type Figures, median, RESULTS, spread } from './figures.ts';
import { hasKamailioPresence, kamailioVersion, startKamailio } from './kamailio.ts';
import type { Organisation } from './organisation.ts';
import { foundCrowd } from './parley-crowd.ts';
import { startProduct } from './product.ts';
import {
  buildLoadTool,
  type Load,
  type LoadSettings,
  load,
  type Target,
  type Workload,
} from './sip-workload.ts';

const BUDGET_US = 60;
/** Of the crowd, registered by the tool. */
const PEOPLE = { full: 5_000, quick: 500 };
const ROUNDS = { full: 3, quick: 1 };
const CHANGES = { full: 4_000, quick: 800 };
/** Phones hear of one person once in five seconds. */
const STAR_CHANGES = { full: 20, quick: 10 };

export async function measureSipPresence(
  figures: Figures,
  { data }: Organisation,
  { quick, cpuProfile }: CrowdOptions,
  isWanted: (id: string) => boolean,
): Promise<void> {
  const size = quick || cpuProfile ? 'quick' : 'full';
  const people = PEOPLE[size];
  const workload = (id: string, title: string): Workload => ({
    id,
    title,
    mode: 'presence',
    transport: 'udp',
    bars: {},
  });
  const all: readonly { readonly workload: Workload; readonly settings: LoadSettings }[] = [
    {
      workload: workload('notify-star', `NOTIFY to phones, one whom ${ADMIRERS} watch`),
      settings: {
        users: ADMIRERS + 1,
        watchers: ADMIRERS,
        star: true,
        window: 1,
        warm: 5,
        ops: STAR_CHANGES[size],
      },
    },
    {
      workload: workload('notify-circles', `NOTIFY to phones, ${people} whom ${WATCHERS} watch`),
      settings: { users: people, watchers: WATCHERS, window: 8, warm: 200, ops: CHANGES[size] },
    },
  ];
  const scenes = all.filter(({ workload }) => isWanted(workload.id));
  if (scenes.length === 0 || !buildLoadTool()) return;
  await foundCrowd(data, CROWD);
  const version = cpuProfile ? undefined : kamailioVersion();
  const hasPeer = version !== undefined && hasKamailioPresence();
  if (!hasPeer && !cpuProfile)
    console.log(
      'presence: NOTIFY without a peer (Debian: apt-get install kamailio kamailio-presence-modules kamailio-sqlite-modules)',
    );
  const loads = new Map<string, Load[]>();
  for (let round = 0; round < ROUNDS[size]; round++) {
    for (const { workload, settings } of scenes) {
      const measure = async (server: string, target: Target) => {
        const name = `${workload.title}: ${server}`;
        loads.set(name, [...(loads.get(name) ?? []), await load(workload, target, settings)]);
      };
      const profile = [
        '--cpu-prof',
        `--cpu-prof-dir=${RESULTS}`,
        `--cpu-prof-name=${workload.id}.cpuprofile`,
      ];
      // Each in a process of its own: the watches of one would be there for the next.
      await using product = await startProduct(data, { nodeOptions: cpuProfile ? profile : [] });
      await measure('Parley', { port: product.sipPort('udp'), pid: product.pid });
      await product.stop();
      if (!hasPeer) continue;
      await using peer = await startKamailio('tuned', { presence: true });
      await measure(`Kamailio ${version} tuned`, peer);
    }
  }
  for (const [name, all] of loads) report(figures, name, all);
}

function report(figures: Figures, name: string, all: readonly Load[]): void {
  const each = (field: 'serverUsPerOp' | 'ownUsPerOp') =>
    all.map((one) => (one[field] * one.ops) / Math.max(1, one.delivered));
  const ms = (field: 'setupP50Us' | 'setupP99Us') => (median(all.map((one) => one[field])) / 1000).toFixed(1);
  const failed = all.reduce((sum, one) => sum + one.failed, 0);
  const rate = median(all.map((one) => (one.opsPerS * one.delivered) / Math.max(1, one.ops)));
  const note = [
    ...(failed > 0 ? [`${failed} FAILED`] : []),
    spread(each('serverUsPerOp')),
    `own process ${median(each('ownUsPerOp')).toFixed(0)}`,
    `${rate.toFixed(0)}/s`,
    `p50 ${ms('setupP50Us')} p99 ${ms('setupP99Us')} ms`,
    ...busyNote(all),
  ].join('; ');
  const budget = name.endsWith(': Parley') ? { budget: BUDGET_US } : {};
  figures.add(
    'presence',
    { name, value: median(each('serverUsPerOp')), unit: 'µs CPU', note, ...budget },
    { all },
  );
}
