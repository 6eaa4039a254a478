import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSipfrag, serializeSipfrag } from './sipfrag.ts';

const encode = (text: string) => new TextEncoder().encode(text.replaceAll('\n', '\r\n'));
const read = (text: string) => {
  const fragment = parseSipfrag(encode(text));
  if (fragment === undefined) return undefined;
  const { startLine, headers, body } = fragment;
  const start =
    startLine?.kind === 'request' ? startLine.method : startLine && `${startLine.status} ${startLine.reason}`;
  return [start, [...headers.entries()].map(([name]) => name), new TextDecoder().decode(body)];
};

test('RFC 3420 §2.1: a start line, header fields and a body, each of which may be absent', () => {
  assert.deepEqual(read('SIP/2.0 100 Trying'), ['100 Trying', [], '']);
  assert.deepEqual(read('SIP/2.0 603 Declined\n'), ['603 Declined', [], '']);
  assert.deepEqual(read('INVITE sip:a@b SIP/2.0\nFrom: <sip:c@d>\n'), ['INVITE', ['From'], '']);
  assert.deepEqual(read('From: <sip:c@d>\nt: <sip:\n e@f>'), [undefined, ['From', 't'], '']);
  assert.deepEqual(read('From: <sip:c@d>\n\nbody\n'), [undefined, ['From'], 'body\r\n']);
  assert.deepEqual(read('SIP/2.0 200 OK\n\nbody'), ['200 OK', [], 'body']);
  assert.deepEqual(read('\nbody'), [undefined, [], 'body']);
  assert.deepEqual(read(''), [undefined, [], '']);
});

test('a field that looks like a request line is a field', () => {
  assert.deepEqual(read('Subject : for SIP/2.0\n'), [undefined, ['Subject'], '']);
});

for (const text of [
  'hello',
  'SIP/2.0 999 OK',
  'SIP/3.0 200 OK',
  'From',
  ' folded: x',
  'INVITE a b c SIP/2.0',
]) {
  test(`"${text}" is no fragment`, () => assert.equal(read(text), undefined));
}

test('fragments are bounded', () => assert.equal(read(`From: ${'x'.repeat(70_000)}`), undefined));

test('it is written as it is read', () => {
  const text = encode('SIP/2.0 200 OK\nTo: <sip:a@b>\n\nbody');
  assert.deepEqual(serializeSipfrag(parseSipfrag(text)!), text);
});
