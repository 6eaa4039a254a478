import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Voicemail } from './contract.ts';
import { choiceOf, inOrderOfHearing } from './menu.ts';

const message = (voicemailId: string, at: number, more: Partial<Voicemail> = {}): Voicemail => ({
  voicemailId,
  userId: 'alice',
  recordId: 'record',
  from: { address: 'bob@parley.test', name: 'Bob' },
  at,
  durationMs: 5_000,
  bytes: 1,
  heard: false,
  ...more,
});

test('what was not heard comes first, the newest of it first; what was removed is left out', () => {
  const all = [
    message('old', 1),
    message('heard', 5, { heard: true }),
    message('gone', 4, { removedAt: 6 }),
    message('new', 3),
    message('heard before', 2, { heard: true }),
  ];
  assert.deepEqual(
    inOrderOfHearing(all).map(({ voicemailId }) => voicemailId),
    ['new', 'old', 'heard', 'heard before'],
  );
});

test('keys that mean nothing are none', () => {
  assert.deepEqual(['1', '2', '7', '8', '*', '5', '#'].map(choiceOf), [
    'again',
    'next',
    'delete',
    'greeting',
    'back',
    undefined,
    undefined,
  ]);
});
