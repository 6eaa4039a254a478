import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStreamFramer, type Framed, type StreamFramerOptions } from './stream-framer.ts';

const encode = (text: string) => new TextEncoder().encode(text.replaceAll('\n', '\r\n'));
const message = (fields: string, body = '') => `MESSAGE sip:bob@example.com SIP/2.0
Via: SIP/2.0/TCP 192.0.2.1;branch=z9hG4bK1
CSeq: 1 MESSAGE
${fields}
${body}`;
const HELLO = message('Content-Length: 5\n', 'hello');

function frame(text: string, options?: StreamFramerOptions): readonly Framed[] {
  return createStreamFramer(options).push(encode(text));
}
const kinds = (framed: readonly Framed[]) => framed.map(({ kind }) => kind);

test('18.3: Content-Length says where the next message begins', () => {
  const framed = frame(`${HELLO}${HELLO}`);
  assert.deepEqual(kinds(framed), ['message', 'message']);
  assert(framed[1]?.kind === 'message');
  assert.equal(new TextDecoder().decode(framed[1].message.body), 'hello');
});

test('RFC 5626 §4.4.1: a double CRLF is a keep-alive, a single one is nothing', () => {
  assert.deepEqual(kinds(frame(`\n\n${HELLO}\n${HELLO}\n\n\n\n`)), [
    'keep-alive',
    'message',
    'message',
    'keep-alive',
    'keep-alive',
  ]);
});

test('the same bytes give the same events one by one', () => {
  const bytes = encode(`\n\n${HELLO}\n${message('Broken\nContent-Length: 1\n', 'x')}${HELLO}\n\n`);
  const framer = createStreamFramer();
  const single = [...bytes].flatMap((byte) => framer.push(Uint8Array.of(byte)));
  assert.deepEqual(kinds(single), ['keep-alive', 'message', 'malformed', 'message', 'keep-alive']);
  assert.equal(framer.pendingBytes, 0);
});

test('a chunk may be used again once push returns', () => {
  const framer = createStreamFramer();
  const first = encode(HELLO.slice(0, 40));
  framer.push(first);
  first.fill(0);
  assert.deepEqual(kinds(framer.push(encode(HELLO).subarray(first.length))), ['message']);
});

test('a half message is counted as pending', () => {
  const framer = createStreamFramer();
  framer.push(encode(HELLO.slice(0, 20)));
  assert.equal(framer.pendingBytes, encode(HELLO.slice(0, 20)).length);
});

test('a malformed message is answered and the stream goes on', () => {
  const [first, second] = frame(`${message('Bad\nl: 0\n')}${HELLO}`);
  assert(first?.kind === 'malformed');
  assert.equal(first.error.status, 400);
  assert.equal(second?.kind, 'message');
});

for (const [name, text, status] of [
  ['no Content-Length (20.14)', message(''), 400],
  ['a malformed Content-Length', message('Content-Length: x\n'), 400],
  ['a body over the bound', message('Content-Length: 999999999999\n'), 513],
  ['a header over the bound', message(`Subject: ${'x'.repeat(3_000)}\nContent-Length: 0\n`), 513],
  ['an endless header', message(`Subject: ${'x'.repeat(3_000)}`), 513],
  ['another protocol', 'GET / HTTP/1.1\nHost: a\n\n', undefined],
  ['no text at all', '\u0016\u0003\u0001', undefined],
] as const) {
  test(`${name} ends the stream${status === undefined ? '' : ` with ${status}`}`, () => {
    const framer = createStreamFramer({ maxHeaderBytes: 2_000, maxBodyBytes: 2_000 });
    const framed = framer.push(encode(`${text}${HELLO}`));
    assert.deepEqual(kinds(framed), ['broken']);
    assert(framed[0]?.kind === 'broken');
    assert.equal(framed[0].error.status, status);
    assert.deepEqual(framer.push(encode(HELLO)), []);
    assert.equal(framer.pendingBytes, 0);
  });
}
