import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IceLiteAgent, localCredentials } from '../index.ts';
import { nodeHashes } from '../node-hashes.ts';
import { type NatKind, NatWorld } from '../testing/nat-world.ts';

const kinds: readonly NatKind[] = ['open', 'full-cone', 'restricted', 'port-restricted', 'symmetric'];
const end = (nat: NatKind, controlling: boolean, hasRelay = false) => ({ nat, controlling, hasRelay });

/** RFC 4787 §4.1: which NATs let two ends through to each other without a relay. */
function hasPath(a: NatKind, b: NatKind): boolean {
  const isHard = (nat: NatKind) => nat === 'symmetric' || nat === 'port-restricted';
  return !((a === 'symmetric' && isHard(b)) || (b === 'symmetric' && isHard(a)));
}

function used(world: NatWorld) {
  return world.ends.map(({ output }) => output?.selected);
}

for (const a of kinds)
  for (const b of kinds)
    test(`${a} and ${b}: ${hasPath(a, b) ? 'a way is found' : 'both say that there is none'}`, () => {
      const world = new NatWorld({ ends: [end(a, true), end(b, false)], loss: 0, jitterMs: 20, seed: 7 });
      world.exchange();
      world.run(60_000, () => world.isConnected);
      if (hasPath(a, b)) assert.ok(world.isConnected && world.nowMs < 4_000, `${world.nowMs} ms`);
      else
        assert.deepEqual(
          world.ends.map(({ output }) => output?.state),
          ['failed', 'failed'],
        );
      assert.ok(world.isPaced);
    });

test('where a way exists the ends find it, through loss and disorder, both in the same role too, at the pace', () => {
  fc.assert(
    fc.property(
      fc.record({
        nats: fc.tuple(fc.constantFrom(...kinds), fc.constantFrom(...kinds)),
        relays: fc.tuple(fc.boolean(), fc.boolean()),
        roles: fc.tuple(fc.boolean(), fc.boolean()),
        loss: fc.constantFrom(0, 0.1, 0.25),
        jitterMs: fc.constantFrom(0, 30, 200),
        seed: fc.nat(),
      }),
      ({ nats, relays, roles, loss, jitterMs, seed }) => {
        const ends = [end(nats[0], roles[0], relays[0]), end(nats[1], roles[1], relays[1])] as const;
        const world = new NatWorld({ ends, loss, jitterMs, seed });
        world.exchange();
        world.run(60_000, () => world.isConnected);
        if (hasPath(...nats) || relays[0] || relays[1]) assert.ok(world.isConnected, `${world.nowMs} ms`);
        assert.ok(world.isPaced);
        const [one, other] = world.ends.map(({ agent }) => agent.controlling);
        if (world.isConnected) assert.notEqual(one, other);
      },
    ),
    { numRuns: 150 },
  );
});

test('RFC 8445 §8.1.1: the better way is taken, the relay only where nothing else is', () => {
  const direct = new NatWorld({
    ends: [end('restricted', true, true), end('full-cone', false, true)],
    loss: 0,
    jitterMs: 5,
    seed: 3,
  });
  direct.exchange();
  direct.run(10_000, () => direct.isConnected);
  assert.ok(
    used(direct).every(
      (pair) => pair !== undefined && pair.local.type !== 'relay' && pair.remote.type !== 'relay',
    ),
  );
  const relayed = new NatWorld({
    ends: [end('symmetric', true, true), end('symmetric', false)],
    loss: 0,
    jitterMs: 5,
    seed: 3,
  });
  relayed.exchange();
  relayed.run(10_000, () => relayed.isConnected);
  assert.equal(used(relayed)[0]?.local.type, 'relay');
  assert.equal(used(relayed)[1]?.remote.type, 'relay');
});

test('RFC 7675 §5.1: consent is asked for about every five seconds, and ends after thirty without an answer', () => {
  const world = new NatWorld({
    ends: [end('open', true), end('full-cone', false)],
    loss: 0,
    jitterMs: 5,
    seed: 1,
  });
  world.exchange();
  world.run(10_000, () => world.isConnected);
  const [first] = world.ends;
  const before = first.sentAtMs.length;
  world.run(60_000);
  const asked = first.sentAtMs.length - before;
  assert.ok(world.isConnected && asked >= 9 && asked <= 16, `${asked} in a minute`);
  world.isCut = true;
  world.run(29_000);
  world.run(10_000, () => first.output?.state === 'disconnected');
  assert.equal(first.output?.state, 'disconnected');
  world.isCut = false;
  world.run(10_000, () => world.isConnected);
  assert.ok(world.isConnected, 'it is back');
  world.isCut = true;
  world.run(90_000);
  assert.equal(first.output?.state, 'failed');
  assert.equal(first.output?.wakeAtMs, Number.POSITIVE_INFINITY);
});

test('RFC 8445 §9: a restart finds a way anew, and the old one stays until then', () => {
  const world = new NatWorld({
    ends: [end('open', true), end('full-cone', false)],
    loss: 0,
    jitterMs: 5,
    seed: 1,
  });
  world.exchange();
  world.run(10_000, () => world.isConnected);
  for (const each of world.ends) each.agent.restart(each.ufrag, each.pwd);
  world.exchange();
  assert.ok(used(world).every((pair) => pair !== undefined));
  assert.equal(world.isConnected, false);
  world.run(10_000, () => world.isConnected);
  assert.ok(world.isConnected);
});

test('RFC 8445 §2.5: a full agent and a lite one', () => {
  const world = new NatWorld({
    ends: [end('port-restricted', true), end('open', false)],
    loss: 0,
    jitterMs: 5,
    seed: 5,
  });
  const [full, stand] = world.ends;
  const lite = new IceLiteAgent(localCredentials(stand.ufrag, stand.pwd, nodeHashes));
  const { handle } = stand.agent;
  stand.agent.handle = (event, nowMs) => {
    const output = {
      send: [],
      wakeAtMs: Number.POSITIVE_INFINITY,
      state: 'new',
      selected: undefined,
    } as const;
    if (event.kind !== 'datagram') return output;
    const bytes = lite.receive(event.bytes, event.from, nowMs);
    return bytes === undefined ? output : { ...output, send: [{ from: event.at, to: event.from, bytes }] };
  };
  assert.ok(handle);
  world.exchange();
  world.run(10_000, () => full.output?.state === 'connected');
  assert.equal(full.output?.state, 'connected');
  assert.deepEqual([lite.isNominated, lite.hasConsent(world.nowMs)], [true, true]);
  assert.equal(lite.selected?.address, '198.51.100.1');
  world.isCut = true;
  world.run(31_000);
  assert.equal(lite.hasConsent(world.nowMs), false);
});
