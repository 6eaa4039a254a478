// The part `calls` of the benchmarks: how long two people at browsers wait for each other, and what an established call holds.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { CallPage } from '../cast/call-page.ts';
import { Chromium, chromiumMissing, speaking } from '../cast/chromium.ts';
import { fixedPort } from '../cast/fixed-port.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { writeTone } from '../cast/tone-file.ts';
import { type Figures, median, percentile, spread } from './figures.ts';
import type { BenchOptions } from './media.ts';
import { startMediaHost } from './media-relay.ts';
import { memoryOfTree } from './process-memory.ts';

const CALLS = 20;
const QUICK_CALLS = 6;
const SETUP_BUDGET_MS = 500;
const IDLE_CALLS = 1_000;
const HELD_BUDGET_KB = 40;
/** What is heard of a new call until then is no longer new: reports have been sent, what was needed once is gone. */
const SETTLE_MS = 3_000;

export async function measureCalls(figures: Figures, options: BenchOptions): Promise<void> {
  const isWanted = (id: string) =>
    options.only.length === 0 || options.only.some((word) => id.includes(word));
  if (isWanted('held')) await measureHeld(figures);
  if (!isWanted('set-up')) return;
  if (chromiumMissing) console.log(`calls: without browsers, because ${chromiumMissing}`);
  else await measureSetUp(figures, options.quick ? QUICK_CALLS : CALLS);
}

/** Anchored calls on which nobody says anything. */
async function measureHeld(figures: Figures): Promise<void> {
  await using host = await startMediaHost(['--expose-gc']);
  const order = { phones: [await fixedPort(), await fixedPort()], srtp: undefined, listeners: 0 } as const;
  const held = async () => {
    await pass(SETTLE_MS);
    await host.open({ ...order, count: 0 });
    return memoryOfTree(host.pid).reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  };
  // What the first calls bring along is no call's: code, and the room that the collector of garbage leaves itself.
  await host.open({ ...order, count: 250 });
  const before = await held();
  await host.open({ ...order, count: IDLE_CALLS });
  const after = await held();
  figures.add('calls', {
    name: `an established call, anchored, idle (${IDLE_CALLS})`,
    value: (after - before) / IDLE_CALLS / 1024,
    unit: 'KB',
    budget: HELD_BUDGET_KB,
    note: `two legs of phones; the host ${Math.round(before / 2 ** 20)} → ${Math.round(after / 2 ** 20)} MB`,
  });
}

/** Notes in the page when a button was pressed last, when the telephone rang, and when a connection stood. */
const NOTE_TIMES = `
  globalThis.noted = { pressed: 0, rang: 0, stood: 0 };
  addEventListener('click', () => { noted.pressed = Date.now(); }, { capture: true });
  new MutationObserver(() => {
    const isRinging = document.querySelector('[data-call-toast]') !== null;
    if (!isRinging) noted.wasRinging = false;
    else if (!noted.wasRinging) { noted.wasRinging = true; noted.rang = Date.now(); }
  }).observe(document, { childList: true, subtree: true });
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...options) {
      super(...options);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') noted.stood = Date.now();
      });
    }
  };
`;

interface Noted {
  readonly pressed: number;
  readonly rang: number;
  readonly stood: number;
}

const notedOf = (page: Page): Promise<Noted> => page.evaluate('noted');

async function measureSetUp(figures: Figures, count: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-tones-'));
  try {
    const file = join(folder, 'tone.wav');
    await writeTone(file, 440);
    await using stage = await standardEdition();
    await using chromium = await Chromium.start(speaking(file));
    const [her, him] = await Promise.all([stage.hire('Alice'), stage.hire('Bob')]);
    const alice = await signIn(chromium, stage, her);
    const bob = await signIn(chromium, stage, him);
    await alice.adds(him);
    const [rings, stands]: [number[], number[]] = [[], []];
    for (let call = 0; call < count; call++) {
      const { ringMs, standMs } = await callOnce(alice, bob);
      // The first one loads what the page needs for calls.
      if (call === 0) continue;
      rings.push(ringMs);
      stands.push(standMs);
    }
    tell(figures, 'pressing Call until it rings at the other', rings);
    tell(figures, 'pressing Answer until both connections stand', stands);
    const sums = rings.map((ms, index) => ms + stands[index]!);
    figures.add('calls', {
      name: 'call set-up, browser to browser, p95',
      value: percentile(sums, 0.95),
      unit: 'ms',
      budget: SETUP_BUDGET_MS,
      note: `both together; p50 ${median(sums)}, ${spread(sums)}`,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tell(figures: Figures, name: string, values: readonly number[]): void {
  const note = `${spread(values)}, p95 ${percentile(values, 0.95)}`;
  figures.add('calls', { name, value: median(values), unit: 'ms', note });
}

async function signIn(chromium: Chromium, stage: Stage, person: Person): Promise<CallPage> {
  const { page } = await chromium.watchedWindow(stage.web.origin);
  await page.addInitScript(NOTE_TIMES);
  return await CallPage.signIn(page, person);
}

async function callOnce(alice: CallPage, bob: CallPage): Promise<{ ringMs: number; standMs: number }> {
  await alice.calls('Bob');
  await bob.toast('Alice').waitFor();
  const [called, ringing] = [await notedOf(alice.page), await notedOf(bob.page)];
  await bob.answers('Alice');
  await Promise.all([alice.talksTo('Bob'), bob.talksTo('Alice')]);
  // As a function: the policy of the page lets no text be evaluated.
  const stands = () => {
    const { stood, rang } = (globalThis as unknown as { noted: Noted }).noted;
    return stood > rang;
  };
  for (const { page } of [alice, bob]) await page.waitForFunction(stands);
  const [theirs, answered] = [await notedOf(alice.page), await notedOf(bob.page)];
  await alice.presses('Hang up');
  for (const [who, name] of [
    [alice, 'Bob'],
    [bob, 'Alice'],
  ] as const)
    await who.panel(name).waitFor({ state: 'hidden' });
  return {
    ringMs: ringing.rang - called.pressed,
    standMs: Math.max(theirs.stood, answered.stood) - answered.pressed,
  };
}
