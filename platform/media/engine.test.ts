// The engine with phones as its peers: what one says arrives at the other, whatever happens between.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  parseTelephoneEvent,
  SrtpContext,
  sequenceDistance,
  srtpProfile,
  timestampDistance,
} from '@parley/protocol/rtp';
import { nodeCipher } from '@parley/protocol/rtp/node-cipher';
import { BOTH, EngineScene, portOf } from './engine-testing.ts';
import { shareOf, TonePhone } from './testing.ts';

/** So much of the sound is the tone and nothing else: G.711 rounds. */
const PURE = 0.97;

async function phone(
  t: TestContext,
  toneHz: number,
  options?: Parameters<typeof TonePhone.open>[1],
): Promise<TonePhone> {
  const opened = await TonePhone.open(toneHz, options);
  t.after(() => opened[Symbol.asyncDispose]());
  return opened;
}

test('two phones hear each other, in one stream each, soon and without loss', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob] = [await phone(t, 440, { ssrc: 1 }), await phone(t, 1_000, { ssrc: 2 })];
  const [left, right] = [await scene.call(alice), await scene.call(bob)];
  assert.deepEqual(await scene.engine.join(left, right), { ok: true });
  alice.talk();
  bob.talk();
  const [byBob, byAlice] = await Promise.all([bob.hears(40), alice.hears(40)]);
  assert.ok(shareOf(440, TonePhone.samples(byBob)) > PURE, 'bob hears alice');
  assert.ok(shareOf(1_000, TonePhone.samples(byAlice)) > PURE, 'alice hears bob');
  assert.equal(new Set(byBob.map(({ ssrc }) => ssrc)).size, 1);
  assert.notEqual(byBob[0]!.ssrc, 1, 'the stream is the engine’s own');
  for (const [index, packet] of byBob.slice(1).entries())
    assert.equal(sequenceDistance(byBob[index]!.sequence, packet.sequence), 1);
  await scene.until(left, 'connected');
});

test('another source, and hold between, is one stream that goes on for who hears it', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob, carol] = [await phone(t, 440), await phone(t, 800), await phone(t, 1_200, { ssrc: 77 })];
  const legs = [await scene.call(alice), await scene.call(bob), await scene.call(carol)] as const;
  await scene.engine.join(legs[0], legs[1]);
  bob.talk();
  carol.talk();
  await alice.hears(10);
  await scene.engine.join(legs[0], null);
  await scene.engine.join(legs[0], legs[2]);
  const heard = await alice.hears(20);
  assert.ok(shareOf(1_200, TonePhone.samples(heard.slice(-15))) > PURE, 'alice hears carol');
  const all = alice.heard;
  assert.equal(new Set(all.map(({ ssrc }) => ssrc)).size, 1);
  for (const [index, packet] of all.slice(1).entries()) {
    assert.equal(sequenceDistance(all[index]!.sequence, packet.sequence), 1, 'no gap that looks like loss');
    assert.ok(timestampDistance(all[index]!.timestamp, packet.timestamp) > 0);
  }
});

test('RFC 3264 §8.4: who is on hold hears nothing and is not heard, until it is taken back', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob] = [await phone(t, 440), await phone(t, 1_000)];
  const [left, right] = [await scene.call(alice), await scene.call(bob)];
  await scene.engine.join(left, right);
  alice.talk();
  await bob.hears(5);
  const held = await scene.engine.offer(left, { audio: 'inactive' });
  assert.ok(held.ok && /a=inactive/.test(held.sdp));
  const inactive = alice.sdp(
    `m=audio ${alice.port} RTP/AVP 0 101`,
    'a=rtpmap:101 telephone-event/8000',
    'a=inactive',
  );
  assert.ok((await scene.engine.accept(left, inactive)).ok);
  const before = bob.heard.length;
  bob.talk();
  // The one at the other leg proves that time has passed.
  const echo = await phone(t, 500);
  const third = await scene.call(echo);
  await scene.engine.join(third, right);
  await echo.hears(10);
  assert.ok(bob.heard.length - before <= 2, 'nothing of alice arrives any more');
  await scene.engine.join(left, right);
  const resumed = await scene.engine.offer(left, BOTH);
  assert.ok(resumed.ok && /a=sendrecv/.test(resumed.sdp));
  assert.ok((await scene.engine.accept(left, alice.sdp())).ok);
  const again = await bob.hears(10);
  assert.ok(shareOf(440, TonePhone.samples(again)) > PURE);
});

test('SRTP with keys in SDP on one side, RTP on the other; what is repeated or forged is not passed on', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob] = [await phone(t, 440), await phone(t, 1_000)];
  const key = Uint8Array.from({ length: 30 }, (_, at) => at + 1);
  const inline = Buffer.from(key).toString('base64');
  const legId = await scene.open('phone');
  const answered = await scene.engine.answer(
    legId,
    alice.sdp(`m=audio ${alice.port} RTP/SAVP 0`, `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${inline}`),
    BOTH,
  );
  assert.ok(answered.ok);
  const theirs = Buffer.from(/inline:(\S+)/.exec(answered.sdp)![1]!, 'base64');
  const profile = srtpProfile('AES_CM_128_HMAC_SHA1_80')!;
  const context = (bytes: Uint8Array) =>
    new SrtpContext({
      profile,
      cipher: nodeCipher,
      master: { key: bytes.slice(0, 16), salt: bytes.slice(16) },
    });
  alice.protection = { send: context(key), receive: context(theirs) };
  alice.target = { address: '127.0.0.1', port: portOf(answered.sdp) };
  const right = await scene.call(bob);
  await scene.engine.join(legId, right);
  alice.talk();
  bob.talk();
  const [byBob, byAlice] = await Promise.all([bob.hears(20), alice.hears(20)]);
  assert.ok(shareOf(440, TonePhone.samples(byBob)) > PURE);
  assert.ok(shareOf(1_000, TonePhone.samples(byAlice)) > PURE);
  alice.hush();
  const sequences = new Set(bob.heard.map(({ sequence }) => sequence));
  assert.equal(sequences.size, bob.heard.length, 'each once');
  const clear = await phone(t, 2_000);
  clear.target = alice.target;
  clear.say();
  const before = bob.heard.length;
  alice.say();
  await bob.hears(1, before);
  assert.ok(shareOf(2_000, TonePhone.samples(bob.heard.slice(before))) < 0.1, 'nothing in clear passes');
});

test('a stranger is not let in, and a phone that moved is followed', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob, stranger] = [await phone(t, 440), await phone(t, 1_000), await phone(t, 2_000)];
  const [left, right] = [await scene.call(alice), await scene.call(bob)];
  await scene.engine.join(left, right);
  alice.talk();
  await bob.hears(5);
  stranger.target = alice.target;
  stranger.talk();
  const heard = await bob.hears(20);
  assert.ok(shareOf(440, TonePhone.samples(heard)) > PURE, 'only alice is heard');
  stranger.hush();
  alice.hush();
  await alice.move();
  const before = bob.heard.length;
  // Silence of two seconds and the same source: from another address it may go on.
  alice.talk();
  await bob.hears(5, before);
  bob.talk();
  await alice.hears(5);
});

test('RFC 4733 §2.5: a key is told once with its length, and keys are pressed towards a phone', async (t) => {
  const scene = await EngineScene.open(t);
  const alice = await phone(t, 440);
  const legId = await scene.call(alice);
  for (const [step, isEnd] of [0, 0, 1, 1, 1].entries())
    alice.send(
      Uint8Array.of(5, (isEnd << 7) | 10, isEnd ? 0x03 : step, isEnd ? 0x20 : 0xa0),
      101,
      step === 0,
      9_000,
    );
  const { key, durationMs } = await scene.until(legId, 'key');
  assert.deepEqual([key, durationMs], ['5', 100]);
  // Its end is lost: it is released all the same.
  alice.send(Uint8Array.of(6, 10, 1, 0x40), 101, true, 19_000);
  await scene.until(legId, 'key', ({ key }) => key === '6');
  assert.ok((await scene.engine.pressKeys(legId, '4#')).ok);
  const events = () => alice.heard.map(({ payload }) => parseTelephoneEvent(payload)!);
  const ends = (key: number) => events().some(({ event, isEnd }) => event === key && isEnd);
  while (!ends(11)) await alice.hears(1);
  assert.deepEqual([...new Set(events().map(({ event }) => event))], [4, 11]);
  assert.ok(ends(4));
  assert.ok(alice.heard.every(({ payloadType }) => payloadType === 101));
});

test('no codec in common is said, and what is no SDP too', async (t) => {
  const scene = await EngineScene.open(t);
  const legId = await scene.open('phone');
  const odd = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 4000 RTP/AVP 18',
    '',
  ];
  const refused = await scene.engine.answer(legId, odd.join('\r\n'), BOTH);
  assert.equal(!refused.ok && refused.fault, 'nothing-in-common');
  const unread = await scene.engine.answer(legId, 'hello', BOTH);
  assert.equal(!unread.ok && unread.fault, 'bad-sdp');
  assert.ok((await scene.engine.offer(legId, BOTH)).ok);
  const glare = await scene.engine.offer(legId, BOTH);
  assert.equal(!glare.ok && glare.fault, 'wrong-state');
  assert.ok(scene.engine.rollback(legId).ok);
  assert.ok((await scene.engine.offer(legId, BOTH)).ok);
});

test('there is an end to legs, and a leg that is gone says so', async (t) => {
  const scene = await EngineScene.open(t, { mostLegs: 1 });
  const legId = await scene.open('phone');
  const full = await scene.engine.open({ kind: 'phone', video: false, isProtected: false, idleMs: 60_000 });
  assert.equal(!full.ok && full.fault, 'full');
  assert.ok((await scene.engine.close(legId)).ok);
  const gone = await scene.engine.offer(legId, BOTH);
  assert.equal(!gone.ok && gone.fault, 'no-leg');
  await scene.open('phone');
});

test('when the media thread dies its legs are lost, and others can be made', async (t) => {
  const scene = await EngineScene.open(t);
  const alice = await phone(t, 440);
  const legId = await scene.call(alice);
  await scene.engine.worker!.terminate();
  assert.deepEqual(await scene.until(legId, 'lost'), { kind: 'lost', reason: 'worker' });
  const bob = await phone(t, 1_000);
  for (;;) {
    const opened = await scene.engine.open({
      kind: 'phone',
      video: false,
      isProtected: false,
      idleMs: 60_000,
    });
    if (opened.ok) break;
  }
  const [left, right] = [await scene.call(alice), await scene.call(bob)];
  await scene.engine.join(left, right);
  alice.talk();
  assert.ok(shareOf(440, TonePhone.samples(await bob.hears(10))) > PURE);
});

test('phones with other codecs hear each other all the same, and keys pass between them', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob] = [await phone(t, 440), await phone(t, 1_000, { payloadType: 8 })];
  const [left, right] = [await scene.call(alice), await scene.call(bob)];
  await scene.engine.join(left, right);
  alice.talk();
  bob.talk();
  await Promise.all([bob.hearsTone(440), alice.hearsTone(1_000)]);
  assert.equal(bob.heard.at(-1)?.payloadType, 8);
  for (const step of [1, 2, 3])
    alice.send(Uint8Array.of(9, (step === 3 ? 0x80 : 0) | 10, 3, 0x20), 101, step === 1, 90_000);
  const { key } = await scene.until(left, 'key');
  assert.equal(key, '9');
  const heard = await bob.hears(8);
  assert.ok(
    heard.some(({ payloadType, payload }) => payloadType === 101 && payload[0] === 9),
    'the key arrives',
  );
});

test('what is played is heard instead of the other end, and the other end again when it is over', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob] = [await phone(t, 440), await phone(t, 1_000)];
  const [left, right] = [await scene.call(alice), await scene.call(bob)];
  await scene.engine.join(left, right);
  bob.talk();
  await alice.hears(5);
  await scene.engine.play(left, { kind: 'tones', tonesHz: [620], forMs: 600 }, false);
  const tone = await alice.hears(25);
  assert.ok(shareOf(620, TonePhone.samples(tone.slice(5))) > PURE, 'the tone, and nothing of bob');
  await scene.until(left, 'played');
  assert.ok(shareOf(1_000, TonePhone.samples((await alice.hears(20)).slice(-15))) > PURE, 'bob again');
  await scene.engine.play(left, { kind: 'named', name: 'ringback' }, true);
  assert.ok(shareOf(425, TonePhone.samples((await alice.hears(20)).slice(-15))) > PURE, 'ringing');
  await scene.engine.play(left, null, false);
  assert.ok(shareOf(1_000, TonePhone.samples((await alice.hears(20)).slice(-15))) > PURE, 'bob once more');
  const all = alice.heard;
  assert.equal(new Set(all.map(({ ssrc }) => ssrc)).size, 1);
  for (const [index, packet] of all.slice(1).entries())
    assert.equal(sequenceDistance(all[index]!.sequence, packet.sequence), 1);
});

test('the test call says back what it hears, a second later', async (t) => {
  const scene = await EngineScene.open(t);
  const alice = await phone(t, 700);
  const legId = await scene.call(alice);
  await scene.engine.play(legId, { kind: 'named', name: 'echo' }, true);
  alice.talk();
  await alice.hearsTone(700);
});

test('what somebody says is recorded until a key, and played to somebody else', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.opus');
  const scene = await EngineScene.open(t);
  const [alice, bob] = [await phone(t, 600), await phone(t, 1_000)];
  const [left, right] = [await scene.call(alice), await scene.call(bob)];
  const wish = { recordingId: 'a', path, maxMs: 20_000, silenceMs: undefined, endKeys: '#' };
  assert.ok((await scene.engine.record(left, wish)).ok);
  for (let said = 0; said < 50; said++) {
    alice.say();
    // The voice has a pace of its own.
    await setTimeout(20);
  }
  for (const step of [1, 2, 3])
    alice.send(Uint8Array.of(11, (step === 3 ? 0x80 : 0) | 10, 3, 0x20), 101, step === 1, 90_000);
  const recorded = await scene.until(left, 'recorded');
  assert.equal(recorded.endedBy, '#');
  assert.ok(recorded.durationMs > 800 && recorded.bytes > 500, JSON.stringify(recorded));
  assert.ok((await scene.engine.play(right, { kind: 'file', path }, false)).ok);
  await bob.hearsTone(600);
  await scene.until(right, 'played');
  const missing = await scene.engine.play(right, { kind: 'file', path: join(folder, 'b.opus') }, false);
  assert.equal(!missing.ok && missing.fault, 'no-audio');
});

test('a phone that falls silent is lost after its time, one on hold is not', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob] = [await phone(t, 440), await phone(t, 1_000)];
  const held = await scene.call(bob, bob.sdp(`m=audio ${bob.port} RTP/AVP 0`, 'a=inactive'), { idleMs: 300 });
  const legId = await scene.call(alice, alice.sdp(), { idleMs: 600 });
  alice.say();
  await scene.until(legId, 'connected');
  assert.deepEqual(await scene.until(legId, 'lost'), { kind: 'lost', reason: 'silent' });
  assert.ok(!scene.happened.some((each) => each.legId === held && each.what.kind === 'lost'));
});
