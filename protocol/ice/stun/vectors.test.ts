// The vectors of RFC 5769 §2 and RFC 8489 §B: what others wrote is read, and written again.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  attributeOf,
  buildStun,
  longTermKey,
  parseStun,
  type StunAttribute,
  type StunMessage,
  securityFeatures,
  shortTermKey,
  stunAttribute,
  stunAttributes,
  userHash,
  verifyFingerprint,
  verifyIntegrity,
} from '../index.ts';
import { nodeHashes } from '../node-hashes.ts';
import { hex, toHex } from '../testing/hex.ts';

interface Vector {
  readonly password: string;
  readonly bytes: string;
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly software: string;
  readonly address: string;
  readonly port: number;
}
const corpus = join(import.meta.dirname, '../../../spec/corpora/stun-vectors/vectors.json');
const { rfc5769, rfc8489 } = JSON.parse(readFileSync(corpus, 'utf8')) as {
  rfc5769: Record<'request' | 'ipv4Response' | 'ipv6Response' | 'longTerm', Vector>;
  rfc8489: Record<'longTermSha256', Vector>;
};

function read(bytes: Uint8Array): StunMessage {
  const parsed = parseStun(bytes);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.message;
}

/** Everything but the codes, which are made anew. */
const unsealed = ({ attributes }: StunMessage): StunAttribute[] =>
  attributes.filter(([name]) => !/^(MESSAGE-INTEGRITY.*|FINGERPRINT)$/.test(String(name)));

test('RFC 5769 §2.1: the request of ICE', () => {
  const { bytes: text, username, password, software } = rfc5769.request;
  const bytes = hex(text);
  const message = read(bytes);
  assert.deepEqual([message.class, message.method], ['request', 1]);
  assert.equal(toHex(message.transactionId), 'b7e7a701bc34d686fa87dfae');
  assert.equal(attributeOf(message, 'USERNAME'), username);
  assert.equal(stunAttribute(bytes, 'SOFTWARE'), software);
  assert.equal(stunAttribute(bytes, 'PRIORITY'), 0x6e0001ff);
  assert.equal(toHex(stunAttribute(bytes, 'ICE-CONTROLLED')!), '932ff9b151263b36');
  const key = shortTermKey(password, nodeHashes);
  assert.equal(verifyIntegrity(bytes, key), 'sha1');
  assert.equal(verifyFingerprint(bytes), true);
  assert.equal(verifyIntegrity(bytes, shortTermKey('another', nodeHashes)), 'wrong');
});

test('one bit that changed on the way shows, whichever it is', () => {
  const bytes = hex(rfc5769.request.bytes);
  const key = shortTermKey(rfc5769.request.password, nodeHashes);
  for (let at = 0; at < bytes.length * 8; at++) {
    const changed = bytes.slice();
    changed[at >> 3]! ^= 1 << (at & 7);
    const isRight = parseStun(changed).ok && verifyFingerprint(changed);
    assert.equal(isRight, false, `bit ${at}`);
    // From the header to the code itself; what pads it and what follows is the business of the fingerprint.
    const isSigned = parseStun(changed).ok && verifyIntegrity(changed, key) === 'sha1';
    assert.equal(isSigned, at >= (bytes.length - 8) * 8 && parseStun(changed).ok, `bit ${at} signed`);
  }
});

for (const name of ['ipv4Response', 'ipv6Response'] as const)
  test(`RFC 5769 §2.2, §2.3: the ${name} says the address, and is written as it was but for the padding`, () => {
    const { bytes: text, password, software, address, port } = rfc5769[name];
    const bytes = hex(text);
    const message = read(bytes);
    assert.equal(message.class, 'success');
    assert.deepEqual(stunAttribute(bytes, 'XOR-MAPPED-ADDRESS'), { address, port });
    assert.equal(stunAttribute(bytes, 'SOFTWARE'), software);
    const key = shortTermKey(password, nodeHashes);
    assert.equal(verifyIntegrity(bytes, key), 'sha1');
    assert.equal(verifyFingerprint(bytes), true);
    const written = buildStun({ ...message, attributes: unsealed(message) }, { key, fingerprint: true });
    assert.equal(verifyIntegrity(written, key), 'sha1');
    // RFC 5769 §2 pads with spaces, RFC 8489 §14 with zeros: all before the codes is the same but for this byte.
    const padded = bytes.slice(0, -32);
    padded[20 + 4 + 11] = 0;
    assert.equal(toHex(written.slice(0, -32)), toHex(Uint8Array.of(...padded)));
  });

test('RFC 5769 §2.4: long-term credentials, written to the byte', () => {
  const { bytes: text, username, realm, nonce, password } = rfc5769.longTerm;
  const message = read(hex(text));
  const key = longTermKey({ username, realm, password }, nodeHashes);
  assert.equal(verifyIntegrity(hex(text), key), 'sha1');
  const attributes: StunAttribute[] = [
    ['USERNAME', username],
    ['NONCE', nonce],
    ['REALM', realm],
  ];
  assert.deepEqual(unsealed(message), attributes);
  assert.equal(toHex(buildStun({ ...message, attributes }, { key })), text);
});

test('RFC 8489 §B.1: SHA-256 and a user who is not named, written to the byte', () => {
  const { bytes: text, username, realm, nonce, password } = rfc8489.longTermSha256;
  const bytes = hex(text);
  const message = read(bytes);
  assert.equal(toHex(stunAttribute(bytes, 'USERHASH')!), toHex(userHash(username, realm, nodeHashes)));
  assert.deepEqual(securityFeatures(nonce), { passwordAlgorithms: false, userAnonymity: false });
  assert.equal(stunAttribute(bytes, 'PASSWORD-ALGORITHM')?.algorithm, 2);
  const key = longTermKey({ username, realm, password, algorithm: 2 }, nodeHashes);
  assert.equal(verifyIntegrity(bytes, key), 'sha256');
  const written = buildStun({ ...message, attributes: unsealed(message) }, { key, integrity: 'sha256' });
  assert.equal(toHex(written), text);
});

test('RFC 8489 §14.5: what follows the code of authenticity is not there', () => {
  const { password, bytes: text } = rfc5769.request;
  const key = shortTermKey(password, nodeHashes);
  const message = read(hex(text));
  const signed = buildStun({ ...message, attributes: [['USERNAME', 'evtj:h6vY']] }, { key });
  const late = new Uint8Array([...signed, 0x00, 0x25, 0, 0, 0x00, 0x06, 0, 1, 0x41, 0, 0, 0]);
  late[3]! += 12;
  assert.equal(stunAttribute(late, 'USE-CANDIDATE'), undefined);
  assert.deepEqual(stunAttributes(late, 'USERNAME'), ['evtj:h6vY']);
  assert.equal(verifyIntegrity(late, key), 'sha1');
  assert.equal(read(late).attributes.length, 2);
});
