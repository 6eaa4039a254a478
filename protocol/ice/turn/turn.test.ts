import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  buildStun,
  isChannelData,
  STUN_METHODS,
  type StunAttribute,
  stunAttribute,
  stunAttributes,
  stunClass,
} from '../index.ts';
import { RELAY_ADDRESS, TurnWorld } from '../testing/turn-world.ts';
import { corpus, fuzz } from '../turn.fuzz.ts';

const bob = { address: '192.0.2.7', port: 5_000 };
const transactionId = new Uint8Array(12).fill(9);
const request = (method: number, attributes: StunAttribute[] = []) =>
  buildStun({ class: 'request', method, transactionId, attributes });

test('RFC 8489 §6.3: anybody learns his own address', () => {
  const world = new TurnWorld();
  const stranger = { transport: 'udp', address: '203.0.113.9', port: 7, key: 'stranger' } as const;
  world.server.fromClient(stranger, request(STUN_METHODS.binding), world.nowMs);
  assert.deepEqual(stunAttribute(world.answers[0]!, 'XOR-MAPPED-ADDRESS'), {
    address: '203.0.113.9',
    port: 7,
  });
  world.server.fromClient(stranger, request(STUN_METHODS.binding, [['DONT-FRAGMENT', true]]), world.nowMs);
  assert.equal(stunAttribute(world.answers[1]!, 'ERROR-CODE')?.code, 420);
  for (const bytes of [new Uint8Array(0), new Uint8Array(20), Uint8Array.of(0x80, 1, 2, 3)])
    world.server.fromClient(stranger, bytes, world.nowMs);
  assert.equal(world.answers.length, 2, 'what is no STUN gets no answer');
});

test('a stranger is challenged, and gets nothing without the right password', () => {
  const world = new TurnWorld();
  const alice = world.client('alice', 4_000);
  alice.session.allocate(world.nowMs);
  assert.deepEqual(world.refusals, [401]);
  assert.equal(alice.relayed().address, RELAY_ADDRESS);
  const late = world.client('alice', 4_001, { lifetimeS: -1 });
  late.session.allocate(world.nowMs);
  assert.deepEqual([late.session.state.kind, world.refusals.at(-1)], ['failed', 401]);
  const mallory = { transport: 'udp', address: '203.0.113.9', port: 7, key: 'mallory' } as const;
  const attributes: StunAttribute[] = [
    ['REQUESTED-TRANSPORT', 17],
    ['USERNAME', '1900000000:alice'],
    ['REALM', 'example.com'],
    ['NONCE', 'made up'],
    ['MESSAGE-INTEGRITY', new Uint8Array(20)],
  ];
  world.server.fromClient(mallory, request(STUN_METHODS.allocate, attributes), world.nowMs);
  assert.equal(stunAttribute(world.answers[0]!, 'ERROR-CODE')?.code, 401);
  assert.equal(world.server.allocationCount, 1);
});

test('RFC 8656 §11: what is permitted passes both ways, and nothing else', () => {
  const world = new TurnWorld();
  const alice = world.client('alice', 4_000);
  alice.session.allocate(world.nowMs);
  const relay = world.allocation.relays[0]!;
  world.fromPeer(relay, bob, 'too early');
  alice.session.permit(bob, world.nowMs);
  alice.say(bob, 'hello');
  alice.say({ address: '192.0.2.8', port: 1 }, 'not permitted');
  world.fromPeer(relay, { ...bob, port: 5_001 }, 'any port of his');
  world.fromPeer(relay, { address: '192.0.2.8', port: 1 }, 'not permitted');
  assert.deepEqual(world.sent, [{ relay, to: bob, text: 'hello' }]);
  assert.deepEqual(alice.heard, ['192.0.2.7:5001 any port of his']);
});

test('RFC 8656 §12: over a channel, padded on a stream', () => {
  for (const transport of ['udp', 'tcp'] as const) {
    const world = new TurnWorld();
    const alice = world.client('alice', 4_000, { transport });
    alice.session.allocate(world.nowMs);
    alice.session.bind(bob, world.nowMs);
    const relay = world.allocation.relays[0]!;
    const seen: Uint8Array[] = [];
    const { receive } = alice.session;
    alice.session.receive = (bytes, nowMs) => {
      seen.push(bytes);
      receive.call(alice.session, bytes, nowMs);
    };
    alice.say(bob, 'hello');
    world.fromPeer(relay, bob, 'world');
    assert.deepEqual([world.sent[0]?.text, alice.heard], ['hello', ['192.0.2.7:5000 world']]);
    assert.deepEqual([isChannelData(seen[0]!), seen[0]!.length], [true, transport === 'udp' ? 9 : 12]);
  }
});

test('RFC 8656 §21.4: addresses inside are no peers, by any way', () => {
  const world = new TurnWorld();
  const alice = world.client('alice', 4_000);
  alice.session.allocate(world.nowMs);
  const inside = { address: '10.0.0.8', port: 80 };
  alice.session.permit(inside, world.nowMs);
  alice.session.bind(inside, world.nowMs);
  alice.say(inside, 'secret');
  assert.deepEqual([alice.refused, world.sent], [[403, 403], []]);
  const shell = { address: '192.0.2.7', port: 22 };
  alice.session.permit(shell, world.nowMs);
  alice.say(shell, 'a port that is not reached');
  alice.session.bind(shell, world.nowMs);
  assert.deepEqual([alice.refused, world.sent], [[403, 403, 403], []]);
});

test('two clients of one server reach each other inside of it', () => {
  const world = new TurnWorld();
  const [alice, carol] = [world.client('alice', 4_000), world.client('carol', 4_001)];
  for (const { session } of [alice, carol]) session.allocate(world.nowMs);
  alice.session.bind(carol.relayed(), world.nowMs);
  alice.say(carol.relayed(), 'not yet');
  carol.session.permit(alice.relayed(), world.nowMs);
  alice.say(carol.relayed(), 'hello');
  carol.say(alice.relayed(), 'hello to you');
  const { address, port } = alice.relayed();
  assert.deepEqual(carol.heard, [`${address}:${port} hello`]);
  assert.equal(alice.heard.length, 1);
  assert.deepEqual(world.sent, [], 'nothing left the server');
});

test('RFC 8656 §3.2: an allocation lives while it is refreshed, with its permissions and channels', () => {
  const world = new TurnWorld();
  const alice = world.client('alice', 4_000);
  alice.session.allocate(world.nowMs);
  alice.session.bind(bob, world.nowMs);
  world.pass(2 * 3_600_000, alice.session);
  alice.say(bob, 'still there, with a nonce that was renewed');
  assert.equal(world.sent.length, 1);
  assert.ok(world.refusals.includes(438));
  world.pass(900_000);
  assert.deepEqual([world.server.allocationCount, world.ended, world.closed.length], [0, ['expired'], 1]);
});

test('an allocation ends at the end of the longest call, and its credential only keeps new ones away', () => {
  const world = new TurnWorld({ maxAgeS: 7_200 });
  const alice = world.client('alice', 4_000, { lifetimeS: 60 });
  alice.session.allocate(world.nowMs);
  world.wallS += 3_600;
  world.pass(7_000_000, alice.session);
  assert.equal(world.server.allocationCount, 1);
  world.pass(300_000, alice.session);
  assert.deepEqual(world.ended, ['expired']);
});

test('RFC 8656 §9, §12: permissions and channels end by themselves', () => {
  const world = new TurnWorld();
  const alice = world.client('alice', 4_000);
  alice.session.allocate(world.nowMs);
  alice.session.bind(bob, world.nowMs);
  const relay = world.allocation.relays[0]!;
  world.pass(299_000);
  world.fromPeer(relay, bob, 'in time');
  world.pass(2_000);
  world.fromPeer(relay, bob, 'too late');
  alice.say(bob, 'too late');
  assert.deepEqual([alice.heard.length, world.sent.length], [1, 0]);
  world.pass(290_000);
  assert.deepEqual([world.server.allocationCount, world.allocation.channelCount], [1, 1]);
  world.nowMs += 15_000;
  world.allocation.sweep(world.nowMs);
  assert.deepEqual([world.allocation.permissionCount, world.allocation.channelCount], [0, 0]);
});

test('quotas: for each user, for all, and so many bytes a second', () => {
  const world = new TurnWorld({ allocationsPerUser: 2, allocations: 3, userBytesPerS: 1_000 });
  const clients = [0, 1, 2].map((port) => world.client('alice', 4_000 + port));
  for (const { session } of clients) session.allocate(world.nowMs);
  const third = clients[2]!.session.state;
  assert.equal(third.kind === 'failed' && third.code, 486);
  const [carol, dave] = [world.client('carol', 5_000), world.client('dave', 5_001)];
  for (const { session } of [carol, dave]) session.allocate(world.nowMs);
  assert.equal(dave.session.state.kind === 'failed' && dave.session.state.code, 508);
  clients[0]!.session.close(world.nowMs);
  assert.deepEqual([world.ended, world.server.allocationCount], [['released'], 2]);
  const again = world.client('alice', 4_003);
  again.session.allocate(world.nowMs);
  again.session.bind(bob, world.nowMs);
  for (let count = 0; count < 20; count++) again.say(bob, 'x'.repeat(100));
  assert.equal(world.sent.length, 10);
  world.pass(500, again.session);
  for (let count = 0; count < 20; count++) again.say(bob, 'x'.repeat(100));
  assert.equal(world.sent.length, 15);
});

test('RFC 8656 §7.2: a request that comes again gets the same answer, another one 437', () => {
  const world = new TurnWorld();
  world.held = [];
  const alice = world.client('alice', 4_000);
  alice.session.allocate(world.nowMs);
  world.pass(1_600, alice.session);
  assert.equal(world.held.length, 1, 'one relay, however often it is asked for');
  const [asked] = world.held;
  world.held = undefined;
  world.open(asked!);
  const { port } = alice.relayed();
  world.server.fromClient(alice.client, asked!.request, world.nowMs);
  assert.equal(alice.relayed().port, port);
  assert.equal(world.server.allocationCount, 1);
});

test('a relay that comes too late, or not at all, leaves nothing behind', () => {
  const world = new TurnWorld();
  world.held = [];
  const alice = world.client('alice', 4_000, { transport: 'tcp' });
  alice.session.allocate(world.nowMs);
  world.server.clientGone(alice.client);
  world.open(world.held.shift()!);
  assert.deepEqual([world.closed.length, world.server.allocationCount], [1, 0]);
  const carol = world.client('carol', 4_001);
  carol.session.allocate(world.nowMs);
  const { allocation, request: bytes } = world.held.shift()!;
  world.server.relaysRefused(allocation, bytes);
  assert.equal(carol.session.state.kind === 'failed' && carol.session.state.code, 508);
  assert.equal(world.server.allocationCount, 0);
});

const codeOf = (answer: Uint8Array) => stunAttribute(answer, 'ERROR-CODE')?.code;

test('RFC 8656 §7.2: an even port, and the one above it for a second allocation', () => {
  const world = new TurnWorld();
  const udp: StunAttribute = ['REQUESTED-TRANSPORT', 17];
  const first = world.ask('alice', 1, STUN_METHODS.allocate, [udp, ['EVEN-PORT', true]]);
  const { port } = stunAttribute(first, 'XOR-RELAYED-ADDRESS')!;
  const token = stunAttribute(first, 'RESERVATION-TOKEN')!;
  assert.equal(port % 2, 0);
  const stolen = world.ask('carol', 2, STUN_METHODS.allocate, [udp, ['RESERVATION-TOKEN', token]]);
  assert.equal(codeOf(stolen), 508);
  const second = world.ask('alice', 3, STUN_METHODS.allocate, [udp, ['RESERVATION-TOKEN', token]]);
  assert.equal(stunAttribute(second, 'XOR-RELAYED-ADDRESS')?.port, port + 1);
  world.ask('alice', 4, STUN_METHODS.allocate, [udp, ['EVEN-PORT', true]]);
  world.pass(31_000);
  assert.equal(world.closed.length, 1, 'a reserved port that nobody takes is closed');
});

test('RFC 8656 §7.2: both families at once, or the one that can be had with the reason', () => {
  const both: StunAttribute[] = [
    ['REQUESTED-TRANSPORT', 17],
    ['ADDITIONAL-ADDRESS-FAMILY', 2],
  ];
  const answer = new TurnWorld().ask('alice', 1, STUN_METHODS.allocate, both);
  assert.equal(stunAttributes(answer, 'XOR-RELAYED-ADDRESS')?.length, 2);
  const one = new TurnWorld({}, [4]).ask('alice', 1, STUN_METHODS.allocate, both);
  assert.equal(stunAttributes(one, 'XOR-RELAYED-ADDRESS')?.length, 1);
  assert.equal(stunAttribute(one, 'ADDRESS-ERROR-CODE')?.code, 440);
});

test('RFC 8656 §7.2: what an Allocate request must not say', () => {
  const udp: StunAttribute = ['REQUESTED-TRANSPORT', 17];
  const token: StunAttribute = ['RESERVATION-TOKEN', new Uint8Array(8)];
  for (const [attributes, code] of [
    [[], 400],
    [[['REQUESTED-TRANSPORT', 6]], 442],
    [[udp, token, ['EVEN-PORT', false]], 400],
    [[udp, token, ['REQUESTED-ADDRESS-FAMILY', 1]], 400],
    [[udp, token], 508],
    [[udp, ['ADDITIONAL-ADDRESS-FAMILY', 1]], 400],
    [[udp, ['DONT-FRAGMENT', true]], 420],
  ] as [StunAttribute[], number][]) {
    const world = new TurnWorld();
    assert.equal(codeOf(world.ask('alice', 1, STUN_METHODS.allocate, attributes)), code);
    assert.equal(world.server.allocationCount, 0);
  }
});

test('what is asked of an allocation that is another’s, or not there', () => {
  const world = new TurnWorld();
  world.ask('alice', 1, STUN_METHODS.allocate, [['REQUESTED-TRANSPORT', 17]]);
  const peer: StunAttribute = ['XOR-PEER-ADDRESS', bob];
  assert.equal(codeOf(world.ask('carol', 1, STUN_METHODS.createPermission, [peer])), 441);
  assert.equal(codeOf(world.ask('alice', 2, STUN_METHODS.createPermission, [peer])), 437);
  assert.equal(codeOf(world.ask('alice', 2, STUN_METHODS.refresh, [])), 437);
  assert.equal(stunAttribute(world.ask('alice', 2, STUN_METHODS.refresh, [['LIFETIME', 0]]), 'LIFETIME'), 0);
  assert.equal(codeOf(world.ask('alice', 1, STUN_METHODS.createPermission, [])), 400);
  const channel: StunAttribute = ['CHANNEL-NUMBER', 0x4000];
  assert.equal(codeOf(world.ask('alice', 1, STUN_METHODS.channelBind, [peer])), 400);
  assert.equal(
    codeOf(world.ask('alice', 1, STUN_METHODS.channelBind, [peer, ['CHANNEL-NUMBER', 0x5000]])),
    400,
  );
  assert.equal(codeOf(world.ask('alice', 1, STUN_METHODS.channelBind, [peer, channel])), undefined);
  const other: StunAttribute = ['XOR-PEER-ADDRESS', { ...bob, port: 1 }];
  assert.equal(codeOf(world.ask('alice', 1, STUN_METHODS.channelBind, [other, channel])), 400);
  assert.equal(
    codeOf(world.ask('alice', 1, STUN_METHODS.channelBind, [peer, ['CHANNEL-NUMBER', 0x4001]])),
    400,
  );
});

test('RFC 8656 §7.2: IPv6 where it can be had', () => {
  const world = new TurnWorld();
  const six = world.client('alice', 4_000, { family: 6 });
  six.session.allocate(world.nowMs);
  assert.match(six.relayed().address, /:/);
  six.session.permit(bob, world.nowMs);
  assert.deepEqual(six.refused, [443], 'an IPv4 peer of an IPv6 relay');
  const only4 = new TurnWorld({}, [4]);
  const refused = only4.client('alice', 4_000, { family: 6 });
  refused.session.allocate(only4.nowMs);
  assert.equal(refused.session.state.kind === 'failed' && refused.session.state.code, 440);
});

test('who may not use the server any more loses what he has; closing ends all', () => {
  const world = new TurnWorld();
  const [alice, carol] = [world.client('alice', 4_000), world.client('carol', 4_001)];
  for (const { session } of [alice, carol]) session.allocate(world.nowMs);
  world.server.endUser('alice');
  assert.deepEqual([world.ended, world.server.allocationCount], [['closed'], 1]);
  world.server.close();
  world.server.close();
  assert.deepEqual([world.ended, world.closed.length], [['closed', 'closed'], 2]);
});

test('a client whose server is silent gives up, and says so', () => {
  const world = new TurnWorld();
  world.held = [];
  const alice = world.client('alice', 4_000);
  alice.session.allocate(world.nowMs);
  world.pass(60_000, alice.session);
  const { state } = alice.session;
  assert.deepEqual(state, { kind: 'failed', code: 0, reason: 'The TURN server does not answer.' });
  assert.equal(alice.session.wakeAtMs, Number.POSITIVE_INFINITY);
});

test('every error is an error response', () => {
  const world = new TurnWorld();
  const stranger = { transport: 'udp', address: '203.0.113.9', port: 7, key: 'stranger' } as const;
  for (const method of [2, STUN_METHODS.refresh, STUN_METHODS.channelBind, STUN_METHODS.createPermission])
    world.server.fromClient(stranger, request(method), world.nowMs);
  assert.deepEqual(
    world.answers.map((bytes) => [stunClass(bytes), stunAttribute(bytes, 'ERROR-CODE')?.code]),
    [400, 401, 401, 401].map((code) => ['error', code]),
  );
});

test('the fuzz target on its seeds', () => {
  const folder = join(import.meta.dirname, '../../..', corpus[0]!);
  for (const name of readdirSync(folder)) fuzz(new Uint8Array(readFileSync(join(folder, name))));
});
