import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnHost, ownHostsOf } from './own-hosts.ts';

test('sockets that open after the services run are ours too', () => {
  const listening: { address: string; port: number }[] = [];
  let now = 0;
  const own = ownHostsOf(
    { domain: 'example.com', hostName: 'uc.example.com' },
    { listening },
    { now: () => now },
  );
  assert.equal(isOwnHost(own, '192.0.2.1', '127.0.0.1', 5060), false);
  listening.push({ address: '192.0.2.1', port: 5060 });
  now += 1_000;
  assert.equal(isOwnHost(own, '192.0.2.1', '127.0.0.1', 5060), true);
  assert.equal(isOwnHost(own, '192.0.2.1', '127.0.0.1', 5080), false);
  assert.equal(isOwnHost(own, '192.0.2.1', '127.0.0.1'), true);
});
