import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setPhoto, type User } from '../identity/contract.ts';
import { SIGN_IN_COOKIE } from './contract.ts';
import { DEVICE_COOKIE } from './device.ts';
import { granted, type Office, openOffice, PASSWORD, TestBrowser } from './testing.ts';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

test('a new server is set up here without a code, from elsewhere with the printed one, and only once', async () => {
  await using office = await openOffice();
  const here = await office.browser();
  const session = (await here.open()).json;
  assert.deepEqual(
    {
      signedIn: session['signedIn'],
      firstRun: session['firstRun'],
      local: session['local'],
      domain: session['domain'],
    },
    { signedIn: false, firstRun: true, local: true, domain: 'parley.test' },
  );
  const body = { address: 'root@parley.test', name: 'Root', password: PASSWORD };
  const elsewhere = { 'x-forwarded-for': '127.0.0.1, 192.0.2.7' };
  const refused = await here.ask('/api/v1/first-run', { body, headers: elsewhere });
  assert.equal(refused.status, 403);
  assert.equal(refused.json['code'], 'AUTHENTICATION_CODE_NEEDED');
  assert.equal(
    (await here.ask('/api/v1/session', { headers: { 'x-forwarded-for': '127.0.0.1' } })).json['local'],
    false,
  );
  const made = await here.ask('/api/v1/first-run', { body });
  assert.equal(made.status, 200, made.text);
  assert.equal((made.json['user'] as User).administrator, true);
  const again = await (await office.browser()).ask('/api/v1/first-run', { body });
  assert.equal(again.status, 409);
});

describe('a person', () => {
  let office: Office;
  let alice: User;
  before(async () => {
    office = await openOffice();
    await office.hire('root', { administrator: true });
    alice = await office.hire('alice');
  });
  after(() => office[Symbol.asyncDispose]());

  test('signs in, is known to every page, and signs out', async () => {
    const browser = await office.browser();
    const signedIn = await browser.ask('/api/v1/sign-in', {
      body: { address: ' alice ', password: PASSWORD },
    });
    assert.equal(signedIn.status, 200, signedIn.text);
    const cookie =
      (signedIn.headers['set-cookie'] ?? []).find((line) => line.startsWith(SIGN_IN_COOKIE)) ?? '';
    assert.match(cookie, /; Max-Age=25(9[12])\d{3}; Path=\/; HttpOnly; SameSite=Strict$/);
    const session = (await browser.open()).json;
    assert.equal(session['signedIn'], true);
    assert.equal((session['user'] as User).address, 'alice@parley.test');
    assert.equal((await browser.ask('/api/v1/sign-out', { method: 'POST' })).status, 200);
    assert.equal(browser.cookies.has(SIGN_IN_COOKIE), false);
    assert.equal((await browser.open()).json['signedIn'], false);
  });

  test('leaves a browser its name when signing out; a name that is not ours is replaced', async () => {
    const browser = await office.browser();
    assert.equal(browser.cookies.has(DEVICE_COOKIE), false, 'nobody is counted before they sign in');
    const signedIn = await browser.ask('/api/v1/sign-in', {
      body: { address: alice.address, password: PASSWORD },
    });
    const line = (signedIn.headers['set-cookie'] ?? []).find((one) => one.startsWith(DEVICE_COOKIE)) ?? '';
    assert.match(line, /=[\da-f-]{36}; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Lax$/);
    const name = browser.cookies.get(DEVICE_COOKIE);
    await browser.open();
    await browser.ask('/api/v1/sign-out', { method: 'POST' });
    assert.equal(browser.cookies.get(DEVICE_COOKIE), name);
    browser.cookies.set(DEVICE_COOKIE, 'somebody');
    await browser.ask('/api/v1/sign-in', { body: { address: alice.address, password: PASSWORD } });
    assert.notEqual(browser.cookies.get(DEVICE_COOKIE), 'somebody');
  });

  test('gets a Secure cookie where the browser came encrypted, through a proxy too', async () => {
    const browser = await office.browser();
    const answer = await browser.ask('/api/v1/sign-in', {
      body: { address: alice.address, password: PASSWORD },
      headers: { 'x-forwarded-proto': 'https' },
    });
    const cookie = (answer.headers['set-cookie'] ?? []).find((line) => line.startsWith(SIGN_IN_COOKIE)) ?? '';
    assert.match(cookie, /; Secure/);
  });

  test('with a wrong password is told so, and nothing about whether the address exists', async () => {
    const browser = await office.browser();
    const wrong = await browser.ask('/api/v1/sign-in', {
      body: { address: alice.address, password: 'wrong password' },
    });
    const nobody = await browser.ask('/api/v1/sign-in', {
      body: { address: 'nobody@parley.test', password: PASSWORD },
    });
    assert.equal(wrong.status, 401);
    assert.equal(wrong.json['code'], 'AUTHENTICATION_FAILED');
    assert.equal(wrong.text, nobody.text);
  });

  test('signs out everywhere: the other browser is signed out too', async () => {
    const [one, two] = [await office.signedIn(alice), await office.signedIn(alice)];
    const answer = await one.ask('/api/v1/sign-out-everywhere', { method: 'POST' });
    assert.ok(Number(answer.json['ended']) >= 2);
    assert.equal((await two.open()).json['signedIn'], false);
    assert.equal((await two.ask('/api/v1/devices')).status, 401);
  });

  test('whose token is made up is simply not signed in', async () => {
    const browser = new TestBrowser(office.web);
    for (const token of ['x', 'x'.repeat(5_000)]) {
      browser.cookies.set(SIGN_IN_COOKIE, token);
      assert.equal((await browser.open()).json['signedIn'], false);
    }
  });

  test('changes the own password with the old one', async () => {
    const bob = await office.hire('bob');
    const browser = await office.signedIn(bob);
    const change = (oldPassword: string, newPassword: string) =>
      browser.ask('/api/v1/password', { body: { oldPassword, newPassword } });
    assert.equal(
      (await change('wrong password', 'another horse battery')).json['code'],
      'AUTHENTICATION_FAILED',
    );
    assert.equal((await change(PASSWORD, 'short')).json['code'], 'AUTHENTICATION_WEAK_PASSWORD');
    assert.equal((await change(PASSWORD, 'another horse battery')).status, 200);
    const fresh = await office.browser();
    const body = { address: bob.address, password: 'another horse battery' };
    assert.equal((await fresh.ask('/api/v1/sign-in', { body })).status, 200);
  });

  test('adds a device, sees its password once, and takes it away again', async () => {
    const browser = await office.signedIn(alice);
    const added = await browser.ask('/api/v1/devices', { body: { name: 'Desk phone' } });
    assert.equal(added.status, 200, added.text);
    assert.match(String(added.json['password']), /^\S{16,}$/);
    const { deviceId } = added.json['device'] as { deviceId: string };
    const listed = await browser.ask('/api/v1/devices');
    assert.deepEqual(
      (listed.json['devices'] as { name: string }[]).map(({ name }) => name),
      ['Desk phone'],
    );
    assert.doesNotMatch(listed.text, new RegExp(String(added.json['password'])));
    const stranger = await office.signedIn(await office.hire('carol'));
    assert.equal((await stranger.ask(`/api/v1/devices/${deviceId}`, { method: 'DELETE' })).status, 404);
    assert.equal((await browser.ask(`/api/v1/devices/${deviceId}`, { method: 'DELETE' })).status, 200);
    assert.deepEqual((await browser.ask('/api/v1/devices')).json, { devices: [] });
  });

  test('sees photos of colleagues, which browsers keep as long as they are the same', async () => {
    const browser = await office.signedIn(alice);
    const missing = await browser.ask(`/api/v1/photos/${alice.userId}`);
    assert.equal(missing.json['code'], 'IDENTITY_NO_PHOTO');
    const { photo } = granted(
      await office.server.bus.call(setPhoto, { userId: alice.userId, mediaType: 'image/png', data: PNG }),
    );
    const answer = await browser.ask(`/api/v1/photos/${alice.userId}?v=${photo}`);
    assert.equal(answer.headers['content-type'], 'image/png');
    assert.equal(answer.headers['cache-control'], 'private, max-age=31536000, immutable');
    assert.equal(
      (await browser.ask(`/api/v1/photos/${alice.userId}`)).headers['cache-control'],
      'private, no-cache',
    );
    assert.equal(
      (await (await office.browser()).ask(`/api/v1/photos/${alice.userId}?v=${photo}`)).status,
      401,
    );
  });
});
