import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Office, openOffice, type TestBrowser } from '../web-access/testing.ts';
import { monitoringService, monitoringWebService } from './service.ts';

const BASE = '/api/v1/admin/traces';
const PATHS = ['', '/ladder?callId=x', '/texts?callId=x', '/openings', '/export?callId=x&format=pcap'];

let office: Office;
let administrator: TestBrowser;
before(async () => {
  office = await openOffice({}, [monitoringService, monitoringWebService]);
  administrator = await office.signedIn(await office.hire('root', { administrator: true }));
});
after(() => office[Symbol.asyncDispose]());

test('the traces are for administrators only, in every operation', async () => {
  const [person, stranger] = [await office.signedIn(await office.hire('alice')), await office.browser()];
  for (const path of PATHS) {
    const refused = await person.ask(BASE + path);
    assert.equal(refused.json['code'], 'PROVISIONING_NOT_ADMINISTRATOR', path);
    assert.equal(refused.status, 403, path);
    assert.equal((await stranger.ask(BASE + path)).status, 401, path);
  }
});

test('where nothing was said the list is empty, and a Call-ID is not held', async () => {
  const listed = await administrator.ask(`${BASE}?query=alice&statusClass=2&limit=10`);
  assert.equal(listed.status, 200, listed.text);
  assert.deepEqual(listed.json['calls'], []);
  for (const path of PATHS.filter((one) => one.includes('callId'))) {
    const missing = await administrator.ask(BASE + path);
    assert.deepEqual([missing.status, missing.json['code']], [404, 'MONITORING_NOT_HELD'], path);
  }
});

test('a question that cannot be is refused', async () => {
  for (const path of ['?limit=0', '?statusClass=9', '/ladder', '/export?callId=x&format=exe'])
    assert.equal((await administrator.ask(BASE + path)).json['code'], 'WEB_BAD_REQUEST', path);
});
