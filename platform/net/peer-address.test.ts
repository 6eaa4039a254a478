import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressSet, parsePeerAddress } from './peer-address.ts';

const rows: readonly [text: string, expected: ReturnType<typeof parsePeerAddress>][] = [
  ['192.0.2.10', { kind: 'host', host: '192.0.2.10' }],
  ['192.0.2.10:5070', { kind: 'host', host: '192.0.2.10', port: 5070 }],
  ['192.0.2.0/24', { kind: 'network', address: '192.0.2.0', prefix: 24 }],
  ['2001:db8::1', { kind: 'host', host: '2001:db8::1' }],
  ['[2001:db8::1]:5061', { kind: 'host', host: '2001:db8::1', port: 5061 }],
  ['[2001:db8::1]', { kind: 'host', host: '2001:db8::1' }],
  ['2001:db8::/32', { kind: 'network', address: '2001:db8::', prefix: 32 }],
  ['sip.example.com', { kind: 'host', host: 'sip.example.com' }],
  ['kamailio:5060', { kind: 'host', host: 'kamailio', port: 5060 }],
  ['192.0.2.0/33', undefined],
  ['2001:db8::/129', undefined],
  ['192.0.2.256', undefined],
  ['192.0.2', undefined],
  ['sip.example.com/24', undefined],
  ['sip.example.com:0', undefined],
  ['sip.example.com:70000', undefined],
  ['sip:sip.example.com', undefined],
  ['[192.0.2.1]', undefined],
  ['two words', undefined],
  ['', undefined],
];

for (const [text, expected] of rows) {
  test(`"${text}" is ${expected === undefined ? 'refused' : `a ${expected.kind}`}`, () => {
    assert.deepEqual(parsePeerAddress(text), expected);
  });
}

test('a set knows its addresses and networks of both families', () => {
  const set = new AddressSet();
  set.addNetwork('192.0.2.0', 24);
  set.addNetwork('2001:db8::', 32);
  set.addAddress('198.51.100.7');
  set.addAddress('not an address');
  for (const inside of ['192.0.2.200', '2001:db8:1::9', '198.51.100.7', '2001:db8::1%eth0'])
    assert.ok(set.has(inside), inside);
  for (const outside of ['192.0.3.1', '2001:db9::1', '198.51.100.8', 'not an address'])
    assert.ok(!set.has(outside), outside);
});
