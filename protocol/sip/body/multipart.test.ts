import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '../header-list.ts';
import { multipartBoundary, parseMultipart, serializeMultipart } from './multipart.ts';

const encode = (text: string) => new TextEncoder().encode(text.replaceAll('\n', '\r\n'));
const read = (text: string, boundary = 'b'): (string | undefined)[][] | undefined =>
  parseMultipart(encode(text), boundary)?.map(({ headers, body }) => [
    headers.get('Content-Type'),
    new TextDecoder().decode(body),
  ]);

test('RFC 2046 §5.1.1: the boundary is a parameter of Content-Type', () => {
  assert.equal(multipartBoundary('multipart/mixed;boundary="a b"'), 'a b');
  assert.equal(multipartBoundary('Multipart/Alternative; Boundary=x'), 'x');
  for (const text of [
    undefined,
    'application/sdp;boundary=x',
    'multipart/mixed',
    'multipart/mixed;boundary=""',
    'multipart/mixed;boundary="x "',
    'multipart/mixed;boundary="x\\"y"',
    `multipart/mixed;boundary=${'x'.repeat(71)}`,
  ]) {
    assert.equal(multipartBoundary(text), undefined, String(text));
  }
});

test('RFC 2046 §5.1.1: parts with fields, without fields, without a body', () => {
  assert.deepEqual(read('--b\nContent-Type: text/plain\n\none\n--b\n\ntwo\n\n--b\nc: a/b\n--b--'), [
    ['text/plain', 'one'],
    [undefined, 'two\r\n'],
    ['a/b', ''],
  ]);
});

test('RFC 2046 §5.1.1: what stands before the first boundary and behind the last means nothing', () => {
  assert.deepEqual(read('hello --b\n--b \t\n\none\n--b--  \nbye\n--b\n'), [[undefined, 'one']]);
});

test('RFC 2046 §5.1.1: a line that only begins like the boundary is part of the body', () => {
  assert.deepEqual(read('--b\n\n--bb\n --b\n--b--'), [[undefined, '--bb\r\n --b']]);
});

test('a multipart in a multipart is a part like others', () => {
  const inner = '--in\n\none\n--in--\n';
  const [part] = read(`--b\nContent-Type: multipart/mixed;boundary=in\n\n${inner}\n--b--`)!;
  assert.deepEqual(read(part![1]!.replaceAll('\r\n', '\n'), 'in'), [[undefined, 'one']]);
});

for (const text of [
  '',
  'no boundary',
  '--b',
  '--b--',
  '--b\n\none',
  '--b\n\none\n--b x\n',
  '--b\nno field\n\none\n--b--',
  '--b\n folded\n\none\n--b--',
]) {
  test(`${JSON.stringify(text)} is no multipart body`, () => assert.equal(read(text), undefined));
}

test('parts are bounded', () => {
  assert.equal(read(`${'--b\n\nx\n'.repeat(32)}--b--`)?.length, 32);
  assert.equal(read(`${'--b\n\nx\n'.repeat(33)}--b--`), undefined);
});

test('a boundary that stands in a part is our own fault', () => {
  for (const text of ['one\n--b\n', '--b', 'one\n--b--']) {
    const part = { headers: createHeaderFields(), body: encode(text) };
    assert.throws(() => serializeMultipart([part], 'b'), TypeError, text);
  }
  const part = { headers: createHeaderFields(), body: encode('one\n--bb\n') };
  assert.doesNotThrow(() => serializeMultipart([part], 'b'));
  assert.throws(() => serializeMultipart([], 'b\r\n'), TypeError);
});
