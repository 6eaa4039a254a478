// States that change though nobody says anything: told once, by one of two front ends, and after a restart. Real PostgreSQL;
// the clock runs, and leaps.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { ServiceContext } from '@parley/platform/host';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { leapingClock } from '@parley/platform/net/testing';
import { createMetrics } from '@parley/platform/observe';
import { openStore } from '@parley/platform/store';
import { silentLog, type TestStore } from '@parley/platform/store/testing';
import { identityService } from '../identity/service.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import {
  type Presentity,
  presenceSnapshot,
  publish,
  setNote,
  setSettings,
  setState,
  stateChanged,
  unpublish,
} from './contract.ts';
import { presenceService } from './service.ts';

const MINUTE = 60_000;
const clock = leapingClock();
let sip: OpenedSipServer;
let running: TestProcess;
let frontEnds: AsyncDisposable[] = [];

before(async () => {
  const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
  sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({ sip, clock });
  await running.start(identityService, registrarService);
  await startFrontEnds();
});

after(async () => {
  await stopFrontEnds();
  await running[Symbol.asyncDispose]();
  await sip[Symbol.asyncDispose]();
});

/** Two of them, each with its own name and connections, on one bus and one database. */
async function startFrontEnds(): Promise<void> {
  for (const nodeId of [randomUUID(), randomUUID()]) {
    const { connection } = running.store as TestStore;
    const store = await openStore({ connection, bus: running.bus, clock, log: silentLog });
    const context: ServiceContext = { ...running.context, nodeId, store, metrics: createMetrics() };
    frontEnds.push(store, await presenceService.start(context));
  }
}

async function stopFrontEnds(): Promise<void> {
  for (const service of frontEnds.reverse()) await service[Symbol.asyncDispose]();
  frontEnds = [];
}

/** What was told of one person, in order. */
class Watcher implements AsyncDisposable {
  readonly userId = randomUUID();
  readonly told: Presentity[] = [];
  #listening: AsyncDisposable | undefined;
  #wake = Promise.withResolvers<void>();

  static async of(): Promise<Watcher> {
    const watcher = new Watcher();
    watcher.#listening = await running.bus.subscribe(stateChanged, (presentity) => {
      if (presentity.userId !== watcher.userId) return;
      watcher.told.push(presentity);
      watcher.#wake.resolve();
      watcher.#wake = Promise.withResolvers();
    });
    return watcher;
  }

  async sees(wanted: string): Promise<Presentity> {
    for (;;) {
      const last = this.told.at(-1);
      if (last !== undefined && wordsOf(last) === wanted) return last;
      await this.#wake.promise;
    }
  }

  get words(): string[] {
    return this.told.map(wordsOf);
  }

  async says(machine: 'active' | 'idle' | 'locked', fields: { idleS?: number; endpointId?: string } = {}) {
    const { endpointId = 'browser:1', ...more } = fields;
    const request = {
      userId: this.userId,
      endpointId,
      kind: 'browser',
      machine,
      expiresS: 7200,
      ...more,
    } as const;
    assert.ok((await running.bus.call(publish, request)).ok);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listening?.[Symbol.asyncDispose]();
  }
}

const wordsOf = ({ general: { state, activity } }: Presentity) =>
  activity === undefined ? state : `${state} ${activity}`;

test('nobody touches a key: Inactive at five minutes, Away at fifteen, each told once by two front ends', async () => {
  await using alice = await Watcher.of();
  await alice.says('active');
  await alice.says('idle', { idleS: 60 });
  await alice.sees('available');
  clock.leap(4 * MINUTE);
  const leftAt = clock.wallNow();
  const inactive = await alice.sees('inactive');
  assert.ok(clock.wallNow() - leftAt < 5_000, 'within five seconds');
  assert.equal(inactive.general.reason, 'endpoint');
  clock.leap(10 * MINUTE);
  await alice.sees('away');
  await alice.says('active');
  await alice.sees('available');
  assert.deepEqual(alice.words, ['available', 'inactive', 'away', 'available']);
});

test('what time has changed while no front end ran is told when one runs again', async () => {
  await using bob = await Watcher.of();
  await bob.says('idle', { idleS: 60 });
  await bob.sees('available');
  await stopFrontEnds();
  clock.leap(20 * MINUTE);
  await startFrontEnds();
  const page = await running.bus.call(presenceSnapshot, {});
  assert.ok(page.ok);
  const shown = page.value.states.find(({ userId }) => userId === bob.userId);
  assert.equal(shown?.general.state, 'away');
  const awaySince = shown?.general.since ?? 0;
  assert.ok(
    Math.abs(clock.wallNow() - 6 * MINUTE - awaySince) < MINUTE,
    'since fifteen minutes after the last input',
  );
});

test('Busy ends by itself after the time that was chosen, and after a day if none was', async () => {
  await using carol = await Watcher.of();
  await carol.says('active');
  const busy = await running.bus.call(setState, { userId: carol.userId, state: 'busy', forS: 1800 });
  assert.ok(busy.ok);
  assert.equal((busy.value.until ?? 0) - busy.value.since, 1_800_000);
  clock.leap(30 * MINUTE);
  await carol.sees('available');
  const silent = await running.bus.call(setState, { userId: carol.userId, state: 'doNotDisturb' });
  assert.ok(silent.ok);
  assert.equal((silent.value.until ?? 0) - silent.value.since, 86_400_000);
  const gone = await running.bus.call(setState, { userId: carol.userId, state: 'away' });
  assert.ok(gone.ok && gone.value.until === undefined, 'the others never do');
});

test('a call is a state of its own until its service is silent', async () => {
  await using dave = await Watcher.of();
  await dave.says('active');
  const call = { userId: dave.userId, endpointId: 'call:1', kind: 'call', expiresS: 60 } as const;
  assert.ok((await running.bus.call(publish, call)).ok);
  const { general } = await dave.sees('busy inCall');
  assert.deepEqual([general.reason, general.devices], ['call', ['browser']]);
  clock.leap(61_000);
  await dave.sees('available');
});

test('Do Not Disturb is told to Team as urgent interruptions only', async () => {
  await using erin = await Watcher.of();
  await erin.says('active');
  await running.bus.call(setState, { userId: erin.userId, state: 'doNotDisturb', forS: 3600 });
  const { general, team } = await erin.sees('doNotDisturb');
  assert.deepEqual([general.activity, team.activity], [undefined, 'urgentInterruptionsOnly']);
});

test('of two devices the one that is locked changes nothing; when both are, the person is Away', async () => {
  await using frank = await Watcher.of();
  await frank.says('active');
  await frank.says('active', { endpointId: 'browser:2' });
  await frank.says('locked', { endpointId: 'browser:2' });
  await frank.says('locked');
  await frank.sees('away');
  assert.deepEqual(frank.words, ['available', 'away']);
});

test('the last window that closes leaves behind when somebody was there', async () => {
  await using grace = await Watcher.of();
  await grace.says('idle', { idleS: 120 });
  const seenAt = clock.wallNow() - 120_000;
  assert.ok((await running.bus.call(unpublish, { userId: grace.userId, endpointId: 'browser:1' })).ok);
  const { general } = await grace.sees('offline');
  assert.ok(Math.abs((general.lastActive ?? 0) - seenAt) < 5_000);
});

test('an endpoint that falls silent is Offline when its time is over', async () => {
  await using heidi = await Watcher.of();
  await heidi.says('active');
  await heidi.sees('available');
  clock.leap(7200_000);
  await heidi.sees('offline');
});

test('of two windows that change the note or the settings, the second is told', async () => {
  const userId = randomUUID();
  const note = (text: string, version: number) => running.bus.call(setNote, { userId, note: text, version });
  assert.ok((await note('first', 0)).ok);
  const second = await note('second', 0);
  assert.equal(!second.ok && second.fault.code, 'PRESENCE_STALE');
  assert.ok((await note('second', 1)).ok);

  const settings = { inactiveAfterMin: 10, awayAfterMin: 30, calendarUrl: '', workingHours: null };
  const saved = await running.bus.call(setSettings, { userId, settings, version: 0 });
  assert.ok(saved.ok && saved.value.settingsVersion === 1);
  const stale = await running.bus.call(setSettings, { userId, settings, version: 0 });
  assert.equal(!stale.ok && stale.fault.code, 'PRESENCE_STALE');
  const bad = await running.bus.call(setSettings, {
    userId,
    settings: { ...settings, awayAfterMin: 10 },
    version: 1,
  });
  assert.equal(!bad.ok && bad.fault.code, 'PRESENCE_BAD_SETTINGS');
});

test('who is more patient is Inactive later', async () => {
  await using ivan = await Watcher.of();
  const { userId } = ivan;
  const settings = { inactiveAfterMin: 30, awayAfterMin: 60, calendarUrl: '', workingHours: null };
  assert.ok((await running.bus.call(setSettings, { userId, settings, version: 0 })).ok);
  await ivan.says('idle', { idleS: 29 * 60 });
  await ivan.sees('available');
  clock.leap(MINUTE);
  await ivan.sees('inactive');
  assert.deepEqual(ivan.words.slice(-2), ['available', 'inactive']);
});
