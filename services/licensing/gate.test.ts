// The gate of a process: one view and one recorder for all, what is recorded and what is not, and what is lost by whom.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import { fakeClock } from '@parley/platform/net/testing';
import { createMetrics } from '@parley/platform/observe';
import { silentLog } from '@parley/platform/store/testing';
import { recordAccess, rightsChanged, rightsSnapshot } from './contract.ts';
import { openLicenceGate } from './gate.ts';
import { serveRights } from './testing.ts';

function ports() {
  const clock = fakeClock();
  return {
    clock,
    log: silentLog,
    metrics: createMetrics(),
    bus: openInProcessBus({ log: silentLog, clock }),
  };
}
const alice = { kind: 'internal', userId: 'alice', deviceId: 'pc' } as const;

test('M2: accesses fold into one edge, are sent every few seconds, and at the end', async () => {
  const context = ports();
  await using rights = await serveRights(context.bus);
  const gate = openLicenceGate(context);
  await gate.ready;
  for (let times = 0; times < 5; times++) assert.ok(gate.check('im', alice).allowed);
  gate.look('im', alice);
  gate.check('im', { kind: 'federated' });
  gate.check('im', { kind: 'internal', userId: null });
  assert.equal(rights.recorded.length, 0);
  await context.clock.advanceAsync(3_000);
  assert.deepEqual(
    rights.recorded.map(({ userId, deviceId, level, count }) => [userId, deviceId, level, count]),
    [['alice', 'pc', 'standard', 5]],
  );
  gate.check('call-routing', alice);
  await gate[Symbol.asyncDispose]();
  assert.deepEqual([rights.recorded.length, rights.recorded[1]?.level], [2, 'enterprise']);
  await context.bus[Symbol.asyncDispose]();
});

test('a pair that was sent today is counted up every five minutes, and at the end; a new one goes within seconds', async () => {
  const context = ports();
  await using rights = await serveRights(context.bus);
  const gate = openLicenceGate(context);
  await gate.ready;
  const recorded = () => rights.recorded.map(({ userId, count }) => [userId, count]);
  gate.check('im', alice);
  await context.clock.advanceAsync(3_000);
  for (let times = 0; times < 4; times++) {
    gate.check('im', alice);
    await context.clock.advanceAsync(30_000);
  }
  assert.deepEqual(recorded(), [['alice', 1]]);
  gate.check('im', { ...alice, userId: 'bob' });
  await context.clock.advanceAsync(3_000);
  assert.deepEqual(recorded().at(-1), ['bob', 1]);
  await context.clock.advanceAsync(300_000);
  assert.deepEqual(recorded().slice(2), [['alice', 4]]);
  gate.check('im', alice);
  await gate[Symbol.asyncDispose]();
  assert.deepEqual(recorded().slice(3), [['alice', 1]]);
  await context.bus[Symbol.asyncDispose]();
});

test('what was refused is no access and leaves no edge', async () => {
  const context = ports();
  await using rights = await serveRights(context.bus);
  await rights.mode('enforce');
  const gate = openLicenceGate(context);
  await gate.ready;
  assert.equal(gate.check('im', alice).allowed, false);
  await gate[Symbol.asyncDispose]();
  assert.deepEqual(rights.recorded, []);
  await context.bus[Symbol.asyncDispose]();
});

test('a batch that was not acknowledged is sent again under its own id', async () => {
  const context = ports();
  const batches: string[] = [];
  await using _rights = await context.bus.serve(rightsSnapshot, async () => done({ rights: [] }));
  let isAway = true;
  await using _recording = await context.bus.serve(recordAccess, async ({ batchId, edges }) => {
    batches.push(batchId);
    if (isAway) return { ok: false, fault: { code: 'BUS_DEADLINE', sentence: 'away' } };
    return done({ recorded: edges.length });
  });
  const gate = openLicenceGate(context);
  gate.check('im', alice);
  await context.clock.advanceAsync(3_000);
  isAway = false;
  await context.clock.advanceAsync(3_000);
  assert.equal(batches.length, 2);
  assert.equal(batches[0], batches[1]);
  await gate[Symbol.asyncDispose]();
  await context.bus[Symbol.asyncDispose]();
});

test('services of one process share the view, and the last one closes it', async () => {
  const context = ports();
  await using rights = await serveRights(context.bus);
  const [one, other] = [openLicenceGate(context), openLicenceGate(context)];
  await Promise.all([one.ready, other.ready]);
  const heard: unknown[] = [];
  one.onChange((subject) => heard.push(['one', subject]));
  other.onChange((subject) => heard.push(['other', subject]));
  await one[Symbol.asyncDispose]();
  await one[Symbol.asyncDispose]();
  await rights.give({ kind: 'user', id: 'alice' }, 'standard');
  await context.clock.advanceAsync(1);
  assert.deepEqual(heard, [['other', { kind: 'user', id: 'alice' }]]);
  assert.equal(other.check('im', alice).coveredBy, 'user');
  assert.equal(other.features(alice).filter(({ coveredBy }) => coveredBy === 'user').length, 6);
  await other[Symbol.asyncDispose]();
  await context.bus[Symbol.asyncDispose]();
});

test('a phone in a common area is a device without a person, whatever account it signs in with', async () => {
  const context = ports();
  await using rights = await serveRights(context.bus);
  await rights.mode('enforce');
  await rights.give({ kind: 'user', id: 'alice' }, 'standard');
  const gate = openLicenceGate(context);
  await gate.ready;
  const subject = { kind: 'device', id: 'lobby' } as const;
  const shared = {
    kind: 'subject',
    subject,
    features: 0,
    tolerated: 0,
    commonArea: true,
    version: 9,
  } as const;
  await context.bus.publish(rightsChanged, shared);
  await context.clock.advanceAsync(1);
  assert.equal(
    gate.check('im', { ...alice, deviceId: 'lobby' }).allowed,
    false,
    "alice's CAL is not the phone's",
  );
  await context.bus.publish(rightsChanged, { ...shared, features: 1, version: 10 });
  await context.clock.advanceAsync(1);
  assert.equal(gate.check('im', { ...alice, deviceId: 'lobby' }).coveredBy, 'device');
  await gate[Symbol.asyncDispose]();
  assert.deepEqual(
    rights.recorded.map(({ userId, deviceId }) => [userId, deviceId]),
    [[null, 'lobby']],
  );
  await context.bus[Symbol.asyncDispose]();
});
