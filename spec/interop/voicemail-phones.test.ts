// Real phones and voicemail: baresip leaves a message that linphone and Chromium hear, its tone measured in what arrives; the light
// of another baresip follows.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { Chromium, chromiumMissing } from '../cast/chromium.ts';
import { loudestIn } from '../cast/ear.ts';
import { Linphone, linphoneMissing } from '../cast/linphone.ts';
import { DOMAIN, standardEdition } from '../cast/stage.ts';
import { VoicemailPage } from '../cast/voicemail-page.ts';

const ALICE_HZ = 440;
/** Of the tone behind the greeting. */
const TONE_HZ = 1_000;
/** Moments of 0.3 s in which she speaks. */
const SAYS_MOMENTS = 6;
const HEARD_WITHIN_MS = 30_000;
const HEADER_BYTES = 44;

/** What linphone wrote down of the last second that it heard, in the rate of the codec, which its log says. */
async function heardBy(phone: Linphone, path: string) {
  const line = phone.lines.findLast((one) => /-->MSFileRec\S* from rate/.test(one)) ?? '';
  const rate = Number(/to rate \[(\d+)\]/.exec(line)?.[1] ?? 8_000);
  const file = await readFile(path).catch(() => Buffer.alloc(0));
  const bytes = file.subarray(Math.max(HEADER_BYTES, file.length - (file.length % 2) - rate * 2));
  const samples = Int16Array.from({ length: bytes.length >> 1 }, (_, at) => bytes.readInt16LE(at * 2));
  return loudestIn(samples, rate);
}

test('baresip leaves a message, the light of another baresip comes on, linphone hears it at *97, the light follows, and Chromium hears it', {
  skip: baresipMissing || linphoneMissing || chromiumMissing,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-voicemail-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await using stage = await standardEdition();
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const server = stage.frontEnds[0]!.sip('tcp');
  const account = ({ address, devicePassword: password }: typeof bob) => ({ address, password, server });
  const browser = await stage.browser(bob);
  const { rules, version } = await browser.command('callRules.get', {});
  const unanswered = { afterS: 5, to: { kind: 'voicemail' as const } };
  await browser.command('callRules.put', { rules: { ...rules, unanswered }, version });
  await browser[Symbol.asyncDispose]();

  await using hers = await Baresip.start({ ...account(alice), contacts: [], toneHz: ALICE_HZ });
  await hers.registered();
  await hers.dial(bob.address);
  await hers.callIs('CALL_ESTABLISHED');
  await hers.ear.hearsTone(TONE_HZ);
  for (let moment = 0; moment < SAYS_MOMENTS; moment += 1) await hers.ear.listen();
  await hers.command('hangup');

  await using light = await Baresip.start({ ...account(bob), contacts: [], hasLight: true });
  await light.shows(/Voice-Message: 1\/0/);
  await using his = await Linphone.start(account(bob));
  await his.registered();
  const path = join(folder, 'heard.wav');
  his.type('soundcard use files');
  his.type(`record ${path}`);
  his.call(`*97@${DOMAIN}`);
  await his.callIs('StreamsRunning');
  const deadline = Date.now() + HEARD_WITHIN_MS;
  for (
    let heard = await heardBy(his, path);
    Math.abs(heard.hz - ALICE_HZ) > 15;
    heard = await heardBy(his, path)
  )
    assert.ok(Date.now() < deadline, `${ALICE_HZ} Hz were to arrive: ${JSON.stringify(heard)}`);
  await light.shows(/Voice-Message: 0\/1/);
  his.type('terminate');
  await his.callIs('End');

  await using chromium = await Chromium.start();
  const window = await VoicemailPage.signIn(await chromium.window(t, stage.web.origin), bob);
  await window.opensVoicemail();
  const message = window.voiceMessage('Alice');
  await message.getByRole('button', { name: 'Alice' }).click();
  await message.getByRole('button', { name: 'Play', exact: true }).click();
  await window.hearsPlayed(ALICE_HZ);
});
