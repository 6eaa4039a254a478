import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullAddress } from './full-address.ts';

test('a name alone means somebody of this server', () => {
  assert.equal(fullAddress(' alice ', 'example.org'), 'alice@example.org');
  assert.equal(fullAddress('alice@other.org', 'example.org'), 'alice@other.org');
  assert.equal(fullAddress('sip:alice@example.org', 'example.org'), 'alice@example.org');
  assert.equal(fullAddress('', 'example.org'), '');
});
