// What presence costs the server: sign-ins that exchange it, changes that many watch, in windows and XMPP clients; NOTIFYs to
// phones beside Kamailio; how late a change is at the load of 5,000 people, and what a window that is only open takes.

import { WATCHERS } from './crowd.ts';
import { busyNote, type CrowdOptions, measureCrowds, type Scene } from './crowds.ts';
import type { Figures } from './figures.ts';
import { processBytes } from './idle-connections.ts';
import type { Organisation } from './organisation.ts';
import { measureSipPresence } from './sip-presence.ts';

const SIGN_IN_BUDGET_US = 2_000;
const DELIVERY_BUDGET_US = 15;
const CHANGE_BUDGET_MS = 500;
const IDLE_BUDGET_KB = 30;
/** features.md 8.3 for 5,000 people: each changes four times an hour, and writes twenty messages. */
export const LOAD = { changesPerS: 5.6, messagesPerS: 28 } as const;

export async function measurePresence(
  figures: Figures,
  organisation: Organisation,
  options: CrowdOptions,
): Promise<void> {
  const isWanted = (id: string) =>
    options.only.length === 0 || options.only.some((word) => id.includes(word));
  if (['sign-in', 'star', 'circles', 'lag', 'idle'].some(isWanted))
    await measureCrowds(figures, 'presence', organisation, options, (scene) => play(figures, scene));
  await measureSipPresence(figures, organisation, options, isWanted);
}

async function play(figures: Figures, scene: Scene): Promise<void> {
  const { audience, everyone, star, admirers, pairs, size, show, product, isWanted } = scene;
  const before = await heldBytes(scene);
  const signedIn = await audience.signIn([...everyone, star]);
  if (isWanted('sign-in'))
    show(`sign-in with ${WATCHERS} contacts, of ${everyone.length}`, signedIn, SIGN_IN_BUDGET_US);
  if (product !== undefined && isWanted('idle')) {
    const after = await heldBytes(scene);
    figures.add('presence', {
      name: 'window that is only open: Parley',
      value: (after - before) / everyone.length / 1024,
      unit: 'KB each',
      budget: IDLE_BUDGET_KB,
      note: `PSS of the process ${(before / 1e6).toFixed(0)} → ${(after / 1e6).toFixed(0)} MB`,
    });
  }
  if (isWanted('star'))
    show(
      `change that ${admirers} watch, each delivery`,
      await audience.says([star], admirers, size.ops(80), 1),
      DELIVERY_BUDGET_US,
    );
  if (isWanted('circles'))
    show(
      `changes of ${everyone.length} that ${WATCHERS} watch, each delivery`,
      await audience.says(everyone, WATCHERS, size.ops(4_000), 8),
      DELIVERY_BUDGET_US,
    );
  if (product === undefined || !isWanted('lag')) return;
  const life = { seconds: size.seconds, sayers: everyone, watchers: WATCHERS, pairs, ...LOAD };
  const { changes } = await audience.lives(life);
  const lost = changes.lost > 0 ? [`${changes.lost} LOST`] : [];
  const note = [...lost, `p50 ${changes.p50Ms.toFixed(1)} ms`, ...busyNote([changes])].join('; ');
  const name = 'change to watcher at the load of 5,000 people, p99: Parley';
  figures.add('presence', { name, value: changes.p99Ms, unit: 'ms', budget: CHANGE_BUDGET_MS, note });
}

async function heldBytes({ product, isWanted }: Scene): Promise<number> {
  if (product === undefined || !isWanted('idle')) return 0;
  await product.collectGarbage();
  return processBytes(product.pid);
}
