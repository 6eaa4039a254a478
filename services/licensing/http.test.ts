// The API of licensing over HTTP: who may ask, keys that repeat, large files in pieces, exports, and webhooks that call.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { User } from '../identity/contract.ts';
import { type Office, openOffice, type TestBrowser } from '../web-access/testing.ts';
import { operations } from './contract.ts';
import { licensingService, licensingWebService } from './service.ts';
import { SIGNATURE_HEADER } from './webhooks.ts';

const BASE = '/api/v1/licensing';
const STANDARD = 'parley-standard-cal';
const grant = {
  sku: STANDARD,
  metric: 'user',
  quantity: 3,
  source: 'purchase',
  from: '2026-01-01',
  to: null,
  agreementId: null,
  proof: '=1+1',
  unitPrice: null,
};

describe('the API of licensing', () => {
  let office: Office;
  let root: User;
  let console: TestBrowser;
  before(async () => {
    office = await openOffice({}, [licensingService, licensingWebService]);
    root = await office.hire('root', { administrator: true });
    console = await office.signedIn(root);
  });
  after(() => office[Symbol.asyncDispose]());

  async function post(name: string, body: unknown, browser = console, headers: Record<string, string> = {}) {
    return browser.ask(`${BASE}/${name}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  test('every operation is described, and answers nobody who is not signed in or has no role', async () => {
    const described = (await console.ask('/api/openapi.json')).json['paths'] as Record<string, unknown>;
    const person = await office.signedIn(await office.hire('alice'));
    const stranger = await office.browser();
    for (const name of Object.keys(operations)) {
      assert.ok(`${BASE}/${name}` in described, name);
      assert.equal((await post(name, {}, stranger)).status, 401, name);
    }
    assert.equal((await post('position', {}, person)).json['code'], 'LICENCE_NOT_YOUR_ROLE');
    const large = { kind: 'access', csv: 'x'.repeat(2_000_000), dryRun: true };
    assert.equal((await post('import', large, person)).status, 403);
    assert.deepEqual((await post('my-roles', {}, person)).json, { administrator: false, roles: [] });
    assert.deepEqual((await post('my-roles', {})).json, { administrator: true, roles: [] });
  });

  test('a page of another site cannot act', async () => {
    const answer = await post('grant-add', grant, console, { 'x-parley-csrf': 'wrong' });
    assert.equal(answer.status, 403);
  });

  test('a key that is sent again gives the same answer, and another request with it is refused', async () => {
    const key = { 'idempotency-key': 'order-1' };
    const first = await post('grant-add', grant, console, key);
    assert.equal(first.status, 200, first.text);
    assert.deepEqual((await post('grant-add', grant, console, key)).json, first.json);
    const other = await post('grant-add', { ...grant, quantity: 4 }, console, key);
    assert.deepEqual([other.status, other.json['code']], [422, 'LICENCE_KEY_REUSED']);
    assert.equal((await post('grant-add', { ...grant, quantity: -1 })).status, 400);
  });

  test('M10: a file that is larger than a message is read in pieces, and bad rows keep their line', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const rows = Array.from({ length: 20_000 }, (_, index) =>
      index === 15_000
        ? `nobody-${index},pc,nonsense,${day}`
        : `person-${index % 50},pc-${index % 50},im,${day}`,
    );
    const csv = `user,device,feature,time\n${rows.join('\n')}\n`;
    const report = await post('import', { kind: 'access', csv, dryRun: false });
    assert.equal(report.status, 200, report.text);
    assert.equal(report.json['accepted'], 19_999);
    assert.deepEqual(
      (report.json['rejected'] as { line: number }[]).map(({ line }) => line),
      [15_002],
    );
    const evidence = await post('evidence', { limit: 500, query: 'person-7' });
    assert.deepEqual(
      (evidence.json['items'] as { count: number }[]).map(({ count }) => count),
      [400],
    );
  });

  test('the position and the lists come as files, for those who may read them', async () => {
    const person = await office.signedIn(await office.hire('bob'));
    const get = (file: string, browser = console) => browser.ask(`${BASE}/export/${file}`);
    for (const file of [
      'position.html',
      'position.json',
      'entitlements.xml',
      'swid.xml',
      'users.csv',
      'devices.csv',
      'audit.csv',
      'evidence.csv',
      'position.pdf',
    ]) {
      const answer = await get(file);
      assert.equal(answer.status, 200, `${file} ${answer.text.slice(0, 200)}`);
      assert.ok(answer.text.length > 50, file);
      assert.equal((await get(file, person)).status, 403, file);
    }
    assert.match((await get('position.pdf')).text.slice(0, 8), /^%PDF/);
    assert.match(
      String((await get('position.html')).headers['content-security-policy']),
      /default-src 'none'/,
    );
    assert.match((await get('audit.csv')).text, /^seq,time,actor/);
    assert.equal((await get('nothing.txt')).status, 400);
    assert.equal((await get('position.json?asOf=2026-02-30')).status, 400);
  });

  test('a webhook is called once for what happens, signed with the secret that was shown once', async () => {
    const { promise, resolve } = Promise.withResolvers<{ body: string; signature: string }>();
    const bodies: string[] = [];
    const listener = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(body);
      response.end();
      resolve({ body, signature: String(request.headers[SIGNATURE_HEADER]) });
    }).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const made = await post('webhook-put', { url: `http://127.0.0.1:${port}/hook`, events: ['over-limit'] });
    assert.equal(made.status, 200, made.text);
    const secret = String(made.json['secret']);
    const { body, signature } = await promise;
    const told = JSON.parse(body) as { event: string; data: { unlicensed: { users: number } } };
    assert.equal(told.event, 'over-limit');
    assert.ok(told.data.unlicensed.users > 0);
    const [, at = '', given = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
    assert.equal(given, createHmac('sha256', secret).update(`${at}.${body}`).digest('hex'));
    const audit = await post('audit', { limit: 500 });
    assert.ok(!audit.text.includes(secret), 'the secret is not in the audit');
    const listed = await post('webhook-list', {});
    assert.ok(!listed.text.includes(secret));
    assert.equal(bodies.length, 1);
    listener.closeAllConnections();
    listener.close();
  });
});
