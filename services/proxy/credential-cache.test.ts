import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import { defaultConfig, type ServiceContext } from '@parley/platform/host';
import { fakeClock } from '@parley/platform/net/testing';
import { silentLog } from '@parley/platform/store/testing';
import { authenticationErrors, devicesChanged, digestCredentials } from '../authentication/contract.ts';
import { CredentialCache } from './credential-cache.ts';

const MACHINE = { hostName: 'localhost', homeDirectory: '/nowhere', isRoot: false, environment: {} };
const clock = fakeClock();
const bus = openInProcessBus({ log: silentLog, clock });
const asked: string[] = [];
/** Runs while a question is on its way. */
let meanwhile = async () => {};
let cache: CredentialCache;

before(async () => {
  const config = { ...defaultConfig(MACHINE), domain: 'example.com' };
  cache = await CredentialCache.start({ bus, clock, config, log: silentLog } as unknown as ServiceContext);
  await bus.serve(digestCredentials, async ({ username }) => {
    asked.push(username);
    await meanwhile();
    if (username.startsWith('nobody')) return authenticationErrors.fault('AUTHENTICATION_FAILED');
    const device = { deviceId: `d-${username}`, md5: 'm', sha256: 's', expiresAt: null };
    return done({ userId: `id-${username}`, disabled: false, devices: [device] });
  });
});

after(async () => {
  await cache[Symbol.asyncDispose]();
  await bus[Symbol.asyncDispose]();
});

/** The names that were asked for meanwhile. */
async function askedFor(...names: readonly string[]): Promise<string[]> {
  asked.length = 0;
  for (const name of names) await cache.of(name);
  return [...asked];
}

async function changed(userId: string): Promise<void> {
  await bus.publish(devicesChanged, { userId, username: '' });
  await clock.advanceAsync(0);
}

test('who was asked for lately is known at once, with the verdict on what proves each device', async () => {
  assert.deepEqual(await askedFor('alice', 'alice', 'Bob@Example.com'), ['alice', 'Bob@Example.com']);
  const known = cache.of('Bob@Example.com');
  assert.ok(!(known instanceof Promise) && known.kind === 'known');
  assert.deepEqual(known.devices[0]?.caller, {
    userId: 'id-Bob@Example.com',
    address: 'bob@example.com',
    deviceId: 'd-Bob@Example.com',
  });
});

test('a change of one user is asked for anew, and of nobody else', async () => {
  await askedFor('carol', 'dave', 'nobody-yet');
  await changed('id-carol');
  assert.deepEqual(await askedFor('carol', 'dave', 'nobody-yet'), ['carol', 'nobody-yet']);
  assert.deepEqual(await askedFor('carol', 'dave', 'nobody-yet'), []);
});

test('an answer from before a change is not kept', async () => {
  meanwhile = () => changed('id-erin');
  await cache.of('erin');
  meanwhile = async () => {};
  assert.deepEqual(await askedFor('erin', 'erin'), ['erin']);
});

test('after five minutes everybody is asked for anew, in case an event was lost', async () => {
  await askedFor('frank');
  await clock.advanceAsync(5 * 60_000 + 1_000);
  assert.deepEqual(await askedFor('frank'), ['frank']);
});

test('names that nobody has drive no user out', async () => {
  await askedFor('gina');
  const guesses = Array.from({ length: 10_050 }, (_, i) => `nobody-${i}`);
  await askedFor(...guesses);
  assert.deepEqual(await askedFor('gina'), []);
  assert.deepEqual(await askedFor('nobody-10049', 'nobody-0'), ['nobody-0'], 'the oldest was forgotten');
});
