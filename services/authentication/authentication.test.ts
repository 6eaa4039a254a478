import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { fakeClock } from '@parley/platform/net/testing';
import { createUser, importUsers, listUsers, searchUsers, setDisabled } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { testProcess } from '../testing.ts';
import * as authentication from './contract.ts';
import { LOCK_AFTER, LOCK_MS, SOURCE_ATTEMPTS } from './lock-out.ts';
import { authenticationService } from './service.ts';

const PASSWORD = 'correct horse battery';

async function office() {
  const clock = fakeClock();
  const server = await testProcess({ clock });
  await server.start(identityService, authenticationService);
  return { clock, server, bus: server.bus };
}

function ok<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : `${outcome.fault.code}: ${outcome.fault.sentence}`);
  return outcome.value;
}

function codeOf(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'ok' : outcome.fault.code;
}

type Desk = Awaited<ReturnType<typeof office>>;

async function hire(desk: Desk, address = 'alice', administrator = false) {
  const user = ok(await desk.bus.call(createUser, { address, name: `${address} Example`, administrator }));
  ok(await desk.bus.call(authentication.setPassword, { userId: user.userId, password: PASSWORD }));
  return user;
}

function signIn(desk: Desk, password: string, source = '192.0.2.7') {
  return desk.bus.call(authentication.signIn, {
    address: 'alice@parley.test',
    password,
    source,
    userAgent: 'test',
  });
}

test('the first administrator is made once: here without a code, from elsewhere only with the printed one', async () => {
  const desk = await office();
  await using _server = desk.server;
  const wish = { address: 'root', name: 'Root', password: PASSWORD };
  const printed = desk.server.printed.join('\n');
  const code = /\d{3}-\d{3}-\d{3}/.exec(printed)?.[0];
  assert.ok(code, printed);
  const create = authentication.createFirstAdministrator;
  assert.equal(
    codeOf(await desk.bus.call(create, { ...wish, source: '192.0.2.1' })),
    'AUTHENTICATION_CODE_NEEDED',
  );
  assert.equal(
    codeOf(await desk.bus.call(create, { ...wish, source: '192.0.2.1', code: '000-000-00x' })),
    'AUTHENTICATION_CODE_NEEDED',
  );
  assert.equal(
    codeOf(await desk.bus.call(create, { ...wish, source: '127.0.0.1', password: 'short' })),
    'AUTHENTICATION_WEAK_PASSWORD',
  );
  const both = await Promise.all([
    desk.bus.call(create, { ...wish, source: '192.0.2.1', code }),
    desk.bus.call(create, { ...wish, address: 'second', source: '127.0.0.1' }),
  ]);
  assert.deepEqual(both.map(codeOf).sort(), ['AUTHENTICATION_NOT_FIRST', 'ok']);
  assert.equal(ok(await desk.bus.call(authentication.firstRun, {})).needed, false);
});

test('wrong password and unknown address read the same; the right one opens a sign-in that can be ended', async () => {
  const desk = await office();
  await using _server = desk.server;
  await hire(desk);
  assert.equal(codeOf(await signIn(desk, 'wrong password')), 'AUTHENTICATION_FAILED');
  const nobody = { address: 'nobody', password: PASSWORD, source: '192.0.2.7', userAgent: '' };
  assert.equal(codeOf(await desk.bus.call(authentication.signIn, nobody)), 'AUTHENTICATION_FAILED');

  const { token, signInId } = ok(await signIn(desk, PASSWORD));
  assert.equal(ok(await desk.bus.call(authentication.checkSignIn, { token })).signInId, signInId);
  ok(await desk.bus.call(authentication.signOut, { signInId }));
  assert.equal(
    codeOf(await desk.bus.call(authentication.checkSignIn, { token })),
    'AUTHENTICATION_SIGN_IN_ENDED',
  );
});

test('after five wrong passwords in parallel the right one is refused, too, until the lock has run out', async () => {
  const desk = await office();
  await using _server = desk.server;
  await hire(desk);
  await Promise.all(Array.from({ length: LOCK_AFTER }, () => signIn(desk, 'wrong password')));
  assert.equal(codeOf(await signIn(desk, PASSWORD)), 'AUTHENTICATION_LOCKED');
  desk.clock.advance(LOCK_MS);
  assert.equal(codeOf(await signIn(desk, PASSWORD)), 'ok');
});

test('of many guesses at once no more are looked at than of guesses one by one', async () => {
  const desk = await office();
  await using _server = desk.server;
  await hire(desk);
  // The right one arrives when the first are still being checked.
  const guesses = [...Array.from({ length: 30 }, (_, i) => `wrong password ${i}`), PASSWORD];
  const answers = await Promise.all(
    guesses.map((guess, i) => signIn(desk, guess, `198.51.100.${i}`).then(codeOf)),
  );
  assert.equal(answers.filter((code) => code === 'AUTHENTICATION_FAILED').length, LOCK_AFTER);
  assert.equal(answers.filter((code) => code === 'AUTHENTICATION_LOCKED').length, 30 + 1 - LOCK_AFTER);
});

test('an address that nobody has is locked as others are', async () => {
  const desk = await office();
  await using _server = desk.server;
  const wish = { address: 'nobody', password: PASSWORD, source: '192.0.2.7', userAgent: '' };
  const codes: string[] = [];
  for (let i = 0; i <= LOCK_AFTER; i++) codes.push(codeOf(await desk.bus.call(authentication.signIn, wish)));
  assert.deepEqual(codes.slice(-2), ['AUTHENTICATION_FAILED', 'AUTHENTICATION_LOCKED']);
});

test('attempts from one IPv6 network of 64 bits count as one source', async () => {
  const desk = await office();
  await using _server = desk.server;
  const from = (host: number) =>
    desk.bus.call(authentication.signIn, {
      address: `nobody-${host}`,
      password: PASSWORD,
      source: `2001:db8:0:1::${host}`,
      userAgent: '',
    });
  for (let host = 1; host <= SOURCE_ATTEMPTS; host++)
    assert.equal(codeOf(await from(host)), 'AUTHENTICATION_FAILED');
  assert.equal(codeOf(await from(99)), 'AUTHENTICATION_THROTTLED');
});

test('many set-ups at once leave the database to everybody else', async () => {
  const desk = await office();
  await using _server = desk.server;
  const setUps = Array.from({ length: 60 }, (_, i) =>
    desk.bus.call(
      authentication.createFirstAdministrator,
      { address: `root-${i}`, name: 'Root', password: PASSWORD, source: '127.0.0.1' },
      { deadlineMs: 60_000 },
    ),
  );
  const codes = (await Promise.all(setUps)).map(codeOf);
  assert.equal(codes.filter((code) => code === 'ok').length, 1);
  assert.equal(codes.filter((code) => code === 'AUTHENTICATION_NOT_FIRST').length, 59);
});

test('a new password from the administrator opens a locked account', async () => {
  const desk = await office();
  await using _server = desk.server;
  const { userId } = await hire(desk);
  for (let i = 0; i < LOCK_AFTER; i++) await signIn(desk, 'wrong password');
  ok(await desk.bus.call(authentication.setPassword, { userId, password: 'another long one' }));
  assert.equal(codeOf(await signIn(desk, 'another long one')), 'ok');
});

test('a sign-in ends after thirty days, and everywhere at once when the person wants or is disabled', async () => {
  const desk = await office();
  await using _server = desk.server;
  const { userId } = await hire(desk);
  const old = ok(await signIn(desk, PASSWORD));
  desk.clock.advance(30 * 24 * 3600_000);
  assert.equal(
    codeOf(await desk.bus.call(authentication.checkSignIn, { token: old.token })),
    'AUTHENTICATION_SIGN_IN_ENDED',
  );

  const tokens = [ok(await signIn(desk, PASSWORD)).token, ok(await signIn(desk, PASSWORD)).token];
  const { ended } = ok(await desk.bus.call(authentication.signOutEverywhere, { userId }));
  assert.ok(ended >= 2);
  for (const token of tokens) {
    assert.equal(
      codeOf(await desk.bus.call(authentication.checkSignIn, { token })),
      'AUTHENTICATION_SIGN_IN_ENDED',
    );
  }
  const { token } = ok(await signIn(desk, PASSWORD));
  ok(await desk.bus.call(setDisabled, { userId, disabled: true }));
  assert.notEqual(codeOf(await desk.bus.call(authentication.checkSignIn, { token })), 'ok');
  assert.equal(codeOf(await signIn(desk, PASSWORD)), 'AUTHENTICATION_DISABLED');
});

test('who changes a password stays signed in, and every other sign-in of that person ends', async () => {
  const desk = await office();
  await using _server = desk.server;
  const { userId } = await hire(desk);
  const [mine, other] = [ok(await signIn(desk, PASSWORD)), ok(await signIn(desk, PASSWORD))];
  const wish = { userId, newPassword: 'another long one', signInId: mine.signInId };
  assert.equal(
    codeOf(await desk.bus.call(authentication.changePassword, { ...wish, oldPassword: 'wrong password' })),
    'AUTHENTICATION_FAILED',
  );
  assert.equal(codeOf(await desk.bus.call(authentication.checkSignIn, { token: other.token })), 'ok');
  ok(await desk.bus.call(authentication.changePassword, { ...wish, oldPassword: PASSWORD }));
  assert.equal(codeOf(await desk.bus.call(authentication.checkSignIn, { token: mine.token })), 'ok');
  assert.equal(
    codeOf(await desk.bus.call(authentication.checkSignIn, { token: other.token })),
    'AUTHENTICATION_SIGN_IN_ENDED',
  );
});

test('each device has a password of its own, and a revoked one is gone at once', async () => {
  const desk = await office();
  await using _server = desk.server;
  const { userId } = await hire(desk);
  const desktop = ok(await desk.bus.call(authentication.addDevice, { userId, name: 'Desk phone' }));
  const mobile = ok(await desk.bus.call(authentication.addDevice, { userId, name: 'Mobile', expiresAt: 99 }));
  const found = ok(await desk.bus.call(authentication.digestCredentials, { username: 'ALICE' }));
  assert.deepEqual(
    new Set(found.devices.map(({ md5 }) => md5)),
    new Set(
      [desktop, mobile].map(({ password }) =>
        createHash('md5').update(`alice:parley:${password}`).digest('hex'),
      ),
    ),
  );
  ok(await desk.bus.call(authentication.revokeDevice, { userId, deviceId: desktop.device.deviceId }));
  const left = ok(await desk.bus.call(authentication.digestCredentials, { username: 'alice@parley.test' }));
  assert.deepEqual(
    left.devices.map(({ deviceId, expiresAt }) => [deviceId, expiresAt]),
    [[mobile.device.deviceId, 99]],
  );
});

test('an import takes all rows or none, and a dry run takes none', async () => {
  const desk = await office();
  await using _server = desk.server;
  await hire(desk);
  const blank = { phone: '', title: '', department: '', office: '', password: '', devicePassword: '' };
  const good = {
    ...blank,
    line: 2,
    address: 'zoë'.replace('ë', 'e'),
    name: 'Zoë Müller',
    password: PASSWORD,
    devicePassword: 'phone-1234',
  };
  const bad = [
    { ...blank, line: 3, address: 'alice', name: 'Alice again' },
    { ...blank, line: 4, address: 'dan', name: 'Dan', password: 'short' },
  ];
  const refused = ok(await desk.bus.call(importUsers, { rows: [good, ...bad], dryRun: false }));
  assert.deepEqual(
    refused.problems.map(({ line, column }) => [line, column]),
    [
      [3, 'address'],
      [4, 'password'],
    ],
  );
  assert.equal(ok(await desk.bus.call(listUsers, { limit: 10 })).total, 1);

  assert.equal(ok(await desk.bus.call(importUsers, { rows: [good], dryRun: true })).imported, 1);
  assert.equal(ok(await desk.bus.call(listUsers, { limit: 10 })).total, 1);

  assert.equal(ok(await desk.bus.call(importUsers, { rows: [good], dryRun: false })).imported, 1);
  const zoe = ok(await desk.bus.call(searchUsers, { query: 'muell zoe', limit: 5 })).users;
  assert.deepEqual(
    zoe.map(({ address }) => address),
    ['zoe@parley.test'],
  );
  const wish = { address: 'zoe', password: PASSWORD, source: '192.0.2.7', userAgent: '' };
  assert.equal(codeOf(await desk.bus.call(authentication.signIn, wish)), 'ok');
  assert.equal(
    ok(await desk.bus.call(authentication.digestCredentials, { username: 'zoe' })).devices.length,
    1,
  );
});

test('the name of a device holds nothing that a terminal would obey', async () => {
  const desk = await office();
  await using _server = desk.server;
  const { userId } = await hire(desk);
  for (const [given, kept] of [
    ['\u001b[31mDesk\u009b0m\nphone\u202e', '[31mDesk 0m phone'],
    ['\u0000', 'Phone'],
  ] as const) {
    const added = ok(await desk.bus.call(authentication.addDevice, { userId, name: given }));
    assert.equal(added.device.name, kept);
  }
});

test('an address and a telephone number belong to one person', async () => {
  const desk = await office();
  await using _server = desk.server;
  ok(await desk.bus.call(createUser, { address: 'alice', name: 'Alice', phone: '+49 89 123456' }));
  assert.equal(
    codeOf(await desk.bus.call(createUser, { address: 'Alice@parley.test', name: 'A' })),
    'IDENTITY_ADDRESS_TAKEN',
  );
  const sameNumber = { address: 'bob', name: 'Bob', phone: '0049 89 123456' };
  assert.equal(codeOf(await desk.bus.call(createUser, sameNumber)), 'IDENTITY_PHONE_TAKEN');
});
