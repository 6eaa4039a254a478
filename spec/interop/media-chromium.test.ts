// Chromium at the media engine: DTLS-SRTP, one port, voice and picture, towards another Chromium and towards a plain phone.
// The test carries the SDP; what arrives is measured.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { BOTH, EngineScene, shareOf, TonePhone } from '@parley/platform/media/testing';
import type { Page } from 'playwright-core';
import { Chromium, chromiumMissing } from '../cast/chromium.ts';
import {
  answerOf,
  isTone,
  MEDIA_FLAGS,
  offerOf,
  prepareCall,
  pressKeys,
  restartIceOf,
  takeAnswer,
  untilHears,
} from '../cast/media-page.ts';

const skip = chromiumMissing;
const VIDEO = { audio: 'sendrecv', video: 'sendrecv' } as const;
let chromium: Chromium;
const site = createServer((_, response) =>
  response.setHeader('content-type', 'text/html').end('<!doctype html><link rel="icon" href="data:,">'),
);
let origin = '';

before(async () => {
  if (skip) return;
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  chromium = await Chromium.start(MEDIA_FLAGS);
});
after(async () => {
  site.close();
  await chromium?.[Symbol.asyncDispose]();
});

async function browser(t: TestContext, options: Parameters<typeof prepareCall>[1]): Promise<Page> {
  const page = await chromium.window(t, origin);
  await page.goto(origin);
  await prepareCall(page, options);
  return page;
}

/** The page offers, the engine answers. */
async function dial(scene: EngineScene, page: Page, directions: typeof BOTH | typeof VIDEO): Promise<string> {
  const legId = await scene.open('browser', { video: 'video' in directions });
  const answered = await scene.engine.answer(legId, await offerOf(page), directions);
  assert.ok(answered.ok, JSON.stringify(answered));
  await takeAnswer(page, answered.sdp);
  return legId;
}

test('two browsers hear and see each other, one having been called', { skip }, async (t) => {
  const scene = await EngineScene.open(t);
  const [alice, bob] = [
    await browser(t, { toneHz: 440, video: true }),
    await browser(t, { toneHz: 1_000, video: true }),
  ];
  const left = await dial(scene, alice, VIDEO);
  const right = await scene.open('browser', { video: true });
  const offered = await scene.engine.offer(right, VIDEO);
  assert.ok(offered.ok);
  const accepted = await scene.engine.accept(right, await answerOf(bob, offered.sdp));
  assert.ok(accepted.ok, JSON.stringify(accepted));
  assert.deepEqual(accepted.agreed, {
    audio: { direction: 'sendrecv', codec: 'opus' },
    video: { direction: 'sendrecv', codec: 'VP8' },
  });
  await Promise.all([scene.until(left, 'connected'), scene.until(right, 'connected')]);
  await scene.engine.join(left, right);
  await untilHears(bob, 'bob hears alice', isTone(440));
  await untilHears(alice, 'alice hears bob', isTone(1_000));
  const seen = await untilHears(alice, 'alice sees bob', ({ frames }) => frames > 10);
  await untilHears(bob, 'bob sees alice', ({ frames }) => frames > 10);
  await untilHears(alice, 'the picture goes on', ({ frames }) => frames > seen.frames + 10);
  const offer = await restartIceOf(alice);
  const restarted = await scene.engine.answer(left, offer, VIDEO);
  assert.ok(restarted.ok);
  await takeAnswer(alice, restarted.sdp);
  const before = await untilHears(alice, 'after the restart', ({ state }) => state === 'connected');
  await untilHears(
    alice,
    'sound goes on',
    (now) => now.audioPackets > before.audioPackets + 50 && isTone(1_000)(now),
  );
});

test('a browser and a phone of G.711 hear each other, keys pass both ways, and quality is told', {
  skip,
}, async (t) => {
  const scene = await EngineScene.open(t);
  const alice = await browser(t, { toneHz: 440, codecs: ['PCMU', 'telephone-event'] });
  await using bob = await TonePhone.open(1_000);
  const left = await dial(scene, alice, BOTH);
  const right = await scene.call(bob);
  await scene.engine.join(left, right);
  bob.talk();
  await untilHears(alice, 'alice hears bob', isTone(1_000));
  const heard = await bob.hears(50);
  assert.ok(shareOf(440, TonePhone.samples(heard.slice(-25))) > 0.9, 'bob hears alice');
  await pressKeys(alice, '7');
  const { key } = await scene.until(left, 'key');
  assert.equal(key, '7');
  const quality = await scene.until(left, 'quality');
  const received = quality.streams.find(({ way }) => way === 'received')!;
  assert.deepEqual([received.kind, received.codec, received.lost], ['audio', 'PCMU', 0]);
  assert.ok(received.mos! > 4, `mos ${received.mos}`);
});
