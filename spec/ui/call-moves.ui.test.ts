// A call whose ground moves: somebody new calls by number at once, a headset is unplugged and comes back, the way through the
// network dies. What arrives is measured at the far ear.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { breakPath, pathsHold } from '../cast/broken-path.ts';
import { Chromium, chromiumMissing, speaking } from '../cast/chromium.ts';
import { MovingCallPage } from '../cast/moving-call-page.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';
import { writeTone } from '../cast/tone-file.ts';

const TONE_HZ = 440;
/** A number works so soon after the sign-in. */
const SOON_MS = 10_000;
const MOST_SILENCE_MS = 3_000;

let folder: string;
let stage: Stage;
let chromium: Chromium;

before(async () => {
  if (chromiumMissing) return;
  folder = await mkdtemp(join(tmpdir(), 'parley-tones-'));
  const file = join(folder, 'tone.wav');
  const devices = speaking(file);
  [stage, chromium] = await Promise.all([
    standardEdition(),
    writeTone(file, TONE_HZ).then(() => Chromium.start(devices)),
  ]);
});
after(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const skip = chromiumMissing;

async function signsIn(t: TestContext, name: string) {
  const person = await stage.hire(name);
  return {
    person,
    open: async () => MovingCallPage.signIn(await chromium.window(t, stage.web.origin), person),
  };
}

test('a call whose ground moves: a number soon after the sign-in, a headset that is unplugged, another network', {
  skip,
}, async (t) => {
  const [alice, bob] = [await signsIn(t, 'Alice'), await signsIn(t, 'Bob')];
  const number = `+4989${String(Date.now()).slice(-8)}`;
  const path = `/api/v1/admin/users/${bob.person.userId}`;
  await stage.administrator.request('PATCH', path, { phone: number });
  const his = await bob.open();
  const began = Date.now();
  const hers = await alice.open();
  await hers.searchBox.fill(number);
  await hers.page.getByRole('row', { name: /Call/ }).first().click();
  await his.answers('Alice');
  await Promise.all([hers.hearsTone(TONE_HZ), his.hearsTone(TONE_HZ)]);
  assert.ok(Date.now() - began < SOON_MS, `${Date.now() - began} ms after she began to sign in`);

  // The headset is pulled out: another microphone speaks, and the connection is the same.
  await hers.unplugsMicrophone();
  await hers.opensMicrophone(2);
  await his.hearsTone(TONE_HZ);
  // Then there is none at all, which is said; and when one is plugged in, it is heard without a word.
  await hers.unplugsMicrophone({ isLast: true });
  await hers.page.getByText('No microphone is connected.', { exact: false }).first().waitFor();
  await his.hearsTone(null);
  await hers.plugsMicrophoneIn();
  await his.hearsTone(TONE_HZ);
  assert.equal(await hers.connectionCount(), 1, 'one connection all the time');

  if (pathsHold === false) {
    const [one, other] = await hers.portsInUse();
    const silence = await his.listensForSilence();
    await using _dead = await breakPath(one, other);
    await silence.begins();
    await his.hearsTone(TONE_HZ);
    await hers.hearsTone(TONE_HZ);
    const most = await silence.longestMs();
    t.diagnostic(`${most} ms of silence`);
    assert.ok(most < MOST_SILENCE_MS, `${most} ms of silence`);
    assert.notDeepEqual(await hers.portsInUse(), [one, other]);
  } else t.diagnostic(pathsHold);
  await his.presses('Hang up');
  for (const one of [hers, his]) await one.usesNoDevice();
});
