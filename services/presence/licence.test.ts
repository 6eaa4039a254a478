// What a phone may do without a licence, and what is never refused to it. Real sockets and PostgreSQL.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import { buildIsComposing, buildPidf } from '@parley/protocol/presence';
import type { SipRequest, SipResponse } from '@parley/protocol/sip';
import { addDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { imService } from '../im/service.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { serveRights, type TestRights } from '../licensing/testing.ts';
import { policyService } from '../policy/service.ts';
import { proxyService } from '../proxy/service.ts';
import { TestPhone } from '../proxy/testing.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { presenceService } from './service.ts';

const DOMAIN = 'parley.test';
let sip: OpenedSipServer;
let running: TestProcess;
let rights: TestRights;
const phones: TestPhone[] = [];

before(async () => {
  const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
  sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({ sip });
  rights = await serveRights(running.bus);
  await using gate = openLicenceGate(running.context);
  await gate.ready;
  await running.start(
    identityService,
    authenticationService,
    registrarService,
    proxyService,
    presenceService,
    policyService,
    imService,
  );
});

after(async () => {
  for (const phone of phones) await phone[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  await sip[Symbol.asyncDispose]();
});

class Caller {
  readonly userId: string;
  readonly uri: string;
  readonly phone: TestPhone;

  constructor(userId: string, uri: string, phone: TestPhone) {
    [this.userId, this.uri, this.phone] = [userId, uri, phone];
  }

  static async hired(username: string): Promise<Caller> {
    const user = await running.bus.call(createUser, { address: `${username}@${DOMAIN}`, name: username });
    assert.ok(user.ok);
    const device = await running.bus.call(addDevice, { userId: user.value.userId, name: 'Phone' });
    assert.ok(device.ok);
    const account = { username, password: device.value.password, domain: DOMAIN };
    const phone = await TestPhone.start({ transport: 'tcp', port: sip.listening[0]!.port, ...account });
    phones.push(phone);
    return new Caller(user.value.userId, `sip:${username}@${DOMAIN}`, phone);
  }

  /** At the phone of that instance, which may be another's, too. */
  async registers(instance?: string): Promise<void> {
    const named = instance === undefined ? '' : `;+sip.instance="<${instance}>"`;
    const headers: [string, string][] = [
      ['Contact', `<${this.phone.contact}>${named}`],
      ['Expires', '600'],
    ];
    const answer = await this.phone.ask('REGISTER', { uri: `sip:${DOMAIN}`, headers });
    assert.equal(answer.status, 200, 'REGISTER is never refused for a licence');
  }

  says(to: Caller, body: string, type = 'text/plain'): Promise<SipResponse> {
    return this.phone.ask('MESSAGE', { uri: to.uri, headers: [['Content-Type', type]], body });
  }

  watches(whom: Caller, expiresS = 600): Promise<SipResponse> {
    return this.phone.ask('SUBSCRIBE', {
      uri: whom.uri,
      headers: [
        ['Event', 'presence'],
        ['Expires', String(expiresS)],
        ['Contact', `<${this.phone.contact}>`],
      ],
    });
  }

  publishes(expiresS: number): Promise<SipResponse> {
    const body = buildPidf({ entity: this.uri, tuples: [{ id: 'phone', basic: 'open' }], activities: [] });
    return this.phone.ask('PUBLISH', {
      headers: [
        ['Event', 'presence'],
        ['Expires', String(expiresS)],
        ...(expiresS === 0 ? [] : [['Content-Type', 'application/pidf+xml'] as const]),
      ],
      ...(expiresS === 0 ? {} : { body }),
    });
  }
}

function assertRefused(answer: SipResponse, what: string): void {
  assert.equal(answer.status, 403, what);
  const warning = answer.headers.get('Warning') ?? '';
  assert.match(warning, /^399 localhost "This needs a Standard licence, .* Ask .*"$/, what);
}

test('a phone without a licence is told why its messages and presence are refused, and stays registered', async () => {
  await rights.mode('enforce', { contact: 'the "help\\desk"' });
  const [alice, bob] = [await Caller.hired('alice'), await Caller.hired('bob')];
  await rights.give({ kind: 'user', id: bob.userId }, 'standard');
  await Promise.all([alice.registers(), bob.registers()]);

  const answer = await alice.says(bob, 'hello');
  assertRefused(answer, 'MESSAGE');
  assert.match(answer.headers.get('Warning') ?? '', /Ask the \\"help\\\\desk\\" for one/);
  const typing = buildIsComposing({ state: 'active' });
  assertRefused(await alice.says(bob, typing, 'application/im-iscomposing+xml'), 'typing');
  assertRefused(await alice.watches(bob), 'SUBSCRIBE');
  assertRefused(await alice.publishes(600), 'PUBLISH');
  assert.equal((await alice.publishes(0)).status, 200, 'what was said may be taken back');
  assert.equal((await alice.phone.ask('OPTIONS', { uri: `sip:${DOMAIN}` })).status, 200);

  assert.equal((await bob.says(alice, 'for you')).status, 202);
  const [message] = await alice.phone.receives(1);
  assert.equal(
    new TextDecoder().decode(message?.body),
    'for you',
    'who has no licence is written to all the same',
  );

  await rights.give({ kind: 'user', id: alice.userId }, 'standard');
  assert.equal((await alice.says(bob, 'hello')).status, 202);
  assert.equal((await alice.publishes(600)).status, 200);
});

test('a phone whose licence is taken away is told that it watches nobody any more', async () => {
  await rights.mode('enforce');
  const [carol, dave] = [await Caller.hired('carol'), await Caller.hired('dave')];
  for (const { userId } of [carol, dave]) await rights.give({ kind: 'user', id: userId }, 'standard');
  await Promise.all([carol.registers(), dave.registers()]);
  for (const watcher of [carol, dave]) {
    assert.equal((await watcher.watches(watcher === carol ? dave : carol)).status, 200);
    await watcher.phone.receives(1);
  }
  await rights.give({ kind: 'user', id: carol.userId });
  const isLast = ({ headers }: SipRequest) =>
    headers.get('Subscription-State')?.startsWith('terminated') === true;
  const last = await carol.phone.receivesOne(isLast);
  assert.equal(last.headers.get('Subscription-State'), 'terminated;reason=probation;retry-after=60');
  assert.equal(last.body.length, 0, 'it says nothing of dave');
  assert.ok(!dave.phone.received.some(isLast), 'dave notices nothing');
  assertRefused(await carol.watches(dave), 'another SUBSCRIBE');
});

test('a device licence covers whoever registers at the phone of that instance', async () => {
  await rights.mode('enforce');
  const urn = 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6';
  await rights.give({ kind: 'device', id: urn }, 'standard');
  const [erin, frank, grace] = [
    await Caller.hired('erin'),
    await Caller.hired('frank'),
    await Caller.hired('grace'),
  ];
  await erin.registers(urn.toUpperCase().replace('URN:UUID', 'urn:uuid'));
  await frank.registers(urn);
  await grace.registers('urn:uuid:00000000-0000-1000-8000-000000000001');
  assert.equal((await erin.says(frank, 'early shift')).status, 202);
  assert.equal((await frank.says(erin, 'late shift')).status, 202);
  assertRefused(await grace.says(erin, 'at another phone'), 'MESSAGE');
});
