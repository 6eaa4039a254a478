import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEtag } from './etag.ts';

test('RFC 3903 §11.3.1: an entity tag is a token of bounded length', () => {
  assert.deepEqual(['dx200xyz', '', 'a b', '"a"', 'x'.repeat(257)].map(parseEtag), [
    'dx200xyz',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
