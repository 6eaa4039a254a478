// The engine and packets that are not what they say: a phone behind a translator, copies of protected packets, strangers, and a
// description that leads media to somebody else.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { encodeG711, SrtpContext, serializeRtp, srtpProfile } from '@parley/protocol/rtp';
import { nodeCipher } from '@parley/protocol/rtp/node-cipher';
import { BOTH, EngineScene, portOf } from './engine-testing.ts';
import { shareOf, TonePhone } from './testing.ts';

async function phone(t: TestContext, toneHz: number, ssrc?: number): Promise<TonePhone> {
  const opened = await TonePhone.open(toneHz, ssrc === undefined ? {} : { ssrc });
  t.after(() => opened[Symbol.asyncDispose]());
  return opened;
}

test('RFC 4961 §4: a phone names an address of its own network; it is sent to where its packets come from', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob, thief] = [await phone(t, 440), await phone(t, 1_000), await phone(t, 2_000, 99)];
  const inside = alice.sdp().replace('c=IN IP4 127.0.0.1', 'c=IN IP4 10.99.0.7');
  const [left, right] = [await scene.call(alice, inside), await scene.call(bob)];
  await scene.engine.join(left, right);
  bob.talk();
  alice.talk();
  const heard = await alice.hears(20);
  assert.ok(shareOf(1_000, TonePhone.samples(heard)) > 0.9, 'alice hears bob');
  // From then on she is where she was heard: who else sends to that port is no part of it, whatever source it names.
  thief.target = alice.target;
  thief.talk();
  const before = bob.heard.length;
  await bob.hears(25, before);
  assert.ok(shareOf(440, TonePhone.samples(bob.heard.slice(before))) > 0.9, 'bob hears alice alone');
  assert.equal(thief.heard.length, 0);
  thief.ssrc = alice.ssrc;
  await bob.hears(25);
  assert.equal(thief.heard.length, 0, 'the name of the source is no key');
  // Another source of hers is heard: it comes from where she is.
  alice.ssrc = 7_777;
  const after = bob.heard.length;
  await bob.hears(25, after);
  assert.ok(shareOf(440, TonePhone.samples(bob.heard.slice(after + 5))) > 0.9);
});

test('RFC 3711 §3.3.2: a copy of a protected packet is heard once, and leads the sound nowhere else', async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob, thief] = [await phone(t, 440), await phone(t, 1_000), await phone(t, 2_000)];
  const key = Uint8Array.from({ length: 30 }, (_, at) => 30 - at);
  const legId = await scene.open('phone');
  const offer = alice.sdp(
    `m=audio ${alice.port} RTP/SAVP 0`,
    `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:${Buffer.from(key).toString('base64')}`,
  );
  const answered = await scene.engine.answer(legId, offer, BOTH);
  assert.ok(answered.ok);
  const target = { address: '127.0.0.1', port: portOf(answered.sdp) };
  alice.target = thief.target = target;
  await scene.engine.join(legId, await scene.call(bob));
  const context = new SrtpContext({
    profile: srtpProfile('AES_CM_128_HMAC_SHA1_80')!,
    cipher: nodeCipher,
    master: { key: key.slice(0, 16), salt: key.slice(16) },
  });
  const payload = encodeG711('mu', new Int16Array(160).fill(4_000));
  const packet = (sequence: number) => {
    const head = { marker: false, payloadType: 0, sequence, timestamp: sequence * 160, ssrc: 5 };
    const plain = serializeRtp({ ...head, csrcs: [], extension: undefined, payload, paddingBytes: 0 });
    const bytes = new Uint8Array(plain.length + 64);
    bytes.set(plain);
    const length = context.protectRtp(bytes, plain.length);
    assert.ok(typeof length === 'number');
    return bytes.slice(0, length);
  };
  const sent = Array.from({ length: 10 }, (_, at) => packet(at + 1));
  for (const bytes of sent) alice.sendBytes(bytes);
  await bob.hears(10, 0);
  bob.talk();
  await alice.hears(1);
  // All of it again, from elsewhere, and a last one that is new: so much has come when that one is here.
  for (const bytes of sent) thief.sendBytes(bytes);
  alice.sendBytes(packet(11));
  await bob.hears(11, 0);
  assert.equal(bob.heard.length, 11, 'each once');
  await alice.hears(5);
  assert.equal(thief.heard.length, 0);
});
