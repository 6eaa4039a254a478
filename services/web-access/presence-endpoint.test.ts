import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import { fakeClock } from '@parley/platform/net/testing';
import { silentLog } from '@parley/platform/store/testing';
import { publish, unpublish } from '../presence/contract.ts';
import { PresenceEndpoint } from './presence-endpoint.ts';

/** A window of alice, and what presence heard of it. */
async function desk() {
  const clock = fakeClock();
  const bus = openInProcessBus({ log: silentLog, clock });
  const heard: string[] = [];
  await bus.serve(publish, async ({ endpointId, machine, idleS = '', expiresS, kind }) => {
    heard.push(`${endpointId} ${kind} ${machine}${idleS} ${expiresS}`);
    return done({});
  });
  await bus.serve(unpublish, async ({ endpointId }) => {
    heard.push(`${endpointId} gone`);
    return done({});
  });
  const endpoint = new PresenceEndpoint(
    { bus, clock, log: silentLog },
    { userId: 'alice', deviceId: null },
    'w1',
  );
  return { clock, heard, endpoint, [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose]() };
}

test('a connected window is published, again before it expires, with what it last said', async () => {
  await using at = await desk();
  at.endpoint.up();
  await at.clock.advanceAsync(25_000);
  await at.endpoint.say({ machine: 'idle', idleS: 60 });
  await at.clock.advanceAsync(25_000);
  await at.clock.advanceAsync(0);
  assert.deepEqual(at.heard, [
    'browser:w1 browser active 60',
    'browser:w1 browser active 60',
    'browser:w1 browser idle60 60',
    'browser:w1 browser idle85 60',
  ]);
  at.endpoint.forget();
  assert.equal(at.clock.pending, 0);
});

test('a window that comes back within ten seconds is never taken back', async () => {
  await using at = await desk();
  at.endpoint.up();
  await at.clock.advanceAsync(1_000);
  at.endpoint.down();
  await at.clock.advanceAsync(9_000);
  at.endpoint.up();
  await at.clock.advanceAsync(20_000);
  assert.ok(!at.heard.includes('browser:w1 gone'), at.heard.join('; '));
  at.endpoint.forget();
});

test('a window that stays away is taken back once, after ten seconds', async () => {
  await using at = await desk();
  at.endpoint.up();
  await at.clock.advanceAsync(1_000);
  at.endpoint.down();
  await at.clock.advanceAsync(9_999);
  assert.equal(at.heard.at(-1), 'browser:w1 browser active 60');
  await at.clock.advanceAsync(60_000);
  await at.endpoint.end();
  assert.deepEqual(
    at.heard.filter((line) => line.endsWith('gone')),
    ['browser:w1 gone'],
  );
  assert.equal(at.clock.pending, 0);
});
