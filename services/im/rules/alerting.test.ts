import assert from 'node:assert/strict';
import { test } from 'node:test';
import { whomToAlert } from './alerting.ts';

const people = ['alice', 'bob', 'carol', 'dave'];

test('a message alerts everybody but who wrote it', () => {
  assert.deepEqual(whomToAlert({ senderId: 'alice' }, people), ['bob', 'carol', 'dave']);
});

test('what is told about a group alerts only whom it is about', () => {
  const by = 'alice';
  for (const [kind, userIds, alerted] of [
    ['added', ['carol', 'dave'], ['carol', 'dave']],
    ['removed', ['bob'], ['bob']],
    ['leader', ['bob'], ['bob']],
    ['left', ['alice'], []],
    ['renamed', [], []],
    ['locked', [], []],
  ] as const) {
    const notice = { kind, userIds: [...userIds], by };
    assert.deepEqual(whomToAlert({ senderId: by, notice }, people), alerted, kind);
  }
});
