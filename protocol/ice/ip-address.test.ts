import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { ipFamily, readIpAddress, writeIpAddress } from './index.ts';

const again = (text: string) => {
  const bytes = new Uint8Array(16);
  const size = writeIpAddress(text, bytes, 0);
  return size === 0 ? undefined : readIpAddress(bytes, 0, size);
};

test('RFC 5952 §4: every spelling becomes the one', () => {
  for (const [text, one] of [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ] as const)
    assert.equal(again(text), one);
});

test('what is no address is refused', () => {
  for (const text of [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1..2.3',
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    'alice.local',
    '1:',
    `${'0'.repeat(64)}::`,
  ])
    assert.equal(ipFamily(text), 0, text);
});

test('Node agrees which texts are addresses', () => {
  const letters = fc.array(fc.constantFrom('0', '1', '255', 'a', 'ffff', ':', '::', '.'), { maxLength: 16 });
  fc.assert(
    fc.property(letters, (some) => {
      const text = some.join('');
      if (text.length <= 64) assert.equal(ipFamily(text), isIP(text), text);
    }),
    { numRuns: 3_000 },
  );
});
