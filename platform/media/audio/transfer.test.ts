// What arrives at the other end: codecs, networks, changes of source in the middle. Measured as frequency, level and delay.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { serializeRtp } from '@parley/protocol/rtp';
import { AudioReceiver } from './audio-receiver.ts';
import { AudioSender } from './audio-sender.ts';
import { Bridge } from './bridge.ts';
import { loadOpus } from './opus.ts';
import { delayBetween, levelAt, rmsDb, strongest, tone, toneToRestDb } from './testing/measure.ts';
import { PAYLOAD_TYPE, PAYLOADS, transfer } from './testing/network.ts';

before(() => loadOpus());

const rates = [8_000, 16_000, 48_000] as const;
const least = { PCMU: 30, PCMA: 30, G722: 30, opus: 15 } as const;

for (const codec of ['PCMU', 'PCMA', 'G722', 'opus'] as const)
  for (const rate of rates)
    test(`${codec} at ${rate} Hz: a tone arrives with its frequency and level`, () => {
      const { heard, kinds } = transfer(codec, tone(440, rate, rate), rate);
      const middle = heard.subarray(rate / 4, (rate * 3) / 4);
      const { hz, dbfs } = strongest(middle, rate);
      assert.ok(Math.abs(hz - 440) < 1, `${hz} Hz`);
      assert.ok(Math.abs(dbfs - -12) < 1, `${dbfs} dB`);
      assert.ok(toneToRestDb(middle, rate, 440) > least[codec]);
      assert.equal(kinds.concealed, 0);
      assert.ok(kinds.silence <= 2, `${kinds.silence} frames of silence at the begin`);
    });

test('the delay without jitter is one packet and what the codec needs', () => {
  const said = Int16Array.from({ length: 16_000 }, (_, at) =>
    Math.round(6_000 * Math.sin(at * at * 0.00002)),
  );
  for (const [codec, mostMs] of [
    ['PCMU', 24],
    ['G722', 24],
    ['opus', 31],
  ] as const) {
    const ms = delayBetween(said, transfer(codec, said, 16_000).heard, 1_600) / 16;
    assert.ok(ms <= mostMs, `${codec}: ${ms} ms`);
  }
});

for (const ptimeMs of [10, 30, 40, 60] as const)
  test(`packets of ${ptimeMs} ms are as good as those of 20`, () => {
    for (const codec of ptimeMs === 30 ? (['PCMA', 'G722'] as const) : (['PCMA', 'opus'] as const)) {
      const { heard, packets } = transfer(codec, tone(600, 16_000, 32_000), 16_000, { sender: { ptimeMs } });
      assert.equal(packets, Math.floor(2_000 / ptimeMs));
      const middle = heard.subarray(16_000, 24_000);
      assert.ok(Math.abs(strongest(middle, 16_000).hz - 600) < 1);
      assert.ok(toneToRestDb(middle, 16_000, 600) > 14, `${codec} ${toneToRestDb(middle, 16_000, 600)}`);
    }
  });

for (const codec of ['PCMU', 'G722', 'opus'] as const)
  test(`${codec}: with every tenth packet lost and 60 ms of jitter the tone goes on`, () => {
    const { heard, kinds } = transfer(codec, tone(400, 16_000, 64_000), 16_000, {
      delayMs: (index) => (index % 10 === 4 ? undefined : ((index * 7) % 13) * 5),
    });
    const middle = heard.subarray(16_000, 56_000);
    assert.ok(Math.abs(strongest(middle, 16_000).hz - 400) < 1);
    assert.ok(levelAt(middle, 16_000, 400) > -15, `${levelAt(middle, 16_000, 400)} dB`);
    assert.ok(kinds.concealed >= 15 && kinds.concealed <= 40, `${kinds.concealed} concealed`);
    // No hole: each frame of the middle is as loud as the tone, within 10 dB.
    for (let at = 16_000; at < 56_000; at += 320)
      assert.ok(rmsDb(heard.subarray(at, at + 320)) > -15 - 10, `a hole at ${at / 16} ms`);
  });

for (const drift of [-0.004, 0.004])
  test(`a clock that is ${drift > 0 ? 'slow' : 'fast'} by 200 parts in a million is followed for ten minutes`, () => {
    using sender = new AudioSender({ payloadType: 0, codec: 'PCMU', ssrc: 1, inRate: 8_000 });
    using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: 8_000 });
    const said = tone(500, 8_000, 160);
    const heard = new Int16Array(160);
    let [mostMs, quiet, nextMs] = [0, 0, 0];
    for (let index = 0; index < 30_000; index++) {
      const nowMs = index * (20 + drift);
      for (; nextMs <= nowMs; nextMs += 20) receiver.receive(sender.next(said, nextMs)!, nextMs);
      receiver.pull(heard, nowMs);
      if (index > 50 && rmsDb(heard) < -20) quiet++;
      mostMs = Math.max(mostMs, receiver.delayMs);
    }
    assert.ok(mostMs < 120, `${mostMs} ms`);
    assert.ok(quiet < 3, `${quiet} frames were quiet`);
  });

function packetOf(
  ssrc: number,
  sequence: number,
  payloadType: number,
  payload: Uint8Array,
  ticks = 160,
): Uint8Array {
  return serializeRtp({
    marker: false,
    payloadType,
    sequence,
    timestamp: sequence * ticks,
    ssrc,
    csrcs: [],
    extension: undefined,
    payload,
    paddingBytes: 0,
  });
}

test('a packet of a stranger does not break a stream, two in a row are the stream', () => {
  using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: 8_000 });
  const sound = new Uint8Array(160).fill(0x20);
  const into = new Int16Array(160);
  for (let index = 0; index < 10; index++) {
    assert.equal(receiver.receive(packetOf(1, index, 0, sound), index * 20), 'kept');
    receiver.pull(into, index * 20);
  }
  assert.equal(receiver.receive(packetOf(2, 9_000, 0, sound), 201), 'astray');
  assert.equal(receiver.receive(packetOf(1, 10, 0, sound), 202), 'kept');
  assert.equal(receiver.receive(packetOf(2, 9_001, 0, sound), 221), 'astray');
  assert.equal(receiver.receive(packetOf(2, 9_002, 0, sound), 241), 'kept');
  assert.equal(receiver.source, 2);
  let sounds = 0;
  for (let index = 0; index < 10; index++) {
    receiver.receive(packetOf(2, 9_003 + index, 0, sound), 260 + index * 20);
    if (receiver.pull(into, 260 + index * 20) === 'sound') sounds++;
  }
  assert.ok(sounds >= 8);
});

test('a change of codec in the middle is heard in turn', () => {
  using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: 16_000 });
  using mu = new AudioSender({
    payloadType: 0,
    codec: 'PCMU',
    ssrc: 5,
    inRate: 16_000,
    start: { sequence: 65_530, timestamp: 0 },
  });
  const heard = new Int16Array(32_000);
  let position = mu.position;
  using wide = new AudioSender({ payloadType: 9, codec: 'G722', ssrc: 5, inRate: 16_000 });
  using opus = new AudioSender({ payloadType: 111, codec: 'opus', ssrc: 5, inRate: 16_000 });
  const said = tone(700, 16_000, 32_000);
  for (let index = 0; index < 100; index++) {
    const sender = index < 33 ? mu : index < 66 ? wide : opus;
    if (index === 33) wide.moveTo(position);
    if (index === 66) opus.moveTo({ ...position, timestamp: 1_000_000 });
    receiver.receive(sender.next(said.subarray(index * 320, index * 320 + 320), index * 20)!, index * 20);
    position = sender.position;
    receiver.pull(heard.subarray(index * 320, index * 320 + 320), index * 20);
  }
  for (const at of [6_400, 14_400, 25_600])
    assert.ok(Math.abs(strongest(heard.subarray(at, at + 3_200), 16_000).hz - 700) < 2, `at ${at / 16} ms`);
});

test('comfort noise is heard at the level that was told, until there is sound again', () => {
  using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: 16_000 });
  const loud = new Uint8Array(160).fill(0x10);
  const into = new Int16Array(320);
  let nowMs = 0;
  for (; nowMs < 400; nowMs += 20) {
    receiver.receive(packetOf(3, nowMs / 20, 0, loud), nowMs);
    receiver.pull(into, nowMs);
  }
  assert.equal(receiver.receive(packetOf(3, 20, 13, Uint8Array.of(50)), nowMs), 'passed');
  for (let index = 0; index < 20; index++, nowMs += 20) receiver.pull(into, nowMs);
  assert.ok(Math.abs(rmsDb(into) - -50) < 2, `${rmsDb(into)}`);
});

test('what nobody listens to is not kept, and is heard at once when somebody does', () => {
  using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: 8_000 });
  const sound = new Uint8Array(160).fill(0x20);
  for (let index = 0; index < 500; index++) receiver.receive(packetOf(1, index, 0, sound), index * 20);
  assert.ok(receiver.delayMs < 520);
  const into = new Int16Array(160);
  const kinds = [];
  for (let index = 500; index < 510; index++) {
    kinds.push(receiver.pull(into, index * 20));
    receiver.receive(packetOf(1, index, 0, sound), index * 20);
  }
  assert.ok(kinds.filter((kind) => kind === 'sound').length >= 7, kinds.join());
  assert.ok(receiver.delayMs <= 60, `${receiver.delayMs} ms`);
});

test('rubbish is refused and does no harm', () => {
  using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: 48_000 });
  assert.equal(receiver.receive(Uint8Array.of(1, 2, 3), 0), 'malformed');
  assert.equal(receiver.receive(packetOf(1, 1, 77, new Uint8Array(160)), 0), 'malformed');
  assert.equal(receiver.receive(packetOf(1, 1, 0, new Uint8Array(5_000)), 0), 'malformed');
  assert.equal(receiver.receive(packetOf(1, 1, 0, new Uint8Array(0)), 0), 'passed');
  let state = 9;
  const into = new Int16Array(960);
  for (let index = 0; index < 3_000; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const payload = Uint8Array.from({ length: state % 90 }, (_, at) => state >>> (at % 24));
    receiver.receive(packetOf(1, index, PAYLOAD_TYPE.opus, payload, 120 * (state % 9)), index * 20);
    receiver.pull(into, index * 20);
  }
});

test('a bridge speaks on in one stream when its source changes', () => {
  using first = new AudioReceiver({ payloads: PAYLOADS, outRate: 16_000 });
  using second = new AudioReceiver({ payloads: PAYLOADS, outRate: 16_000 });
  using sender = new AudioSender({
    payloadType: 111,
    codec: 'opus',
    ssrc: 9,
    inRate: 16_000,
    start: { sequence: 65_500, timestamp: 2 ** 32 - 1_000 },
  });
  const bridge = new Bridge(first, sender);
  const sent: Uint8Array[] = [];
  for (let index = 0; index < 100; index++) {
    if (index === 50) bridge.hear(second);
    bridge.step(index * 20, (packet) => sent.push(packet.slice()));
  }
  assert.equal(sent.length, 100);
  for (let index = 1; index < 100; index++) {
    const view = new DataView(sent[index]!.buffer);
    assert.equal(view.getUint16(2), (65_500 + index) % 65_536);
    assert.equal(view.getUint32(4), (2 ** 32 - 1_000 + index * 960) % 2 ** 32);
    assert.equal(view.getUint8(1), 111);
  }
  assert.equal(new DataView(sent[0]!.buffer).getUint8(1), 111 | 128);
});

test('a listener of G.722 hears no thump when another encoder goes on: music after a voice', () => {
  using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: 16_000 });
  const senderOf = () => new AudioSender({ payloadType: 9, codec: 'G722', ssrc: 1, inRate: 16_000 });
  const [voice, music] = [senderOf(), senderOf()];
  const [loud, soft] = [tone(300, 16_000, 16_000, -6), tone(700, 16_000, 16_000, -30)];
  const frame = new Int16Array(320);
  const levels: number[] = [];
  for (let index = 0; index < 100; index++) {
    if (index === 50) music.moveTo(voice.position);
    const [sender, said] = index < 50 ? [voice, loud] : [music, soft];
    const at = (index % 50) * 320;
    receiver.receive(sender.next(said.subarray(at, at + 320), index * 20)!, index * 20);
    receiver.pull(frame, index * 20);
    levels.push(rmsDb(frame));
  }
  const after = levels.slice(51);
  assert.ok(Math.max(...after) < -15, after.map(Math.round).join(' '));
  assert.ok(Math.abs(after.at(-1)! - -33) < 1);
});

test('a pause moves the timestamp by its time, and the marker says so', () => {
  using sender = new AudioSender({
    payloadType: 8,
    codec: 'PCMA',
    ssrc: 9,
    inRate: 8_000,
    start: { sequence: 1, timestamp: 0 },
  });
  const silence = new Int16Array(160);
  sender.next(silence, 0);
  sender.next(silence, 20);
  const view = new DataView(sender.next(silence, 1_040)!.slice().buffer);
  assert.deepEqual([view.getUint8(1), view.getUint16(2), view.getUint32(4)], [8 | 128, 3, 1_040 * 8]);
});

test('Opus sends next to nothing in silence, where that is asked for', () => {
  const said = new Int16Array(48_000 * 4);
  said.set(tone(300, 48_000, 48_000));
  const { packets } = transfer('opus', said, 48_000, { sender: { dtx: true } });
  assert.ok(packets < 50 + 40, `${packets} packets`);
  assert.ok(transfer('opus', said, 48_000).packets === 200);
});
