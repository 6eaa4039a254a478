import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  buildAudioLevel,
  buildExtension,
  buildStreamName,
  extensionData,
  findExtension,
  levelOf,
  type RtpExtension,
  readAbsoluteSendTime,
  readAudioLevel,
  readExtensions,
  readMixerAudioLevels,
  readStreamName,
  readTransportSequence,
  serializeRtp,
  writeAbsoluteSendTime,
  writeTransportSequence,
} from './index.ts';
import { bytes, record, u8 } from './testing/arbitrary.ts';
import { hex, toHex } from './testing/hex.ts';

const packetWith = (extension: RtpExtension) =>
  serializeRtp({
    marker: false,
    payloadType: 111,
    sequence: 1,
    timestamp: 2,
    ssrc: 3,
    csrcs: [],
    extension,
    payload: hex('00'),
    paddingBytes: 0,
  });
const oneByte = (data: string) => ({ profile: 0xbede, data: hex(data) });
const twoByte = (data: string) => ({ profile: 0x1000, data: hex(data) });

test('elements that were built are read, and found in the packet', () => {
  const element = record({ id: u8.filter((id) => id > 0), data: bytes(40) });
  const elements = fc.uniqueArray(element, { selector: ({ id }) => id, maxLength: 12 });
  fc.assert(
    fc.property(elements, (all) => {
      const extension = buildExtension(all);
      const read = readExtensions(extension);
      assert.ok(read.ok);
      assert.deepEqual(read.elements, all);
      const packet = packetWith(extension);
      for (const { id, data } of all) assert.deepEqual(extensionData(packet, id), data);
    }),
  );
});

test('RFC 8285 §4.2: the one-byte form, with padding between and behind', () => {
  const extension = oneByte('10aa0021bbcc0000');
  const read = readExtensions(extension);
  assert.ok(read.ok);
  assert.equal(read.form, 'one-byte');
  assert.deepEqual(
    read.elements.map(({ id, data }) => [id, toHex(data)]),
    [
      [1, 'aa'],
      [2, 'bbcc'],
    ],
  );
  assert.equal(toHex(buildExtension([{ id: 14, data: hex('01') }]).data), 'e0010000');
});

test('RFC 8285 §4.2: the number 15 ends the elements, and so does padding with a length', () => {
  for (const end of ['f0', '03']) {
    const extension = oneByte(`10aa${end}0020bb0000`);
    const read = readExtensions(extension);
    assert.deepEqual(read.ok && read.elements.map(({ id }) => id), [1]);
    assert.equal(findExtension(packetWith(extension), 2), -1);
  }
});

test('RFC 8285 §4.3: the two-byte form has long elements and empty ones', () => {
  const extension = buildExtension([
    { id: 20, data: hex('') },
    { id: 1, data: new Uint8Array(17).fill(7) },
  ]);
  assert.equal(extension.profile, 0x1000);
  assert.equal(extensionData(packetWith(extension), 20)?.length, 0);
  assert.equal(extensionData(packetWith({ ...extension, profile: 0x100f }), 1)?.length, 17);
});

test('what is cut off is not read', () => {
  for (const extension of [oneByte('1faabbcc'), twoByte('0105aabb'), twoByte('00000001')]) {
    assert.equal(readExtensions(extension).ok, false);
    assert.equal(findExtension(packetWith(extension), 1), -1);
  }
  assert.deepEqual(readExtensions({ profile: 1, data: hex('01020304') }), {
    ok: true,
    form: 'other',
    elements: [],
  });
});

test('RFC 6464 §3: sound levels', () => {
  assert.deepEqual(readAudioLevel(hex('9f')), { belowOverloadDb: 31, hasVoice: true });
  assert.equal(toHex(buildAudioLevel({ belowOverloadDb: 127, hasVoice: false })), '7f');
  assert.equal(readAudioLevel(hex('')), undefined);
  assert.deepEqual(readMixerAudioLevels(hex('007fff')), [0, 127, 127]);
  assert.equal(levelOf(new Int16Array(160)), 127);
  assert.equal(levelOf(new Int16Array(160).fill(32_767)), 0);
  // A sine is 3 dB below the square wave.
  const sine = (amplitude: number) =>
    Int16Array.from({ length: 800 }, (_, at) => amplitude * Math.sin((at * Math.PI) / 8));
  assert.equal(levelOf(sine(32_767)), 3);
  assert.equal(levelOf(sine(3_276.7)), 23);
});

test('names of streams, the transport-wide number and the send time', () => {
  assert.equal(readStreamName(buildStreamName('audio-0')), 'audio-0');
  assert.equal(readStreamName(hex('00')), undefined);
  assert.throws(() => buildStreamName('a b'), RangeError);
  const packet = packetWith(
    buildExtension([
      { id: 3, data: hex('0000') },
      { id: 4, data: hex('000000') },
    ]),
  );
  writeTransportSequence(packet, findExtension(packet, 3), 0xfffe);
  writeAbsoluteSendTime(packet, findExtension(packet, 4), 64_000 + 1_500);
  assert.equal(readTransportSequence(extensionData(packet, 3)!), 0xfffe);
  assert.equal(readAbsoluteSendTime(extensionData(packet, 4)!), 1_500);
  assert.equal(readTransportSequence(hex('01')), undefined);
});
