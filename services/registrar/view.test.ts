import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertViewLaw } from '@parley/platform/bus/testing';
import { aBinding } from './binding-testing.ts';
import type { Binding, Location } from './contract.ts';
import { bindingsAt, deviceBehind, emptyLocations, foldLocation, locationView } from './view.ts';

function location(userId: string, version: number, bindings: Binding[] = []): Location {
  return { userId, address: `${userId}@example.com`, version, bindings };
}

test('old snapshot and events make the fresh snapshot, also when an event comes twice or late', () => {
  const snapshot = [location('alice', 1, [aBinding('a')]), location('bob', 4, [aBinding('b')])];
  const events = [
    location('alice', 2, [aBinding('a'), aBinding('a2')]),
    location('bob', 5),
    location('carol', 1, [aBinding('c')]),
    location('alice', 3, [aBinding('a2')]),
  ];
  const fresh = [
    location('alice', 3, [aBinding('a2')]),
    location('bob', 5),
    location('carol', 1, [aBinding('c')]),
  ];
  assertViewLaw(locationView, snapshot, events, fresh);
});

test('an event that comes after the last binding is gone does not bring it back', () => {
  const state = emptyLocations();
  foldLocation(state, location('bob', 5));
  foldLocation(state, location('bob', 4, [aBinding('b')]));
  assert.deepEqual(bindingsAt(state, 'bob@example.com', 0), []);
});

test('RFC 3261 §16.5: bindings come with the highest q first, and not after their time', () => {
  const state = foldLocation(
    emptyLocations(),
    location('alice', 1, [
      aBinding('low', { priority: 100 }),
      aBinding('over', { expiresAt: 400 }),
      aBinding('high'),
      aBinding('newer', { registeredAt: 5 }),
    ]),
  );
  assert.deepEqual(
    bindingsAt(state, 'Alice@Example.com', 500).map(({ bindingId }) => bindingId),
    ['newer', 'high', 'low'],
  );
});

test('a user whose address changed is found at the new one only', () => {
  const state = foldLocation(emptyLocations(), location('alice', 1, [aBinding('a')]));
  foldLocation(state, { ...location('alice', 2, [aBinding('a')]), address: 'alice.smith@example.com' });
  assert.equal(bindingsAt(state, 'alice@example.com', 0).length, 0);
  assert.equal(bindingsAt(state, 'alice.smith@example.com', 0).length, 1);
});

test('a phone is what it called itself when it registered on that connection; without that, its account', () => {
  const locations = emptyLocations();
  const named = (bindingId: string, flowId: string, instance: string, deviceId = 'd1') =>
    aBinding(bindingId, { flowId, instance, deviceId, userAgent: 'Desk/1' });
  foldLocation(
    locations,
    location('alice', 1, [
      named('a', 'f1', '"<urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6>"'),
      named('b', 'f2', '<urn:uuid:00000000-0000-1000-8000-000000000001>'),
      named('c', 'f3', '<urn:uuid:of-another-account>', 'd2'),
    ]),
  );
  foldLocation(locations, location('bob', 1, [aBinding('plain')]));
  const at = (userId: string, deviceId: string, flowId: string) =>
    deviceBehind(locations, { userId, deviceId }, flowId).deviceId;
  assert.equal(at('alice', 'd1', 'f1'), 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6');
  assert.equal(at('alice', 'd1', 'f2'), 'urn:uuid:00000000-0000-1000-8000-000000000001');
  assert.equal(at('alice', 'd1', 'another'), 'urn:uuid:00000000-0000-1000-8000-000000000001', 'the newest');
  assert.equal(at('bob', 'd1', 'f1'), 'd1');
  assert.equal(at('nobody', 'd9', 'f1'), 'd9');
  const named1 = deviceBehind(locations, { userId: 'alice', deviceId: 'd1' }, 'f1');
  assert.equal(named1.deviceName, 'Desk/1');
});
