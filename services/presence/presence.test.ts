// Presence over time: phones that come and go while nobody listens. Real sockets and PostgreSQL.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningService } from '@parley/platform/host';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import { buildPidf } from '@parley/protocol/presence';
import type { SipResponse } from '@parley/protocol/sip';
import { addDevice, revokeDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser, setDisabled, userChanged } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { proxyService } from '../proxy/service.ts';
import { TestPhone } from '../proxy/testing.ts';
import { locationChanged } from '../registrar/contract.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { type PresenceState, presenceSnapshot, setNote, stateChanged } from './contract.ts';
import { migrations } from './migrations/index.ts';
import { presenceService } from './service.ts';
import type { PresenceTables } from './store.ts';

const DOMAIN = 'parley.test';
let sip: OpenedSipServer;
let running: TestProcess;
const phones: TestPhone[] = [];

before(async () => {
  const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
  sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({ sip });
  await running.start(identityService, authenticationService, registrarService, proxyService);
});

after(async () => {
  for (const phone of phones) await phone[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await sip[Symbol.asyncDispose]();
});

async function personWithPhone(
  username: string,
): Promise<{ userId: string; deviceId: string; phone: TestPhone }> {
  const user = await running.bus.call(createUser, { address: `${username}@${DOMAIN}`, name: username });
  assert.ok(user.ok);
  const { userId } = user.value;
  const device = await running.bus.call(addDevice, { userId, name: 'Phone' });
  assert.ok(device.ok);
  const port = sip.listening[0]!.port;
  const account = { username, password: device.value.password, domain: DOMAIN };
  const phone = await TestPhone.start({ transport: 'tcp', port, ...account });
  phones.push(phone);
  return { userId, deviceId: device.value.device.deviceId, phone };
}

async function stateOf(userId: string): Promise<PresenceState | undefined> {
  const page = await running.bus.call(presenceSnapshot, {});
  assert.ok(page.ok);
  return page.value.states.find((state) => state.userId === userId)?.general;
}

/** Resolves when the person is in that state, now or after an announcement. */
async function untilState(userId: string, wanted: PresenceState['state']): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  await using _listening = await running.bus.subscribe(stateChanged, (state) => {
    if (state.userId === userId && state.general.state === wanted) resolve();
  });
  if ((await stateOf(userId))?.state === wanted) return;
  await promise;
}

/** The locations of the registrar reach whoever listens; here, nobody did. */
async function started<T>(work: () => Promise<T>): Promise<T> {
  const service: RunningService = await presenceService.start(running.context);
  try {
    return await work();
  } finally {
    await service[Symbol.asyncDispose]();
  }
}

function published(phone: TestPhone, username: string) {
  const body = buildPidf({
    entity: `sip:${username}@${DOMAIN}`,
    tuples: [{ id: 'phone', basic: 'open' }],
    activities: ['on-the-phone'],
  });
  const headers: [string, string][] = [
    ['Event', 'presence'],
    ['Expires', '600'],
    ['Content-Type', 'application/pidf+xml'],
  ];
  return phone.ask('PUBLISH', { headers, body });
}

test('a phone that registered or left while presence did not run is what it is when presence runs again', async () => {
  const { userId, phone } = await personWithPhone('bob');
  assert.equal((await phone.register()).status, 200);
  await started(() => untilState(userId, 'available'));
  assert.equal((await phone.register(0)).status, 200);
  await started(() => untilState(userId, 'offline'));
});

test('what a phone published counts while it is registered, and again when it comes back', async () => {
  const { userId, phone } = await personWithPhone('carol');
  await started(async () => {
    assert.equal((await phone.register()).status, 200);
    assert.equal((await published(phone, 'carol')).status, 200);
    await untilState(userId, 'busy');
    assert.equal((await phone.register(0)).status, 200);
    await untilState(userId, 'offline');
    assert.equal((await phone.register()).status, 200);
    await untilState(userId, 'busy');
  });
});

test('what a phone publishes that does not register counts until it runs out', async () => {
  const { userId, phone } = await personWithPhone('dave');
  await started(async () => {
    assert.equal((await published(phone, 'dave')).status, 200);
    await untilState(userId, 'busy');
  });
});

for (const [what, end] of [
  ['a phone that is revoked', ({ userId, deviceId }) => running.bus.call(revokeDevice, { userId, deviceId })],
  ['a person who is disabled', ({ userId }) => running.bus.call(setDisabled, { userId, disabled: true })],
] as const satisfies [string, (who: { userId: string; deviceId: string }) => Promise<{ ok: boolean }>][]) {
  test(`${what} hears nothing more of anybody`, async () => {
    const name = what.replaceAll(' ', '-');
    const seen = await personWithPhone(`seen-by-${name}`);
    const [gone, stays] = [await personWithPhone(name), await personWithPhone(`not-${name}`)];
    await started(async () => {
      for (const { phone } of [gone, stays]) {
        const answer = await phone.ask('SUBSCRIBE', {
          uri: `sip:seen-by-${name}@${DOMAIN}`,
          headers: [
            ['Event', 'presence'],
            ['Expires', '600'],
            ['Contact', `<${phone.contact}>`],
          ],
        });
        assert.equal(answer.status, 200);
        await phone.receives(1);
      }
      assert.equal((await published(gone.phone, name)).status, 200);
      const heard = gone.phone.received.length;
      const disabled = Promise.withResolvers<void>();
      await using _listening = await running.bus.subscribe(userChanged, (user) => {
        if (user.userId === gone.userId && user.disabled) disabled.resolve();
      });
      assert.ok((await end(gone)).ok);
      await (what === 'a person who is disabled' ? disabled.promise : untilState(gone.userId, 'offline'));
      // Told to everybody after what ended the subscription.
      assert.ok((await running.bus.call(setNote, { userId: seen.userId, note: 'a secret' })).ok);
      assert.equal((await published(seen.phone, `seen-by-${name}`)).status, 200);
      await stays.phone.receives(2);
      assert.equal(gone.phone.received.length, heard);
    });
  });
}

test('a note with a character that cannot be stored is stored without it', async () => {
  const erin = await personWithPhone('erin');
  await started(async () => {
    const noted = await running.bus.call(setNote, { userId: erin.userId, note: ' back\u0000 soon ' });
    assert.equal(noted.ok && noted.value.note, 'back soon');
  });
});

test('a phone that registers, renews and leaves is seen, is told of only where that changes, and is in no row', async () => {
  const { userId, phone } = await personWithPhone('grace');
  const told: string[] = [];
  await started(async () => {
    await using _listening = await running.bus.subscribe(stateChanged, (state) => {
      if (state.userId === userId) told.push(state.general.state);
    });
    assert.equal((await phone.register()).status, 200);
    await untilState(userId, 'available');
    const renewed = Promise.withResolvers<void>();
    await using _renewal = await running.bus.subscribe(locationChanged, (location) => {
      if (location.userId === userId) renewed.resolve();
    });
    assert.equal((await phone.register()).status, 200);
    await renewed.promise;
    assert.equal((await phone.register(0)).status, 200);
    await untilState(userId, 'offline');
    assert.deepEqual(told, ['available', 'offline']);
  });
  const own = await running.store.service<PresenceTables>('presence', migrations);
  const held = await own.db.selectFrom('people').selectAll().where('user_id', '=', userId).execute();
  await own[Symbol.asyncDispose]();
  assert.deepEqual(held, []);
});

test('of two PUBLISH with the same entity-tag one is taken: the other finds that it has changed', async () => {
  const { phone } = await personWithPhone('heidi');
  await started(async () => {
    assert.equal((await phone.register()).status, 200);
    const first = await published(phone, 'heidi');
    const etag = first.headers.get('SIP-ETag') ?? '';
    const again = (): Promise<SipResponse> =>
      phone.ask('PUBLISH', {
        headers: [
          ['Event', 'presence'],
          ['Expires', '600'],
          ['SIP-If-Match', etag],
        ],
      });
    const answers = await Promise.all([again(), again()]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 412]);
  });
});

test('a watcher who takes no PIDF is refused, and one may watch somebody who was added a moment ago', async () => {
  const watcher = await personWithPhone('ivan');
  await started(async () => {
    const subscribe = (whom: string, accept: string) =>
      watcher.phone.ask('SUBSCRIBE', {
        uri: `sip:${whom}@${DOMAIN}`,
        headers: [
          ['Event', 'presence'],
          ['Expires', '600'],
          ['Accept', accept],
          ['Contact', `<${watcher.phone.contact}>`],
        ],
      });
    assert.equal((await subscribe('ivan', 'application/cpim-pidf+xml')).status, 406);
    await running.bus.call(createUser, { address: `judy@${DOMAIN}`, name: 'Judy' });
    const answer = await subscribe('judy', 'text/html, application/pidf+xml;q=0.5');
    assert.deepEqual([answer.status, answer.headers.get('Allow-Events')], [200, 'presence']);
    assert.equal((await subscribe('nobody', 'application/pidf+xml')).status, 404);
  });
});
