import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encryptPush, isKeyPair, PLAINTEXT_LIMIT_BYTES } from './encryption.ts';
import { newReceiver } from './testing.ts';

const bytes = (text: string) => Buffer.from(text, 'base64url');

/** RFC 8291 §5, with the intermediate values of its appendix. */
const EXAMPLE = {
  text: 'When I grow up, I want to be a watermelon',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  privateKey: bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'),
  salt: bytes('DGv6ra1nlYgDCS1FRnbzlw'),
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

test('RFC 8291 §5: the example is encrypted octet by octet', () => {
  const body = encryptPush(EXAMPLE.text, EXAMPLE, EXAMPLE);
  assert.equal(body?.toString('base64url'), EXAMPLE.body);
});

test('RFC 8291 §4: what a browser decrypts is what was encrypted, and no body is longer than 4096 octets', () => {
  const receiver = newReceiver();
  for (const text of ['', 'hello', 'ü€😀'.repeat(100), 'x'.repeat(PLAINTEXT_LIMIT_BYTES)]) {
    const body = encryptPush(text, receiver.keys);
    assert.ok(body !== undefined && body.length <= 4096);
    assert.equal(receiver.decrypt(body), text);
  }
  assert.throws(() => encryptPush('x'.repeat(PLAINTEXT_LIMIT_BYTES + 1), receiver.keys), RangeError);
});

test('two messages never share a key: the same text twice is different', () => {
  const { keys } = newReceiver();
  assert.notDeepEqual(encryptPush('hello', keys), encryptPush('hello', keys));
});

test('keys that are none are told apart before anything is sent', () => {
  const { keys } = newReceiver();
  assert.ok(isKeyPair(keys));
  const offCurve = Buffer.concat([Uint8Array.of(4), Buffer.alloc(64, 7)]).toString('base64url');
  for (const bad of [
    { ...keys, p256dh: offCurve },
    { ...keys, p256dh: 'AAAA' },
    { ...keys, auth: 'AAAA' },
  ]) {
    assert.equal(isKeyPair(bad), false);
    assert.equal(encryptPush('hello', bad), undefined);
  }
});
