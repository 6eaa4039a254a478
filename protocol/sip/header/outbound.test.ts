import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gruuOf } from './gruu.ts';
import { parseNameAddr } from './name-addr.ts';
import { contactInstance, contactRegId, isOutboundUri } from './outbound.ts';

const contact = (params: string) => parseNameAddr(`<sip:a@b>;${params}`)!;

test('RFC 5626 §4.2.1: a reg-id is between 1 and 2**31-1', () => {
  assert.deepEqual(
    ['reg-id=1', 'reg-id=2147483647', 'reg-id=0', 'reg-id=2147483648', 'reg-id=x', 'reg-id', 'q=1'].map(
      (params) => contactRegId(contact(params)),
    ),
    [1, 2147483647, undefined, undefined, undefined, undefined, undefined],
  );
});

test('RFC 5626 §4.1: an instance is a URN in angle brackets', () => {
  const read = (value: string) => contactInstance(contact(`+sip.instance="${value}"`));
  assert.equal(read('<urn:uuid:1>'), 'urn:uuid:1');
  for (const value of [
    'urn:uuid:1',
    '<uuid:1>',
    '<urn:uuid:1',
    '<urn:uuid: 1>',
    `<urn:${'x'.repeat(1024)}>`,
    '',
  ]) {
    assert.equal(read(value), undefined, value);
  }
});

test('RFC 5626 §4.3, RFC 5627 §3.1: what a URI says of itself', () => {
  assert.deepEqual(['sip:a@b;ob', 'sip:a@b', 'sip:a@b?ob=1', 'tel:+1;ob'].map(isOutboundUri), [
    true,
    false,
    false,
    false,
  ]);
  assert.deepEqual(['sip:a@b;gr=x', 'sip:a@b;gr', 'sip:a@b', 'tel:+1;gr'].map(gruuOf), [
    'x',
    '',
    undefined,
    undefined,
  ]);
});
