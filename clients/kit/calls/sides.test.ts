import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallSide } from '@parley/services/calls/contract';
import { emptyState } from '../live/live-state.ts';
import { applyCall, callIn, incomingOf, ongoingOf, sidesById } from './sides.ts';

const HERE = { kind: 'window', id: 'w1', name: 'Chromium' } as const;

function side(sideId: string, change: Partial<CallSide> = {}): CallSide {
  return {
    sideId,
    recordId: `record-${sideId}`,
    userId: 'alice',
    direction: 'in',
    state: 'ringing',
    other: { userId: 'bob', address: 'bob@parley.test', name: 'Bob' },
    device: null,
    video: false,
    screen: false,
    heldByMe: false,
    heldByOther: false,
    isDirect: true,
    startedAt: 1000,
    version: 1,
    ...change,
  };
}
const fold = (...sides: CallSide[]) => sides.reduce(applyCall, emptyState);

test('a call rings until somebody takes it, on whichever device, and is gone when it has ended', () => {
  const rings = fold(side('one'));
  assert.equal(incomingOf(rings.calls).length, 1);
  const taken = applyCall(rings, side('one', { state: 'connected', device: HERE, version: 2 }));
  assert.deepEqual([incomingOf(taken.calls).length, ongoingOf(taken.calls).length], [0, 1]);
  const over = applyCall(taken, side('one', { state: 'ended', version: 3 }));
  assert.deepEqual(over.calls, {});
});

test('an older version changes nothing', () => {
  const now = fold(side('one', { version: 5, state: 'connected', device: HERE }));
  assert.equal(applyCall(now, side('one', { version: 4 })), now);
});

test('the snapshot and the events tell the same', () => {
  const sides = [side('one'), side('two', { startedAt: 500 }), side('three', { state: 'ended' })];
  assert.deepEqual(sidesById(sides), fold(...sides).calls);
  assert.deepEqual(
    incomingOf(sidesById(sides)).map(({ sideId }) => sideId),
    ['two', 'one'],
  );
});

test('a conversation shows the call of its two people', () => {
  const busy = { state: 'connected', device: HERE } as const;
  const { calls } = fold(
    side('number', { ...busy, other: { address: '+4989123456', name: '+49 89 123456' } }),
    side('bob', busy),
  );
  assert.equal(callIn(calls, 'c1', 'bob')?.sideId, 'bob');
  assert.equal(callIn(calls, 'c1', 'carol'), undefined);
  assert.equal(callIn(calls, 'c1', undefined), undefined);
  const named = fold(side('bob', { ...busy, conversationId: 'c7' })).calls;
  assert.equal(callIn(named, 'c7', undefined)?.sideId, 'bob');
});
