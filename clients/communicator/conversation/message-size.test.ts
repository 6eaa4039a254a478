import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_LIMIT_BYTES as CONTRACT_LIMIT_BYTES } from '@parley/services/im/contract';
import { isTooLong, MESSAGE_LIMIT_BYTES } from './message-size.ts';

test('the browser knows the limit of the contract', () => {
  assert.equal(MESSAGE_LIMIT_BYTES, CONTRACT_LIMIT_BYTES);
});

test('the limit counts bytes of UTF-8, not letters', () => {
  assert.ok(!isTooLong('a'.repeat(MESSAGE_LIMIT_BYTES)));
  assert.ok(isTooLong('a'.repeat(MESSAGE_LIMIT_BYTES + 1)));
  assert.ok(!isTooLong('ö'.repeat(MESSAGE_LIMIT_BYTES / 2)));
  assert.ok(isTooLong('ö'.repeat(MESSAGE_LIMIT_BYTES / 2 + 1)));
});
