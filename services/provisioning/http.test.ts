import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { User } from '../identity/contract.ts';
import { type Office, openOffice, PASSWORD, type TestBrowser, TestWindow } from '../web-access/testing.ts';
import type { HealthReport } from './contract.ts';

const ADMIN = '/api/v1/admin';

describe('the administration API', () => {
  let office: Office;
  let root: User;
  let console: TestBrowser;
  before(async () => {
    office = await openOffice();
    root = await office.hire('root', { administrator: true });
    console = await office.signedIn(root);
  });
  after(() => office[Symbol.asyncDispose]());

  async function add(name: string, more: object = {}): Promise<User> {
    const answer = await console.ask(`${ADMIN}/users`, {
      body: { address: `${name}@parley.test`, name, ...more },
    });
    assert.equal(answer.status, 200, answer.text);
    return answer.json as unknown as User;
  }

  async function signInStatus(address: string, password: string): Promise<number> {
    return (await (await office.browser()).ask('/api/v1/sign-in', { body: { address, password } })).status;
  }

  test('is for administrators only, in every operation', async () => {
    const alice = await office.hire('alice');
    const described = (await console.ask('/api/openapi.json')).json['paths'] as Record<
      string,
      Record<string, unknown>
    >;
    const operations = Object.entries(described).flatMap(([path, methods]) =>
      path.startsWith(ADMIN)
        ? Object.keys(methods).map((method) => [method.toUpperCase(), path] as const)
        : [],
    );
    assert.ok(operations.length >= 16, `${operations.length} operations are described`);
    const [person, stranger] = [await office.signedIn(alice), await office.browser()];
    for (const [method, described] of operations) {
      const path = described.replace(/\{\w+\}/g, alice.userId);
      const isRead = method === 'GET' || method === 'DELETE';
      // Who may not ask hears so whatever the body is.
      const options = { method, ...(isRead ? {} : { body: '{"neither":' }) };
      assert.equal(
        (await person.ask(path, options)).json['code'],
        'PROVISIONING_NOT_ADMINISTRATOR',
        `${method} ${path}`,
      );
      assert.equal((await stranger.ask(path, options)).status, 401, `${method} ${path}`);
    }
  });

  test('refuses a stranger without reading what he sends', async () => {
    const stranger = await office.browser();
    const body = JSON.stringify({ csv: 'x'.repeat(13_000_000) });
    const answer = await stranger.ask(`${ADMIN}/users/import`, { body });
    assert.equal(answer.status, 401, 'and not 413, which reading would have given');
  });

  test('adds a person who can sign in, and refuses what cannot be', async () => {
    const bob = await add('bob', { department: 'Sales', password: PASSWORD });
    assert.equal(bob.department, 'Sales');
    assert.equal(await signInStatus('bob', PASSWORD), 200);
    const taken = await console.ask(`${ADMIN}/users`, {
      body: { address: 'bob@parley.test', name: 'Other' },
    });
    assert.equal(taken.status, 409);
    assert.equal(taken.json['code'], 'IDENTITY_ADDRESS_TAKEN');
    const weak = await console.ask(`${ADMIN}/users`, {
      body: { address: 'weak@parley.test', name: 'Weak', password: 'short' },
    });
    assert.equal(weak.json['code'], 'AUTHENTICATION_WEAK_PASSWORD');
    const found = await console.ask(`${ADMIN}/users?query=weak`);
    assert.equal(found.json['total'], 0, 'nobody was added with a password that was refused');
    assert.equal(
      (await console.ask(`${ADMIN}/users`, { body: { name: 'No address' } })).json['code'],
      'WEB_BAD_REQUEST',
    );
  });

  test('lists people by pages and changes them', async () => {
    await add('page-one');
    await add('page-two');
    const seen: string[] = [];
    let after: string | undefined = '';
    while (after !== undefined) {
      const page = await console.ask(
        `${ADMIN}/users?limit=2${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`,
      );
      seen.push(...(page.json['users'] as User[]).map((user) => user.address));
      after = page.json['next'] as string | undefined;
    }
    assert.equal(new Set(seen).size, seen.length);
    assert.ok(seen.includes('page-one@parley.test') && seen.includes('root@parley.test'));
    const { userId } = await add('carol');
    const changed = await console.ask(`${ADMIN}/users/${userId}`, {
      method: 'PATCH',
      body: { title: 'Architect' },
    });
    assert.equal(changed.json['title'], 'Architect');
    assert.equal((await console.ask(`${ADMIN}/users/${userId}`)).json['title'], 'Architect');
    assert.equal((await console.ask(`${ADMIN}/users/nobody`)).json['code'], 'IDENTITY_NO_SUCH_USER');
  });

  test('a photo is set, refused when it is none, and taken away', async () => {
    const { userId } = await office.hire('lena');
    const path = `${ADMIN}/users/${userId}/photo`;
    const data =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const set = await console.ask(path, { method: 'PUT', body: { mediaType: 'image/png', data } });
    assert.notEqual(set.json['photo'], '');
    const script = { mediaType: 'image/png', data: Buffer.from('<script>').toString('base64') };
    assert.equal(
      (await console.ask(path, { method: 'PUT', body: script })).json['code'],
      'IDENTITY_BAD_PHOTO',
    );
    assert.equal((await console.ask(path, { method: 'DELETE' })).json['photo'], '');
    assert.equal((await console.ask(`/api/v1/photos/${userId}`)).json['code'], 'IDENTITY_NO_PHOTO');
  });

  test('disabling ends every sign-in and window of a person, and enabling lets sign in again', async () => {
    const dave = await office.hire('dave');
    const browser = await office.signedIn(dave);
    const window = await TestWindow.open(browser);
    const disabled = await console.ask(`${ADMIN}/users/${dave.userId}/disable`, { method: 'POST' });
    assert.equal(disabled.json['disabled'], true);
    await window.frame('goodbye');
    assert.equal(await window.closed, 1008);
    assert.equal((await browser.open()).json['signedIn'], false);
    assert.equal(await signInStatus(dave.address, PASSWORD), 403);
    await console.ask(`${ADMIN}/users/${dave.userId}/enable`, { method: 'POST' });
    assert.equal(await signInStatus(dave.address, PASSWORD), 200);
  });

  test('nobody takes the administration from the own account', async () => {
    const disable = await console.ask(`${ADMIN}/users/${root.userId}/disable`, { method: 'POST' });
    assert.equal(disable.json['code'], 'PROVISIONING_OWN_ACCOUNT');
    const demote = await console.ask(`${ADMIN}/users/${root.userId}`, {
      method: 'PATCH',
      body: { administrator: false },
    });
    assert.equal(demote.json['code'], 'PROVISIONING_OWN_ACCOUNT');
    assert.equal(
      (await console.ask(`${ADMIN}/users/${root.userId}`, { method: 'PATCH', body: { title: 'Root' } }))
        .status,
      200,
    );
  });

  test('a reset password is shown once, works at once, and ends the old sign-ins', async () => {
    const erin = await office.hire('erin');
    const browser = await office.signedIn(erin);
    const reset = await console.ask(`${ADMIN}/users/${erin.userId}/reset-password`, { body: {} });
    const password = String(reset.json['password']);
    assert.match(password, /^[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}$/);
    assert.equal((await browser.open()).json['signedIn'], false);
    assert.equal(await signInStatus(erin.address, PASSWORD), 401);
    assert.equal(await signInStatus(erin.address, password), 200);
    const chosen = await console.ask(`${ADMIN}/users/${erin.userId}/reset-password`, {
      body: { password: 'short' },
    });
    assert.equal(chosen.json['code'], 'AUTHENTICATION_WEAK_PASSWORD');
  });

  test('devices are added, listed and revoked', async () => {
    const { userId } = await office.hire('frank');
    const path = `${ADMIN}/users/${userId}/devices`;
    const added = await console.ask(path, { body: { name: 'Desk phone', expiresAt: 4_102_444_800_000 } });
    const { deviceId, expiresAt } = added.json['device'] as { deviceId: string; expiresAt: number };
    assert.equal(expiresAt, 4_102_444_800_000);
    assert.equal(((await console.ask(path)).json['devices'] as unknown[]).length, 1);
    assert.equal((await console.ask(`${path}/${deviceId}`, { method: 'DELETE' })).status, 200);
    assert.equal(
      (await console.ask(`${path}/${deviceId}`, { method: 'DELETE' })).json['code'],
      'AUTHENTICATION_NO_SUCH_DEVICE',
    );
  });

  test('sign-ins are listed and ended one by one', async () => {
    const grace = await office.hire('grace');
    const browser = await office.signedIn(grace);
    const listed = await console.ask(`${ADMIN}/sign-ins?userId=${grace.userId}`);
    const [signIn] = listed.json['signIns'] as { signInId: string; source: string }[];
    assert.equal(signIn?.source, '127.0.0.1');
    assert.equal(
      (await console.ask(`${ADMIN}/sign-ins/${signIn?.signInId}`, { method: 'DELETE' })).status,
      200,
    );
    assert.equal((await browser.open()).json['signedIn'], false);
  });

  test('an import adds everybody or nobody, and names every bad row with its line', async () => {
    const rows = 'address,name,password,phone\nheidi@parley.test,Heidi,correct horse battery,\n';
    const bad = `${rows}ivan@elsewhere.test,Ivan,,\n"judy@parley.test",Judy,short,\nkate@parley.test\n`;
    const refused = await console.ask(`${ADMIN}/users/import`, { body: { csv: bad } });
    assert.equal(refused.status, 200, refused.text);
    assert.equal(refused.json['imported'], 0);
    const problems = refused.json['problems'] as { line: number }[];
    assert.deepEqual([...new Set(problems.map(({ line }) => line))], [3, 4, 5]);
    const dry = await console.ask(`${ADMIN}/users/import`, { body: { csv: rows, dryRun: true } });
    assert.deepEqual(dry.json, { imported: 1, dryRun: true, problems: [] });
    assert.equal(await signInStatus('heidi@parley.test', PASSWORD), 401);
    const done = await console.ask(`${ADMIN}/users/import`, { body: { csv: rows } });
    assert.deepEqual(done.json, { imported: 1, dryRun: false, problems: [] });
    assert.equal(await signInStatus('heidi@parley.test', PASSWORD), 200);
    const nothing = await console.ask(`${ADMIN}/users/import`, { body: { csv: '\u0000\u0001' } });
    assert.equal(nothing.json['imported'], 0);
    assert.ok((nothing.json['problems'] as unknown[]).length > 0);
  });

  test('an import may be larger than other requests, up to its own limit', async () => {
    const header = 'address,name\n';
    const large = await console.ask(`${ADMIN}/users/import`, {
      body: { csv: header + 'x'.repeat(2_000_000), dryRun: true },
    });
    assert.equal(large.status, 200);
    const tooLarge = await console.ask(`${ADMIN}/users/import`, { body: { csv: 'x'.repeat(13_000_000) } });
    assert.equal(tooLarge.status, 413);
  });

  test('health asks every part and says which one does not answer', async () => {
    const answer = await console.ask(`${ADMIN}/health`);
    const report = answer.json as unknown as HealthReport;
    assert.equal(report.ok, true, answer.text);
    assert.deepEqual(
      report.parts.map(({ name }) => name),
      [
        'store',
        'bus',
        'identity',
        'authentication',
        'device passwords',
        'presence',
        'contacts',
        'im',
        'registrar',
      ],
    );
    assert.ok(report.users > 0 && report.signIns > 0 && report.memoryBytes > 0);
  });
});
