// The rules of the relay, and the service on the bus: who is given credentials, and until when they are believed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done } from '@parley/platform/contract';
import type { TurnPort, TurnRules } from '@parley/platform/net';
import { nodeHashes } from '@parley/protocol/ice/node-hashes';
import { nonceKey } from '../authentication/contract.ts';
import { userChanged } from '../identity/contract.ts';
import { testProcess } from '../testing.ts';
import { iceServers } from './contract.ts';
import { CREDENTIAL_MS, iceServersOf, passwordOf, relayUrls } from './credential.ts';
import { MediaDoors, SILENT_MS } from './media-doors.ts';
import { peerRule } from './peer-rule.ts';
import { edgeService } from './service.ts';

const mac = nodeHashes.hmacSha1(new Uint8Array(32));
const nobody = () => false;

test('a credential is for one person and an hour, and only the secret makes it', () => {
  const [server] = iceServersOf([['turn:uc.example.com:3478?transport=udp'], []], mac, 'alice', 1_000_500);
  assert.equal(server!.expiresAtMs, 1_000_000 + CREDENTIAL_MS);
  const known = passwordOf(server!.username, mac, server!.expiresAtMs - 1, nobody);
  assert.deepEqual(known, { password: server!.credential, user: 'alice', hasExpired: false });
  assert.equal(passwordOf(server!.username, mac, server!.expiresAtMs, nobody)?.hasExpired, true);
  assert.equal(
    passwordOf(server!.username, mac, 0, (user) => user === 'alice'),
    undefined,
  );
  assert.equal(passwordOf('alice', mac, 0, nobody), undefined);
  const other = nodeHashes.hmacSha1(new Uint8Array(32).fill(1));
  assert.notEqual(passwordOf(server!.username, other, 0, nobody)?.password, server!.credential);
});

test('addresses for browsers', () => {
  assert.deepEqual(
    relayUrls('uc.example.com', [
      { transport: 'udp', port: 3478 },
      { transport: 'tls', port: 5349 },
    ]),
    ['turn:uc.example.com:3478?transport=udp', 'turns:uc.example.com:5349?transport=tcp'],
  );
});

test('calls are relayed to the Internet and to what is named, never inside by themselves', () => {
  const rule = peerRule(['10.20.0.0/16', '192.168.1.7'], new MediaDoors(() => 0));
  for (const address of [
    '127.0.0.1',
    '::1',
    '10.0.0.1',
    '192.168.1.8',
    '169.254.169.254',
    'fd00::1',
    '::ffff:10.0.0.1',
    '0.0.0.0',
  ])
    assert.equal(rule.permits(address), false, address);
  for (const address of ['10.20.3.4', '192.168.1.7', '93.184.216.34', '2606:4700::1'])
    assert.equal(rule.permits(address), true, address);
  assert.equal(rule.reaches('93.184.216.34', 25), false);
});

test('of what is inside, a media host is reached at its port for browsers, while it is there', () => {
  let now = 0;
  const doors = new MediaDoors(() => now);
  const rule = peerRule([], doors);
  doors.put('media-1', [{ address: '10.0.0.5', port: 10_000 }]);
  doors.put('media-2', [{ address: '127.0.0.1', port: 40_001 }]);
  const reached = () =>
    [
      ['10.0.0.5', 10_000],
      ['10.0.0.5', 10_001],
      ['10.0.0.5', 5_432],
      ['10.0.0.6', 10_000],
      ['127.0.0.1', 40_001],
      ['127.0.0.1', 10_000],
    ].map(([address, port]) => rule.reaches(String(address), Number(port)));
  assert.deepEqual(reached(), [true, false, false, false, true, false]);
  assert.deepEqual([rule.permits('10.0.0.5'), rule.permits('10.0.0.6')], [true, false]);
  doors.put('media-2', []);
  assert.deepEqual(reached(), [true, false, false, false, false, false]);
  assert.equal(rule.permits('127.0.0.1'), false);
  now = SILENT_MS + 1;
  assert.equal(rule.permits('10.0.0.5'), false);
});

test('whoever is disabled loses his relays, and his credentials', async (t) => {
  let rules: TurnRules | undefined;
  const ended: string[] = [];
  const turn: TurnPort = {
    serve: (given) => (rules = given),
    endUser: (user) => ended.push(user),
    listening: [{ transport: 'udp', address: '127.0.0.1', port: 3478 }],
  };
  const process = await testProcess({ turn });
  t.after(() => process[Symbol.asyncDispose]());
  const { bus } = process;
  await bus.serve(nonceKey, async () => done({ key: 'ab'.repeat(32) }));
  await process.start(edgeService);
  const answer = await bus.call(iceServers, { userId: 'alice' });
  assert.ok(answer.ok);
  const [server] = answer.value.servers;
  assert.match(server!.urls[0]!, /^turn:.*:3478\?transport=udp$/);
  assert.equal(rules?.passwordOf(server!.username)?.password, server!.credential);
  const user = {
    userId: 'alice',
    address: 'alice@parley.test',
    name: 'Alice',
    title: '',
    department: '',
    office: '',
    phone: '',
    photo: '',
    administrator: false,
    disabled: true,
    version: 2,
  };
  const heard = Promise.withResolvers<void>();
  await bus.subscribe(userChanged, () => heard.resolve());
  await bus.publish(userChanged, user);
  await heard.promise;
  assert.deepEqual(ended, ['alice']);
  assert.equal(rules?.passwordOf(server!.username), undefined);
});
