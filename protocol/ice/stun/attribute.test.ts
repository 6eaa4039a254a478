import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildNonce,
  buildStun,
  buildStunError,
  checkStun,
  longTermKey,
  opaqueString,
  parseStun,
  STUN_ATTRIBUTES,
  STUN_METHODS,
  type StunAttribute,
  sameAlgorithms,
  securityFeatures,
  shortTermKey,
  stunAttribute,
  stunAttributeName,
  unknownAttributes,
  verifyIntegrity,
} from '../index.ts';
import { nodeHashes } from '../node-hashes.ts';
import { hex, toHex } from '../testing/hex.ts';

const transactionId = new Uint8Array(12).fill(1);
const bytesOf = (...attributes: StunAttribute[]) =>
  buildStun({ class: 'request', method: STUN_METHODS.allocate, transactionId, attributes });

test('RFC 8656 §18: the attributes of TURN, to the byte', () => {
  for (const [attribute, text] of [
    [['CHANNEL-NUMBER', 0x4001], '000c 0004 4001 0000'],
    [['LIFETIME', 600], '000d 0004 00000258'],
    [['REQUESTED-ADDRESS-FAMILY', 2], '0017 0004 02000000'],
    [['EVEN-PORT', true], '0018 0001 80000000'],
    [['REQUESTED-TRANSPORT', 17], '0019 0004 11000000'],
    [['DONT-FRAGMENT', true], '001a 0000'],
    [['ADDITIONAL-ADDRESS-FAMILY', 2], '8000 0004 02000000'],
    [['ADDRESS-ERROR-CODE', { family: 2, code: 440, reason: 'No' }], '8001 0006 02000428 4e6f0000'],
    [['ICMP', { type: 3, code: 4, data: Uint8Array.of(0, 0, 5, 0) }], '8004 0008 00000604 00000500'],
    [['ERROR-CODE', { code: 486, reason: '' }], '0009 0004 00000456'],
    [['UNKNOWN-ATTRIBUTES', [0x1234]], '000a 0002 12340000'],
    [['XOR-PEER-ADDRESS', { address: '192.0.2.1', port: 32_853 }], '0012 0008 0001a147 e112a643'],
  ] as const satisfies readonly (readonly [StunAttribute, string])[]) {
    const bytes = bytesOf(attribute);
    assert.equal(toHex(bytes.subarray(20)), toHex(hex(text)), attribute[0]);
    assert.deepEqual(stunAttribute(bytes, attribute[0]), attribute[1]);
  }
});

test('a value of another shape is not read, and shows by its number', () => {
  for (const name of Object.keys(STUN_ATTRIBUTES) as (keyof typeof STUN_ATTRIBUTES)[]) {
    if (
      /^(DATA|UNKNOWN-ATTRIBUTES|PASSWORD-ALGORITHMS|USERNAME|REALM|NONCE|SOFTWARE|ALTERNATE-DOMAIN)$/.test(
        name,
      )
    )
      continue;
    const bytes = bytesOf([STUN_ATTRIBUTES[name], new Uint8Array(7)]);
    assert.equal(stunAttribute(bytes, name), undefined, name);
    const parsed = parseStun(bytes);
    assert.ok(parsed.ok && parsed.message.attributes[0]?.[0] === STUN_ATTRIBUTES[name], name);
  }
  assert.equal(stunAttribute(bytesOf([STUN_ATTRIBUTES.REALM, Uint8Array.of(0xff)]), 'REALM'), undefined);
  assert.equal(
    stunAttribute(bytesOf([STUN_ATTRIBUTES.USERNAME, new Uint8Array(509)]), 'USERNAME'),
    undefined,
  );
});

test('what does not fit is our own mistake', () => {
  for (const attribute of [
    ['LIFETIME', 2 ** 32],
    ['LIFETIME', -1],
    ['USERNAME', 'x'.repeat(509)],
    ['ERROR-CODE', { code: 299, reason: '' }],
    ['XOR-PEER-ADDRESS', { address: 'alice.local', port: 1 }],
    ['XOR-PEER-ADDRESS', { address: '192.0.2.1', port: 65_536 }],
    ['RESERVATION-TOKEN', new Uint8Array(7)],
    ['DATA', new Uint8Array(65_535)],
  ] as StunAttribute[])
    assert.throws(() => bytesOf(attribute), RangeError, String(attribute[0]));
});

test('bytes that are no message say why', () => {
  const good = bytesOf(['LIFETIME', 1]);
  assert.equal(checkStun(good), undefined);
  const reasonOf = (change: (bytes: Uint8Array) => Uint8Array) => checkStun(change(good.slice()))?.reason;
  assert.match(reasonOf((bytes) => bytes.subarray(0, 19)) ?? '', /no STUN/);
  assert.match(reasonOf((bytes) => bytes.fill(0x80, 0, 1)) ?? '', /no STUN/);
  assert.match(reasonOf((bytes) => bytes.subarray(0, 24)) ?? '', /another length/);
  assert.match(reasonOf((bytes) => bytes.fill(8, 23, 24)) ?? '', /longer than the message/);
  const many = bytesOf(...Array.from({ length: 65 }, (): StunAttribute => ['DONT-FRAGMENT', true]));
  assert.match(checkStun(many)?.reason ?? '', /too many/);
});

test('RFC 8489 §6.3.1: which attributes would have to be understood', () => {
  const bytes = bytesOf(
    ['USERNAME', 'a'],
    ['LIFETIME', 1],
    [0x7fff, hex('')],
    [0xffff, hex('')],
    [0x7fff, hex('')],
  );
  assert.deepEqual(unknownAttributes(bytes, new Set(['LIFETIME'])), [0x7fff]);
  assert.deepEqual(unknownAttributes(bytes, new Set()), [STUN_ATTRIBUTES.LIFETIME, 0x7fff]);
  assert.equal(stunAttributeName(0x7fff), undefined);
});

test('RFC 8489 §18.1: the nonce says what the server can do', () => {
  for (const passwordAlgorithms of [false, true])
    for (const userAnonymity of [false, true]) {
      const nonce = buildNonce({ passwordAlgorithms, userAnonymity }, 'xyz');
      assert.deepEqual(securityFeatures(nonce), { passwordAlgorithms, userAnonymity }, nonce);
    }
  for (const other of ['', 'obMatJos2', 'obMatJos2!!AA', 'xobMatJos2wAAA'])
    assert.deepEqual(securityFeatures(other), { passwordAlgorithms: false, userAnonymity: false }, other);
});

test('RFC 8489 §9.2.4: a list of algorithms that was cut on the way is another list', () => {
  const [sha, md5] = [2, 1].map((algorithm) => ({ algorithm, parameters: new Uint8Array(0) }));
  assert.equal(sameAlgorithms([sha!, md5!], [sha!, md5!]), true);
  assert.equal(sameAlgorithms([sha!, md5!], [md5!]), false);
});

test('RFC 8265 §4.2: passwords compare as people type them', () => {
  assert.equal(opaqueString('cafe\u0301\u00a0x'), 'café x');
  const message = { class: 'request', method: 1, transactionId, attributes: [] } as const;
  const bytes = buildStun(message, { key: shortTermKey('cafe\u0301', nodeHashes) });
  assert.equal(verifyIntegrity(bytes, shortTermKey('café', nodeHashes)), 'sha1');
  assert.equal(verifyIntegrity(buildStun(message), shortTermKey('café', nodeHashes)), 'missing');
  const credential = { username: 'a', realm: 'r', password: 'p' };
  assert.throws(() => longTermKey({ ...credential, algorithm: 3 }, nodeHashes), RangeError);
});

test('an error response repeats the transaction and says the words of its code', () => {
  const request = bytesOf(['LIFETIME', 1]);
  const parsed = parseStun(buildStunError(request, 486));
  assert.ok(parsed.ok);
  assert.deepEqual(parsed.message, {
    class: 'error',
    method: STUN_METHODS.allocate,
    transactionId,
    attributes: [['ERROR-CODE', { code: 486, reason: 'Allocation Quota Reached' }]],
  });
});
