// Messages of every form, for the properties.
import fc from 'fast-check';
import { readIpAddress, type StunAttribute, type StunMessage } from '../index.ts';

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const u8 = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const family = fc.constantFrom(1 as const, 2 as const);
const text = (maxBytes: number) =>
  fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .filter((each) => each.isWellFormed() && new TextEncoder().encode(each).length <= maxBytes);
export const ipAddress = fc.oneof(
  bytes(4).map((its) => readIpAddress(its, 0, 4)),
  bytes(16).map((its) => readIpAddress(its, 0, 16)),
);
const address = fc.tuple(ipAddress, u16).map(([its, port]) => ({ address: its, port }));
const errorCode = fc
  .tuple(fc.integer({ min: 300, max: 699 }), text(763))
  .map(([code, reason]) => ({ code, reason }));
const algorithm = fc
  .tuple(u16, bytes(0, 9))
  .map(([number, parameters]) => ({ algorithm: number, parameters }));

const named = <Name extends string, Value>(name: Name, value: fc.Arbitrary<Value>) =>
  value.map((its) => [name, its] as const);

export const stunAttributeValue: fc.Arbitrary<StunAttribute> = fc.oneof(
  named('MAPPED-ADDRESS', address),
  named('USERNAME', text(508)),
  named('ERROR-CODE', errorCode),
  named('UNKNOWN-ATTRIBUTES', fc.array(u16, { maxLength: 9 })),
  named('CHANNEL-NUMBER', u16),
  named('LIFETIME', u32),
  named('XOR-PEER-ADDRESS', address),
  named('DATA', bytes(0, 300)),
  named('REALM', text(763)),
  named('NONCE', text(763)),
  named('XOR-RELAYED-ADDRESS', address),
  named('REQUESTED-ADDRESS-FAMILY', family),
  named('EVEN-PORT', fc.boolean()),
  named('REQUESTED-TRANSPORT', u8),
  named('DONT-FRAGMENT', fc.constant(true as const)),
  named('PASSWORD-ALGORITHM', algorithm),
  named('USERHASH', bytes(32)),
  named('XOR-MAPPED-ADDRESS', address),
  named('RESERVATION-TOKEN', bytes(8)),
  named('PRIORITY', u32),
  named('USE-CANDIDATE', fc.constant(true as const)),
  named('ADDITIONAL-ADDRESS-FAMILY', family),
  named(
    'ADDRESS-ERROR-CODE',
    fc.tuple(errorCode, family).map(([its, of]) => ({ ...its, family: of })),
  ),
  named('PASSWORD-ALGORITHMS', fc.array(algorithm, { maxLength: 4 })),
  named('ALTERNATE-DOMAIN', text(255)),
  named(
    'ICMP',
    fc
      .tuple(fc.integer({ min: 0, max: 127 }), fc.integer({ min: 0, max: 511 }), bytes(4))
      .map(([type, code, data]) => ({ type, code, data })),
  ),
  named('SOFTWARE', text(763)),
  named('ALTERNATE-SERVER', address),
  named('ICE-CONTROLLED', bytes(8)),
  named('ICE-CONTROLLING', bytes(8)),
  fc
    .tuple(fc.integer({ min: 0xc100, max: 0xffff }), bytes(0, 20))
    .map(([type, value]): StunAttribute => [type, value]),
);

export const stunMessage: fc.Arbitrary<StunMessage> = fc
  .tuple(
    fc.constantFrom('request' as const, 'indication' as const, 'success' as const, 'error' as const),
    fc.integer({ min: 0, max: 0xfff }),
    bytes(12),
    fc.array(stunAttributeValue, { maxLength: 12 }),
  )
  .map(([kind, method, transactionId, attributes]) => ({ class: kind, method, transactionId, attributes }));
