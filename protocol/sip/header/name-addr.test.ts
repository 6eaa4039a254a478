import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNameAddr, serializeNameAddr, tagOf } from './name-addr.ts';

for (const [text, displayName, uri, params] of [
  ['"A. G. Bell" <sip:agb@example.com> ;tag=a48s', 'A. G. Bell', 'sip:agb@example.com', { tag: 'a48s' }],
  [
    'sip:+12125551212@server.example.com;tag=887s',
    undefined,
    'sip:+12125551212@server.example.com',
    { tag: '887s' },
  ],
  [
    'Anonymous <sip:c8oqz84zk7z@example.org>;tag=hyh8',
    'Anonymous',
    'sip:c8oqz84zk7z@example.org',
    { tag: 'hyh8' },
  ],
  ['<sip:a@b;lr?x=y>', undefined, 'sip:a@b;lr?x=y', {}],
  ['  Alice  Bell\t<sip:a@b>  ', 'Alice  Bell', 'sip:a@b', {}],
  ['"say \\"hi\\" \\\\"<sip:a@b>', 'say "hi" \\', 'sip:a@b', {}],
  ['"" <sip:a@b>', '', 'sip:a@b', {}],
  ['"<sip:x@y>;tag=1" <sip:a@b>;Tag="q;\\"<"', '<sip:x@y>;tag=1', 'sip:a@b', { tag: 'q;"<' }],
  ['Jürgen <sip:j@b>', 'Jürgen', 'sip:j@b', {}],
  ['<urn:service:sos>', undefined, 'urn:service:sos', {}],
  [
    '<sip:a@b>;+sip.instance="<urn:uuid:1>";q=0.5',
    undefined,
    'sip:a@b',
    { '+sip.instance': '<urn:uuid:1>', q: '0.5' },
  ],
  ['<sip:a@b>;tag=dGFn==', undefined, 'sip:a@b', { tag: 'dGFn==' }],
] as const) {
  test(`20.10: ${text}`, () => {
    const value = parseNameAddr(text);
    assert.deepEqual([value?.displayName, value?.uri], [displayName, uri]);
    assert.deepEqual(Object.fromEntries(value!.params), params);
    // What was read and written again reads the same.
    const again = parseNameAddr(serializeNameAddr(value!));
    assert.deepEqual(
      { ...again, displayName: again?.displayName || undefined },
      { ...value, displayName: displayName || undefined },
    );
  });
}

for (const text of [
  '',
  'alice',
  '<>',
  '< sip:a@b >',
  '<sip:a@b',
  '"alice <sip:a@b>',
  'Bell, Alice <sip:a@b>',
  '<sip:a@b> x',
  '<sip:a@b>;',
  '<sip:a@b>;;tag=1',
  '<sip:a@b>;tag=',
  '<sip:a@b>;tag=1;TAG=2',
  'sip:a@b?x=y',
  'sip:a@b,c',
  '"a" sip:a@b',
  '<sip:a@b>;tag="1',
]) {
  test(`"${text}" is no address`, () => assert.equal(parseNameAddr(text), undefined));
}

test('a tag is found in any case, and only where there is one', () => {
  assert.equal(tagOf('<sip:a@b>;Tag=x'), 'x');
  assert.equal(tagOf('<sip:a@b;tag=no>'), undefined);
  assert.equal(tagOf(undefined), undefined);
});
