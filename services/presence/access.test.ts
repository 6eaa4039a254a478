// Levels of access and contact cards on a real PostgreSQL: versions, conflicts, bounds, and what the other services hold.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { followView } from '@parley/platform/bus';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { proxyService } from '../proxy/service.ts';
import { registrarService } from '../registrar/service.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import {
  type Access,
  type AccessMember,
  accessSnapshot,
  type CardFields,
  cardSnapshot,
  getAccess,
  type Level,
  setAccess,
  setCard,
} from './contract.ts';
import { presenceService } from './service.ts';
import { accessView, sightOf } from './view.ts';

let sip: OpenedSipServer;
let running: TestProcess;

before(async () => {
  const listen = [{ transport: 'tcp', address: '127.0.0.1', port: 0 }] as const;
  sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  running = await testProcess({ sip });
  await running.start(
    identityService,
    authenticationService,
    registrarService,
    proxyService,
    presenceService,
  );
});

after(async () => {
  await running[Symbol.asyncDispose]();
  await sip[Symbol.asyncDispose]();
});

async function person(name: string): Promise<string> {
  const made = await running.bus.call(createUser, { address: `${name}@parley.test`, name });
  assert.ok(made.ok);
  return made.value.userId;
}

const set = (userId: string, member: AccessMember, level: Level | null, version: number) =>
  running.bus.call(setAccess, { userId, member, level, version });

async function given(userId: string, member: AccessMember, level: Level | null): Promise<Access> {
  const held = await running.bus.call(getAccess, { userId });
  assert.ok(held.ok);
  const done = await set(userId, member, level, held.value.version);
  assert.ok(done.ok, done.ok ? '' : done.fault.code);
  return done.value;
}

const codeOf = (outcome: { ok: boolean; fault?: { code: string } }) =>
  outcome.ok ? 'ok' : outcome.fault?.code;

test('a level is stored, told, and taken back; whoever follows sees what follows from it', async () => {
  const [alice, bob] = [await person('alice'), await person('bob')];
  await using held = followView(running.context, accessView);
  await held.ready;
  const bobSees = () => sightOf(held.current, alice, { userId: bob, domain: 'parley.test' });
  assert.equal(bobSees(), 'company');
  const seen: string[] = [];
  const told = Promise.withResolvers<void>();
  using _listening = held.onChange((access) => {
    seen.push(bobSees());
    if (access?.version === 3) told.resolve();
  });
  await given(alice, { kind: 'enterprise' }, 'public');
  await given(alice, { kind: 'user', value: 'bob@parley.test' }, 'team');
  const { entries } = await given(alice, { kind: 'user', value: bob }, null);
  await told.promise;
  assert.deepEqual(seen, ['public', 'team', 'public']);
  assert.deepEqual(entries, [{ member: { kind: 'enterprise' }, level: 'public' }]);
  const page = await running.bus.call(accessSnapshot, {});
  assert.ok(page.ok);
  assert.deepEqual(page.value.accesses, [{ userId: alice, entries, version: 3 }]);
});

test('who looked at something older is refused, and reads in the refusal what is stored now', async () => {
  const [carol, dave] = [await person('carol'), await person('dave')];
  const now = await given(carol, { kind: 'user', value: dave }, 'team');
  const late = await set(carol, { kind: 'user', value: dave }, 'personal', 0);
  assert.deepEqual([codeOf(late), late.ok ? null : late.fault.current], ['PRESENCE_STALE', now]);
  // Of two windows at the same time, one is told.
  const both = await Promise.all([
    set(carol, { kind: 'domain', value: 'one.example' }, 'blocked', now.version),
    set(carol, { kind: 'domain', value: 'two.example' }, 'blocked', now.version),
  ]);
  assert.deepEqual(both.map(codeOf).sort(), ['PRESENCE_STALE', 'ok']);
});

test('a level is given to people, domains and addresses, not to oneself or to nobody', async () => {
  const erin = await person('erin');
  const tries: [AccessMember, string][] = [
    [{ kind: 'user', value: 'nobody@parley.test' }, 'IDENTITY_NO_SUCH_USER'],
    [{ kind: 'user', value: 'no-such-id' }, 'IDENTITY_NO_SUCH_USER'],
    [{ kind: 'user', value: erin }, 'PRESENCE_BAD_MEMBER'],
    [{ kind: 'domain', value: 'not a domain' }, 'PRESENCE_BAD_MEMBER'],
    [{ kind: 'user', value: 'zoe@example.com' }, 'ok'],
  ];
  for (const [member, expected] of tries)
    assert.equal(codeOf(await set(erin, member, 'public', 0)), expected, JSON.stringify(member));
});

test('the list of levels has an end', async () => {
  const frank = await person('frank');
  for (let version = 0; version < 1_000; version += 1)
    assert.ok((await set(frank, { kind: 'domain', value: `d${version}.example` }, 'public', version)).ok);
  assert.equal(codeOf(await set(frank, { kind: 'federated' }, 'team', 1_000)), 'PRESENCE_TOO_MANY_MEMBERS');
  assert.equal(codeOf(await set(frank, { kind: 'domain', value: 'd7.example' }, null, 1_000)), 'ok');
  assert.equal(codeOf(await set(frank, { kind: 'federated' }, 'team', 1_001)), 'ok');
});

test('a card is replaced as a whole, checked, with the version that was looked at', async () => {
  const grace = await person('grace');
  const fields: CardFields = {
    company: 'Example',
    workAddress: 'High Street 1',
    site: 'example.com',
    mobile: '+49 170 1234567',
    home: '',
    other: '',
  };
  const first = await running.bus.call(setCard, { userId: grace, fields, version: 0 });
  assert.ok(first.ok);
  assert.deepEqual([first.value.mobile, first.value.site], ['+491701234567', 'https://example.com/']);
  const late = await running.bus.call(setCard, { userId: grace, fields, version: 0 });
  assert.deepEqual([codeOf(late), late.ok ? null : late.fault.current], ['PRESENCE_STALE', first.value]);
  const bad = await running.bus.call(setCard, {
    userId: grace,
    fields: { ...fields, home: '1' },
    version: 1,
  });
  assert.equal(codeOf(bad), 'PRESENCE_BAD_NUMBER');
  const page = await running.bus.call(cardSnapshot, {});
  assert.ok(page.ok);
  assert.deepEqual(page.value.cards, [first.value]);
});
