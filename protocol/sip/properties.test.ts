import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRequest, createResponse } from './build-message.ts';
import { parseNameAddr, serializeNameAddr } from './header/name-addr.ts';
import { parseVia, serializeVia } from './header/via.ts';
import type { SipMessage } from './message.ts';
import { corpus as folders, fuzz } from './parser.fuzz.ts';
import { parseMessage } from './parser.ts';
import { serializeMessage } from './serializer.ts';
import { createStreamFramer } from './stream-framer.ts';

const root = join(import.meta.dirname, '../..');
const corpus = folders.flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => new Uint8Array(readFileSync(join(root, folder, name)))),
);

const token = fc.stringMatching(/^[a-zA-Z0-9.!%*_+`'~-]{1,12}$/);
/** Any text that may stand in a header field: no line ends, no NUL, no lone surrogates, no space at the ends. */
const value = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((text) => text.replace(/[\r\n\0]/g, '').replace(/^[ \t]+|[ \t]+$/g, ''));
const headers = fc.array(
  fc.tuple(
    token.filter((name) => !/^(?:l|content-length)$/i.test(name)),
    value,
  ),
  { maxLength: 20 },
);
const body = fc.uint8Array({ maxLength: 200 });
const params = fc
  .array(
    fc.tuple(
      token.map((name) => name.toLowerCase()),
      fc.option(value, { nil: undefined }),
    ),
    { maxLength: 4 },
  )
  .map((entries) => new Map(entries));
const uri = fc.tuple(token, token).map(([user, host]) => `sip:${user}@${host.replace(/[^a-zA-Z0-9]/g, 'x')}`);

const message: fc.Arbitrary<SipMessage> = fc.oneof(
  fc.record({ method: token, uri, headers, body }).map(createRequest),
  fc.record({ status: fc.integer({ min: 100, max: 699 }), reason: value, headers, body }).map(createResponse),
);

function describe(parsed: SipMessage) {
  const entries = [...parsed.headers.entries()].filter(([name]) => name !== 'Content-Length');
  return { ...parsed, headers: entries, body: [...parsed.body] };
}

test('a message that was written is read as the same message', () => {
  fc.assert(
    fc.property(message, (original) => {
      const parsed = parseMessage(serializeMessage(original));
      assert(parsed.ok, JSON.stringify(parsed));
      assert.deepEqual(describe(parsed.message), describe(original));
    }),
  );
});

test('an address that was written is read as the same address', () => {
  const displayName = value.map((text) => text || undefined);
  fc.assert(
    fc.property(fc.record({ displayName, uri, params }, { noNullPrototype: true }), (original) => {
      assert.deepEqual(parseNameAddr(serializeNameAddr(original)), original);
    }),
  );
});

test('a Via that was written is read as the same Via', () => {
  const transport = fc.constantFrom('UDP', 'TCP', 'TLS', 'WS', 'WSS');
  const host = fc.oneof(
    fc.domain(),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
  );
  const port = fc.integer({ min: 0, max: 65_535 });
  fc.assert(
    fc.property(fc.record({ transport, host, port, params }, { noNullPrototype: true }), (original) => {
      assert.deepEqual(parseVia(serializeVia(original)), original);
    }),
  );
});

test('messages in a stream are the same however it is cut', () => {
  const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), cuts, (messages, sizes) => {
      const stream = Buffer.concat(messages.map(serializeMessage));
      const framer = createStreamFramer();
      const read: SipMessage[] = [];
      for (let at = 0, i = 0; at < stream.length; at += sizes[i++ % sizes.length]!) {
        for (const framed of framer.push(stream.subarray(at, at + sizes[i % sizes.length]!))) {
          assert(framed.kind === 'message', JSON.stringify(framed));
          read.push(framed.message);
        }
      }
      assert.deepEqual(read.map(describe), messages.map(describe));
      assert.equal(framer.pendingBytes, 0);
    }),
  );
});

test('the corpus breaks no invariant', () => {
  for (const bytes of corpus) fuzz(bytes);
});

test('no bytes break an invariant', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fuzz));
});

test('no mutation of the corpus breaks an invariant', () => {
  const edit = fc.record({
    at: fc.nat(),
    remove: fc.nat(12),
    insert: fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc
        .constantFrom(
          '\r\n',
          '\r\n ',
          '\r\n\r\n',
          '"',
          '\\',
          '<',
          '>',
          ';',
          ',',
          '=',
          ':',
          ' ',
          '%',
          '\0',
          'l: 1\r\n',
          '%e2%82',
        )
        .map((text) => new TextEncoder().encode(text)),
    ),
  });
  const mutated = fc
    .tuple(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 6 }))
    .map(([seed, edits]) => {
      let bytes = seed;
      for (const { at, remove, insert } of edits) {
        const from = at % (bytes.length + 1);
        bytes = new Uint8Array([...bytes.subarray(0, from), ...insert, ...bytes.subarray(from + remove)]);
      }
      return bytes;
    });
  fc.assert(fc.property(mutated, fuzz), { numRuns: 400 });
});
