// The softphone in real browsers: two with microphones of different tones, and what arrives is measured at the far ear.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CallPage } from '../cast/call-page.ts';
import { Chromium, chromiumMissing } from '../cast/chromium.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';
import { writeTone } from '../cast/tone-file.ts';

const ALICE_HZ = 440;
const BOB_HZ = 1000;

let folder: string;
let stage: Stage;
let [low, high]: (Chromium | undefined)[] = [];

before(async () => {
  if (chromiumMissing) return;
  folder = await mkdtemp(join(tmpdir(), 'parley-tones-'));
  stage = await standardEdition();
  const browser = async (hz: number) => {
    const file = join(folder, `${hz}.wav`);
    await writeTone(file, hz);
    return Chromium.start([
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${file}`,
      '--auto-select-desktop-capture-source=Entire screen',
    ]);
  };
  [low, high] = [await browser(ALICE_HZ), await browser(BOB_HZ)];
});
after(async () => {
  await low?.[Symbol.asyncDispose]();
  await high?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

test('alice calls bob: each hears the tone of the other; mute, hold with music, resume, picture, hang up', {
  skip: chromiumMissing,
}, async (t) => {
  const [her, him] = await Promise.all([stage.hire('Alice'), stage.hire('Bob')]);
  const [alice, bob] = await Promise.all([
    CallPage.signIn(await low!.window(t, stage.web.origin), her),
    CallPage.signIn(await high!.window(t, stage.web.origin), him),
  ]);
  await alice.adds(him);
  await alice.calls('Bob');
  await bob.answers('Alice');
  await Promise.all([alice.talksTo('Bob'), bob.talksTo('Alice')]);
  await Promise.all([alice.hearsTone(BOB_HZ), bob.hearsTone(ALICE_HZ)]);
});
