// One who speaks, many who listen: what meetings are made of.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SrtpContext, sequenceDistance, srtpProfile } from '@parley/protocol/rtp';
import { nodeCipher } from '@parley/protocol/rtp/node-cipher';
import { BOTH, EngineScene, portOf } from './engine-testing.ts';
import { shareOf, TonePhone } from './testing.ts';

const PROFILE = srtpProfile('AES_CM_128_HMAC_SHA1_80')!;

function contextOf(key: Uint8Array): SrtpContext {
  const master = { key: key.slice(0, 16), salt: key.slice(16) };
  return new SrtpContext({ profile: PROFILE, master, cipher: nodeCipher });
}

/** A leg for a phone with a key of its own. */
async function callProtected(scene: EngineScene, phone: TonePhone, seed: number): Promise<string> {
  const key = Uint8Array.from({ length: 30 }, (_, at) => at + seed);
  const inline = Buffer.from(key).toString('base64');
  const legId = await scene.open('phone');
  const offer = phone.sdp(`m=audio ${phone.port} RTP/SAVP 0`, `a=crypto:1 ${PROFILE.name} inline:${inline}`);
  const answered = await scene.engine.answer(legId, offer, BOTH);
  assert.ok(answered.ok);
  const theirs = Buffer.from(/inline:(\S+)/.exec(answered.sdp)![1]!, 'base64');
  phone.protection = { send: contextOf(key), receive: contextOf(theirs) };
  phone.target = { address: '127.0.0.1', port: portOf(answered.sdp) };
  return legId;
}

test('many listen to one, each in a stream and under a key of its own; nobody but the speaker is heard', async (t) => {
  const scene = await EngineScene.open(t);
  await using speaker = await TonePhone.open(440);
  const listeners = await Promise.all([1, 2, 3].map((each) => TonePhone.open(1_000, { ssrc: each })));
  t.after(() => Promise.all(listeners.map((each) => each[Symbol.asyncDispose]())));
  const from = await callProtected(scene, speaker, 1);
  const legs: string[] = [];
  for (const [index, listener] of listeners.entries()) {
    // The last one is in clear.
    const legId =
      index < 2 ? await callProtected(scene, listener, 40 + index * 40) : await scene.call(listener);
    assert.deepEqual(await scene.engine.listen(legId, from), { ok: true });
    legs.push(legId);
    listener.talk();
  }
  speaker.talk();
  const heard = await Promise.all(listeners.map((listener) => listener.hears(30)));
  for (const packets of heard) {
    assert.ok(shareOf(440, TonePhone.samples(packets)) > 0.97);
    for (const [index, packet] of packets.slice(1).entries())
      assert.equal(sequenceDistance(packets[index]!.sequence, packet.sequence), 1);
  }
  assert.equal(new Set(heard.map(([packet]) => packet!.ssrc)).size, 3);
  assert.equal(speaker.heard.length, 0);

  // One goes; the others go on.
  await scene.engine.close(legs[0]!);
  await listeners[1]!.hears(5);
  assert.equal((await scene.engine.listen(legs[1]!, legs[1]!)).ok, false);
  assert.equal((await scene.engine.listen(legs[1]!, 'nobody')).ok, false);
  await listeners[1]!.hears(5);
});
