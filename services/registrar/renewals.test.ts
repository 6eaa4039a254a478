import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Renewal, StoredBinding } from './binding.ts';
import { mergeRenewals, Renewals } from './renewals.ts';

function binding(bindingId: string, changes: Partial<StoredBinding> = {}): StoredBinding {
  return {
    bindingId,
    contact: `sip:${bindingId}@192.0.2.1`,
    nodeId: 'n1',
    flowId: 'f1',
    transport: 'udp',
    source: '192.0.2.1:5060',
    userAgent: '',
    deviceId: 'd1',
    priority: 1000,
    registeredAt: 0,
    expiresAt: 1000,
    callId: 'c1',
    sequence: 1,
    ...changes,
  };
}

function renewal(bindingId: string, changes: Partial<Renewal> = {}): Renewal {
  return {
    bindingId,
    nodeId: 'n1',
    flowId: 'f1',
    callId: 'c1',
    sequence: 2,
    expiresAt: 5000,
    ...changes,
  };
}

test('bindings are as the newest refresh leaves them, before and after it is written', () => {
  const renewals = new Renewals();
  renewals.put('alice', renewal('a'));
  renewals.put('alice', renewal('a', { sequence: 3, expiresAt: 6000 }));
  renewals.put('alice', renewal('b', { expiresAt: 4000 }));
  const stored = [binding('a'), binding('b'), binding('c')];
  const times = renewals.merge('alice', stored).map(({ expiresAt, sequence }) => [expiresAt, sequence]);
  assert.deepEqual(times, [
    [6000, 3],
    [4000, 2],
    [1000, 1],
  ]);
  const waiting = renewals.waiting(10);
  assert.deepEqual(renewals.merge('bob', stored), stored);
  renewals.written(waiting);
  assert.equal(renewals.size, 0);
  assert.equal(renewals.merge('alice', stored), stored);
});

test('what comes while others are written waits for the next round', () => {
  const renewals = new Renewals();
  renewals.put('alice', renewal('a'));
  renewals.put('bob', renewal('b'));
  const first = renewals.waiting(1);
  assert.deepEqual(
    first.map(({ userId }) => userId),
    ['alice'],
  );
  renewals.put('alice', renewal('a', { sequence: 3 }));
  renewals.written(first);
  assert.deepEqual(
    renewals.waiting(10).map(({ userId, renewals: held }) => [userId, held.map(({ sequence }) => sequence)]),
    [
      ['bob', [2]],
      ['alice', [3]],
    ],
  );
});

for (const [name, stored] of [
  ['was taken over by another front end', binding('a', { nodeId: 'n2' })],
  ['came again over another connection', binding('a', { flowId: 'f2' })],
  ['has heard of a newer REGISTER', binding('a', { sequence: 9 })],
  ['is another one', binding('z')],
] as const) {
  test(`a refresh changes nothing of a binding that ${name}`, () => {
    const held = [stored];
    assert.equal(mergeRenewals(held, [renewal('a')]), held);
  });
}

test('RFC 3261 §10.3 step 7: with another Call-ID the CSeq does not matter', () => {
  const [merged] = mergeRenewals([binding('a', { callId: 'before', sequence: 9 })], [renewal('a')]);
  assert.deepEqual([merged?.callId, merged?.sequence, merged?.expiresAt], ['c1', 2, 5000]);
});
