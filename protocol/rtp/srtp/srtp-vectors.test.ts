import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hex, toHex } from '../testing/hex.ts';
import type { Cipher } from './cipher.ts';
import { SrtpContext } from './context.ts';
import { deriveKey, sessionKeys } from './key-derivation.ts';
import { nodeCipher } from './node-cipher.ts';
import { srtpProfile } from './profile.ts';
import { counterBlock, createF8, f8VectorOfRtp, galoisNonce } from './transform.ts';

const vectors = (name: string) =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../spec/corpora/srtp', `${name}.json`), 'utf8'));
const rfc3711 = vectors('rfc3711');
const rfc7714 = vectors('rfc7714');

test('RFC 3711 §B.1: f8', () => {
  const { packet, key, salt, iv, ciphertext, rolloverCounter } = rfc3711.f8;
  const vector = new Uint8Array(16);
  f8VectorOfRtp(vector, hex(packet), Number.parseInt(rolloverCounter, 16));
  assert.equal(toHex(vector), iv);
  const body = hex(packet).slice(12);
  createF8(nodeCipher, hex(key), hex(salt))(vector, body);
  assert.equal(toHex(body), ciphertext);
});

test('RFC 3711 §B.2: the key stream of counter mode, up to its 65,282nd block', () => {
  const { key, salt, bytes, blocks } = rfc3711.counterMode;
  const counter = new Uint8Array(16);
  counterBlock(counter, hex(salt), 0, 0);
  const stream = new Uint8Array(bytes);
  nodeCipher.aesCounter(hex(key))(counter, stream);
  for (const [block, expected] of Object.entries(blocks))
    assert.equal(toHex(stream.subarray(Number(block) * 16, Number(block) * 16 + 16)), expected);
});

test('RFC 3711 §B.3: session keys', () => {
  const { key, salt, encryption, sessionSalt, authentication } = rfc3711.keyDerivation;
  const master = { key: hex(key), salt: hex(salt) };
  assert.equal(toHex(deriveKey(nodeCipher, master, 0, 16)), encryption);
  assert.equal(toHex(deriveKey(nodeCipher, master, 2, 14)), sessionSalt);
  assert.equal(toHex(deriveKey(nodeCipher, master, 1, 94)), authentication);
  const keys = sessionKeys(nodeCipher, srtpProfile('AES_CM_128_HMAC_SHA1_80')!, master, false);
  assert.deepEqual(
    [toHex(keys.encryption), toHex(keys.salt), toHex(keys.authentication)],
    [encryption, sessionSalt, authentication.slice(0, 40)],
  );
});

/** The vectors of RFC 7714 §16 name session keys: a cipher that derives just these. */
function derives(key: Uint8Array, salt: Uint8Array): Cipher {
  return {
    ...nodeCipher,
    aesCounter: () => (counter, bytes) =>
      bytes.set((counter[7]! % 3 === 2 ? salt : key).subarray(0, bytes.length)),
  };
}

for (const name of ['AEAD_AES_128_GCM', 'AEAD_AES_256_GCM']) {
  const profile = srtpProfile(name)!;
  const key = hex(rfc7714.keys[name]);
  const cipher = derives(key, hex(rfc7714.salt));
  const master = { key, salt: new Uint8Array(12) };
  const context = () => new SrtpContext({ profile, master, cipher });
  const padded = (plain: Uint8Array, more: number) => {
    const buffer = new Uint8Array(plain.length + more);
    buffer.set(plain);
    return buffer;
  };

  test(`RFC 7714 §16: SRTP with ${name}, both ways`, () => {
    const plain = hex(rfc7714.rtp.plain);
    const sender = context();
    const buffer = padded(plain, sender.rtpOverheadBytes);
    assert.equal(sender.protectRtp(buffer, plain.length), buffer.length);
    assert.equal(toHex(buffer), rfc7714.rtp[name]);
    assert.equal(context().unprotectRtp(buffer), plain.length);
    assert.equal(toHex(buffer.subarray(0, plain.length)), rfc7714.rtp.plain);
  });

  test(`RFC 7714 §17: SRTCP with ${name}, both ways`, () => {
    const plain = hex(rfc7714.rtcp.plain);
    const sender = context();
    sender.resume(0x4d617273, { rtpIndex: -1, rtcpIndex: rfc7714.rtcp.index - 1 });
    const buffer = padded(plain, sender.rtcpOverheadBytes);
    assert.equal(sender.protectRtcp(buffer, plain.length), buffer.length);
    assert.equal(toHex(buffer), rfc7714.rtcp[name]);
    assert.equal(context().unprotectRtcp(buffer), plain.length);
    assert.equal(toHex(buffer.subarray(0, plain.length)), rfc7714.rtcp.plain);
  });

  test(`RFC 7714 §17.3: SRTCP that ${name} only authenticates`, () => {
    const bytes = hex(rfc7714.rtcpNotEncrypted[name]);
    const length = context().unprotectRtcp(bytes);
    assert.equal(toHex(bytes.subarray(0, length as number)), rfc7714.rtcp.plain);
    bytes[20]! ^= 1;
    assert.equal(context().unprotectRtcp(bytes), 'not-authentic');
  });
}

test('RFC 7714 §8.1: the nonces of both vectors', () => {
  const nonce = new Uint8Array(12);
  galoisNonce(nonce, hex(rfc7714.salt), 0x5501a0b2, 0xf17b);
  assert.equal(toHex(nonce), rfc7714.rtp.iv);
  galoisNonce(nonce, hex(rfc7714.salt), 0x4d617273, rfc7714.rtcp.index);
  assert.equal(toHex(nonce), rfc7714.rtcp.iv);
});

test('a packet that other libraries protect the same way', () => {
  const { key, salt } = rfc3711.keyDerivation;
  const profile = srtpProfile('AES_CM_128_HMAC_SHA1_80')!;
  const context = new SrtpContext({
    profile,
    master: { key: hex(key), salt: hex(salt) },
    cipher: nodeCipher,
  });
  const buffer = new Uint8Array(38);
  buffer.set(hex(`800f1234decafbadcafebabe${'ab'.repeat(16)}`));
  assert.equal(context.protectRtp(buffer, 28), 38);
  assert.equal(toHex(buffer), '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb');
});
