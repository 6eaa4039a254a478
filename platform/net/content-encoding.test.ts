import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { createRequest } from '@parley/protocol/sip';
import { decodeBody } from './content-encoding.ts';

function decoded(body: Uint8Array, encoding?: string) {
  const headers: [string, string][] = encoding === undefined ? [] : [['Content-Encoding', encoding]];
  const read = decodeBody(
    createRequest({ method: 'MESSAGE', uri: 'sip:bob@example.com', headers, body }),
    100,
  );
  return read.ok ? Buffer.from(read.body).toString() : read.status;
}

test('RFC 3261 §20.12: a body is what it was before it was compressed', () => {
  assert.equal(decoded(Buffer.from('Hello')), 'Hello');
  assert.equal(decoded(deflateSync('Hello'), 'deflate'), 'Hello');
  assert.equal(decoded(gzipSync('Hello'), ' GZIP '), 'Hello');
});

test('a body that is not compressed as it says, in a way that nobody knows, or to fill the memory, is refused', () => {
  assert.equal(decoded(Buffer.from('Hello'), 'deflate'), 400);
  assert.equal(decoded(Buffer.from('Hello'), 'rot13'), 415);
  assert.equal(decoded(deflateSync('x'.repeat(1_000_000)), 'deflate'), 400);
});
