import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteRange } from './byte-range.ts';

test('a player gets the bytes that it asks for, as far as there are any', () => {
  assert.deepEqual(byteRange('bytes=0-', 100), { from: 0, to: 99 });
  assert.deepEqual(byteRange('bytes=10-19', 100), { from: 10, to: 19 });
  assert.deepEqual(byteRange('bytes=90-500', 100), { from: 90, to: 99 });
  assert.deepEqual(byteRange('bytes=-30', 100), { from: 70, to: 99 });
  assert.deepEqual(byteRange('bytes=-300', 100), { from: 0, to: 99 });
  assert.equal(byteRange('bytes=100-', 100), 'beyond');
  assert.equal(byteRange('bytes=-0', 100), 'beyond');
});

test('what is no single range of bytes is answered with all of it', () => {
  for (const asked of [undefined, '', 'bytes=-', 'bytes=5-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=a-b'])
    assert.equal(byteRange(asked, 100), undefined, String(asked));
});
