import assert from 'node:assert/strict';
import { test } from 'node:test';
import { machineUse } from './machine-use.ts';

const NOW = 1_000_000_000;

test('a minute without a touch is told, with how long it is', () => {
  assert.deepEqual(machineUse({ lastInputMs: NOW - 59_000, isLocked: false }, NOW), { machine: 'active' });
  assert.deepEqual(machineUse({ lastInputMs: NOW - 60_000, isLocked: false }, NOW), {
    machine: 'idle',
    idleS: 60,
  });
});

test('a locked screen is told at once', () => {
  assert.deepEqual(machineUse({ lastInputMs: NOW, isLocked: true }, NOW), { machine: 'locked', idleS: 0 });
});

test('a clock that was set back makes nobody idle', () => {
  assert.deepEqual(machineUse({ lastInputMs: NOW + 3_600_000, isLocked: false }, NOW), { machine: 'active' });
});
