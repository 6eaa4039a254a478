// The native cipher against node:crypto, which is its oracle: the same bytes for every profile, every length, every fault.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cipher, SRTP_PROFILES, SrtpContext, serializeRtp } from '@parley/protocol/rtp';
import { nodeCipher } from '@parley/protocol/rtp/node-cipher';
import fc from 'fast-check';
import { loadNativeCipher } from './native-cipher.ts';

const native = await loadNativeCipher();
const skip = native.ok ? false : native.reason;
const cipher: Cipher = native.ok ? native.cipher : nodeCipher;
const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });

test('counter mode and HMAC are the same', { skip }, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(16, 24, 32).chain((length) => bytes(length)),
      bytes(16),
      bytes(0, 1_500),
      bytes(0, 40),
      (key, counter, data, more) => {
        const [ours, theirs] = [data.slice(), data.slice()];
        cipher.aesCounter(key)(counter, ours);
        nodeCipher.aesCounter(key)(counter, theirs);
        assert.deepEqual(ours, theirs);
        const [mine, other] = [cipher.hmacSha1(key), nodeCipher.hmacSha1(key)];
        mine(more, data);
        assert.deepEqual(Buffer.from(mine(data, more)), Buffer.from(other(data, more)));
      },
    ),
  );
});

test('GCM is the same, and what is not authentic is left as it was', { skip }, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(16, 32).chain((length) => bytes(length)),
      bytes(12),
      bytes(0, 40),
      bytes(0, 1_500),
      (key, nonce, associated, data) => {
        const [mine, other] = [cipher.aesGcm(key), nodeCipher.aesGcm(key)];
        const [ours, theirs] = [data.slice(), data.slice()];
        const tag = mine.seal(nonce, associated, ours).slice();
        assert.deepEqual(Buffer.from(tag), Buffer.from(other.seal(nonce, associated, theirs)));
        assert.deepEqual(ours, theirs);
        const wrong = tag.slice();
        wrong[3]! ^= 1;
        assert.equal(mine.open(nonce, associated, ours, wrong), false);
        assert.deepEqual(ours, theirs);
        assert.equal(mine.open(nonce, associated, ours, tag), true);
        assert.deepEqual(ours, data);
      },
    ),
  );
});

for (const profile of SRTP_PROFILES)
  test(`${profile.name}: one end is native, the other is not`, { skip }, () => {
    const master = {
      key: new Uint8Array(profile.keyBytes).fill(3),
      salt: new Uint8Array(profile.saltBytes).fill(4),
    };
    const sender = new SrtpContext({ profile, master, cipher });
    const receiver = new SrtpContext({ profile, master, cipher: nodeCipher });
    for (let sequence = 65_530; sequence < 65_545; sequence++) {
      const packet = serializeRtp({
        marker: false,
        payloadType: 0,
        sequence: sequence & 0xffff,
        timestamp: sequence * 160,
        ssrc: 9,
        csrcs: [],
        extension: undefined,
        payload: new Uint8Array(160).fill(sequence),
        paddingBytes: 0,
      });
      const buffer = new Uint8Array(packet.length + 32);
      buffer.set(packet);
      const length = sender.protectRtp(buffer, packet.length);
      assert.ok(typeof length === 'number');
      const sealed = buffer.subarray(0, length);
      assert.equal(receiver.unprotectRtp(sealed), packet.length);
      assert.deepEqual(sealed.subarray(0, packet.length), packet);
    }
  });

test('keys and counters of a wrong length are refused', { skip }, () => {
  assert.throws(() => cipher.aesCounter(new Uint8Array(15)), /16 or 32/);
  assert.throws(
    () => cipher.aesCounter(new Uint8Array(16))(new Uint8Array(15), new Uint8Array(4)),
    /16 bytes/,
  );
  const { seal } = cipher.aesGcm(new Uint8Array(16));
  assert.throws(() => seal(new Uint8Array(16), new Uint8Array(0), new Uint8Array(4)), /12 bytes/);
});
