import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress, mayPushTo, publicLookup, pushPost } from './http.ts';
import { openPushService } from './testing.ts';

test('a subscription cannot make the server speak to what is inside', () => {
  for (const endpoint of [
    'http://push.example.com/x',
    'https://push.example.com:8443/x',
    'https://user:word@push.example.com/x',
    'https://127.0.0.1/x',
    'https://2130706433/x',
    'https://0x7f.1/x',
    'https://10.1.2.3/x',
    'https://169.254.169.254/latest',
    'https://[::1]/x',
    'https://[::ffff:10.0.0.1]/x',
    'https://[fd00::1]/x',
    'https://localhost/x',
    'https://x.localhost./x',
    'https://database/x',
    'https://wiki.internal/x',
    'ftp://push.example.com/x',
    'nonsense',
  ])
    assert.equal(mayPushTo(endpoint, []), false, endpoint);
  assert.ok(mayPushTo('https://push.example.com/wpush/v2/abc', []));
  assert.ok(mayPushTo('http://10.0.0.5:8080/x', ['http://10.0.0.5:8080']));
  assert.deepEqual(
    ['8.8.8.8', '2a00:1450::1', '100.64.1.1', '::ffff:8.8.8.8', '2002:0a00:0001::1'].map(isPublicAddress),
    [true, true, false, false, false],
  );
});

test('a name that leads inside is not connected to', async () => {
  const found = (all: boolean) =>
    new Promise((resolve) => publicLookup('localhost', { all }, (error) => resolve(error?.message)));
  for (const all of [true, false]) assert.equal(await found(all), 'the push service has no public address');
});

test('what a push service answers decides what becomes of the subscription', async () => {
  await using service = await openPushService();
  const post = pushPost([service.origin]);
  const { signal } = new AbortController();
  const push = {
    endpoint: `${service.origin}/one`,
    authorization: 'vapid t=a, k=b',
    body: Buffer.from('body'),
    ttlS: 60,
    urgency: 'high',
    topic: 'topic',
  } as const;
  const kinds: unknown[] = [];
  for (const status of [201, 202, 404, 410, 400, 403, 413, 301, 500]) {
    service.answers(status, { location: `${service.origin}/elsewhere` });
    kinds.push([status, (await post(push, signal)).kind]);
  }
  assert.deepEqual(kinds, [
    [201, 'taken'],
    [202, 'taken'],
    [404, 'gone'],
    [410, 'gone'],
    [400, 'refused'],
    [403, 'refused'],
    [413, 'refused'],
    [301, 'refused'],
    [500, 'later'],
  ]);
  service.answers(429, { 'retry-after': '120' });
  assert.deepEqual(await post(push, signal), { kind: 'later', afterS: 120 });
  assert.ok(
    service.pushed.every(({ path }) => path === '/one'),
    'no redirect is followed',
  );
  const [{ headers, body } = assert.fail()] = service.pushed;
  assert.deepEqual(
    [headers['ttl'], headers['urgency'], headers['topic'], headers['content-encoding'], String(body)],
    ['60', 'high', 'topic', 'aes128gcm', 'body'],
  );
});
