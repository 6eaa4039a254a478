// Voicemail in Chromium: a message that a phone left is heard in the page, measured; it is unheard until then, removed and taken
// back; a greeting is recorded from the microphone, and the server has it.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Chromium, chromiumMissing, speaking } from '../cast/chromium.ts';
import { axeFindings, sidewaysFindings } from '../cast/looking.ts';
import { SoundingPhone } from '../cast/sounding-phone.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';
import { writeTone } from '../cast/tone-file.ts';
import { VoicemailPage } from '../cast/voicemail-page.ts';

const CALLER_HZ = 700;
const MICROPHONE_HZ = 1_300;
/** Of the tone behind the greeting. */
const TONE_HZ = 1_000;
const SAID_PACKETS = 150;
const skip = chromiumMissing;

let folder: string;
let stage: Stage;
let browser: Chromium;

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'parley-tones-'));
  const file = join(folder, 'microphone.wav');
  await writeTone(file, MICROPHONE_HZ);
  stage = await standardEdition({ hasMedia: true });
  browser = await Chromium.start(speaking(file));
});
after(async () => {
  await browser?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

test('alice leaves bob a message: it is heard in his window, counted, removed, taken back; his greeting is recorded', {
  skip,
}, async (t) => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const page = await browser.window(t, stage.web.origin);
  const his = await VoicemailPage.signIn(page, bob);
  await his.choosesState('Do not disturb');
  await his.opensVoicemail();
  await page.getByText('No voice messages', { exact: true }).waitFor();

  await using phone = await SoundingPhone.registered(alice, stage.frontEnds[0]!, CALLER_HZ);
  const call = phone.calls(bob.address);
  await call.accepted();
  await phone.hears(TONE_HZ);
  await phone.voice.hears(SAID_PACKETS);
  call.hangUp();

  const message = his.voiceMessage('Alice');
  await message.waitFor();
  await his.badgeSays('1 voice message not heard');
  await message.getByText('Not heard', { exact: true }).waitFor();
  await message.getByRole('button', { name: 'Alice' }).click();
  await message.getByRole('button', { name: 'Play', exact: true }).click();
  await his.hearsPlayed(CALLER_HZ);
  await his.badgeSays(null);
  await message.getByText('Not heard', { exact: true }).waitFor({ state: 'detached' });
  assert.deepEqual(await axeFindings(page), []);

  // The player is led by keys, and its sound comes in the bytes that it asks for.
  const position = message.getByRole('slider', { name: 'Position' });
  await position.focus();
  await page.keyboard.press('Home');
  assert.match((await position.getAttribute('aria-valuetext')) ?? '', /^0:00 of 0:0[2-9]$/);
  const src = await page.locator('audio').getAttribute('src');
  const part =
    await page.evaluate(`fetch('${src}', { headers: { range: 'bytes=0-99' } }).then(async (answer) => ({
    status: answer.status,
    bytes: (await answer.arrayBuffer()).byteLength,
    cache: answer.headers.get('cache-control'),
  }))`);
  assert.deepEqual(part, { status: 206, bytes: 100, cache: 'private, no-store' });

  await message.getByRole('button', { name: 'Mark as not heard' }).click();
  await his.badgeSays('1 voice message not heard');
  await message.getByRole('button', { name: 'Remove', exact: true }).click();
  await message.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await message.waitFor();

  // Nobody else hears it.
  await using hers = await stage.browser(alice);
  await assert.rejects(hers.http.request('GET', src ?? ''), /404|not there any more/);

  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  assert.deepEqual(await sidewaysFindings(page), []);
  if (size !== null) await page.setViewportSize(size);

  await his.opensSettings('Calls');
  await page.getByText('Callers hear the standard greeting with your name.').waitFor();
  await his.button('Record a greeting').click();
  await page.getByText('Your microphone hears you.').waitFor();
  await page.getByRole('timer', { name: 'Recorded so far' }).getByText('0:02').waitFor();
  await his.button('Stop').click();
  await his.button('Keep this greeting').click();
  await page.getByText('Callers hear your own greeting.').waitFor();
  await page
    .getByRole('region', { name: 'Greeting' })
    .getByRole('button', { name: 'Play', exact: true })
    .click();
  await his.hearsPlayed(MICROPHONE_HZ);
  assert.deepEqual(await axeFindings(page), []);

  await page.getByRole('textbox', { name: 'New PIN' }).fill('1234');
  await his.button('Set PIN').click();
  await page.getByText('This PIN is too easy to guess.').waitFor();
  await page.getByRole('textbox', { name: 'New PIN' }).fill('2749');
  await his.button('Set PIN').click();
  await page.getByText('A PIN is set.').waitFor();
  await his.button('Use the standard greeting').click();
  await page.getByText('Callers hear the standard greeting with your name.').waitFor();
});
