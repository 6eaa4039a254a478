import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipParseError } from './message.ts';
import { parseMessage } from './parser.ts';

const encode = (text: string) => new TextEncoder().encode(text.replaceAll('\n', '\r\n'));
const REQUEST = `MESSAGE sip:bob@example.com SIP/2.0
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1
From: <sip:alice@example.com>;tag=1
To: <sip:bob@example.com>
Call-ID: 1
CSeq: 1 MESSAGE
`;

function parse(text: string) {
  const result = parseMessage(encode(text));
  assert(result.ok, JSON.stringify(result));
  return result.message;
}

function refuse(bytes: Uint8Array): SipParseError {
  const result = parseMessage(bytes);
  assert(!result.ok);
  return result;
}

test('7.5: empty lines before the start line are passed over', () => {
  assert.equal(parse(`\n\n${REQUEST}\n`).kind, 'request');
});

test('18.3: bytes behind Content-Length are dropped, without it the body is the rest', () => {
  assert.equal(new TextDecoder().decode(parse(`${REQUEST}Content-Length: 2\n\nhello`).body), 'he');
  assert.equal(new TextDecoder().decode(parse(`${REQUEST}\nhello`).body), 'hello');
  assert.equal(parse(`${REQUEST}l: 0\n\nhello`).body.length, 0);
});

test('a body is a copy: the buffer may be used again', () => {
  const bytes = encode(`${REQUEST}\nhello`);
  const result = parseMessage(bytes);
  bytes.fill(0);
  assert(result.ok);
  assert.equal(new TextDecoder().decode(result.message.body), 'hello');
});

test('7.3.1: a folded line is one space', () => {
  assert.equal(parse(`${REQUEST}Subject: a  \n \t b\n  c  d \n\n`).headers.get('Subject'), 'a b c  d');
});

test('text that is not UTF-8 is read as Windows-1252', () => {
  const bytes = encode(`${REQUEST}Subject: J#rgen\n\n`);
  bytes[bytes.indexOf(0x23)] = 0xfc;
  const result = parseMessage(bytes);
  assert(result.ok);
  assert.equal(result.message.headers.get('Subject'), 'Jürgen');
});

test('no answer is possible to what is no SIP, to a response, or without Via', () => {
  for (const text of [
    '',
    '\n',
    'jaK',
    'GET / HTTP/1.1\nHost: a\n\n',
    'SIP/2.0 2000 OK\n\n',
    'OPTIONS sip:a SIP/2.0\nx\n\n',
  ]) {
    assert.equal(refuse(encode(text)).status, undefined, text);
  }
  assert.equal(refuse(new Uint8Array(4)).status, undefined);
});

test('17.1.1.3: an ACK that cannot be read gets no answer', () => {
  const ack = REQUEST.replace('MESSAGE', 'ACK');
  assert.equal(refuse(encode(`${ack}: x\n\n`)).status, undefined);
});

test('an error says where it was seen and keeps what an answer needs', () => {
  const head = REQUEST.replace('Call-ID', 'Subject: ü\nCall-ID');
  const error = refuse(encode(`${head}bad header\nContent-Length: 0\n\n`));
  assert.deepEqual([error.status, error.offset], [400, encode(head).length]);
  assert.equal(error.partial?.headers.get('Call-ID'), '1');
});

for (const [name, line] of [
  ['no colon', 'Subject hello'],
  ['no name', ': hello'],
  ['a space in the name', 'Sub ject: hello'],
  ['a bare CR', 'Subject: a\rb'],
  ['a bare CR at the end', 'Subject: a\r'],
  ['a bare CR in a folded line', 'Subject: a\n b\r'],
  ['a NUL', 'Subject: a\0b'],
  ['a second Content-Length', 'Content-Length: 0\nContent-Length: 0'],
  ['a Content-Length that is no number', 'Content-Length: 1e3'],
] as const) {
  test(`a header with ${name} is 400`, () =>
    assert.equal(refuse(encode(`${REQUEST}${line}\n\n`)).status, 400));
}

test('a bare LF is no line end', () => {
  const bytes = new TextEncoder().encode(`${REQUEST.replaceAll('\n', '\r\n')}Subject: a\nb: c\r\n\r\n`);
  assert.equal(refuse(bytes).status, 400);
});

test('bounds: a large message and a long header are 513, a long Request-URI is 414, each with what an answer needs', () => {
  const long = 'x'.repeat(9_000);
  const cases: [string, number][] = [
    [`${REQUEST}\n${'x'.repeat(70_000)}`, 513],
    [`${REQUEST}Subject: ${long}\n\n`, 513],
    [`${REQUEST}${'A: 1\n'.repeat(300)}\n`, 513],
    [`${REQUEST.replace('bob@', `${long}@`)}\n`, 414],
  ];
  for (const [text, status] of cases) {
    const error = refuse(encode(text));
    assert.equal(error.status, status);
    assert.equal(error.partial?.headers.get('Call-ID'), '1');
  }
});

test('7.2: a status line may lack the space before an empty reason', () => {
  const message = parse(`${REQUEST.replace(/^.*/, 'SIP/2.0 200')}\n`);
  assert(message.kind === 'response');
  assert.deepEqual([message.status, message.reason], [200, '']);
});
