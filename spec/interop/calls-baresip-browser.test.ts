// Communicator in a real Chromium and baresip call each other through the media host; the page measures the tone that it hears.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { CallPage } from '../cast/call-page.ts';
import { Chromium, chromiumMissing } from '../cast/chromium.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { writeTone } from '../cast/tone-file.ts';

const BARESIP_HZ = 440;

async function phoneOf(stage: Stage, person: Person, t: TestContext): Promise<Baresip> {
  const phone = await Baresip.start({
    address: person.address,
    password: person.devicePassword,
    server: stage.frontEnds[0]!.sip('tcp'),
    contacts: [],
  });
  t.after(() => phone[Symbol.asyncDispose]());
  await phone.registered();
  return phone;
}

test('a browser calls baresip, and baresip calls the browser: each hears the other, until one hangs up', {
  skip: chromiumMissing || baresipMissing,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-tones-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'tone.wav');
  await writeTone(file, 1000);
  await using stage = await standardEdition();
  const chromium = await Chromium.start([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${file}`,
  ]);
  t.after(() => chromium[Symbol.asyncDispose]());
  const [her, him] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const alice = await CallPage.signIn(await chromium.window(t, stage.web.origin), her);
  const bob = await phoneOf(stage, him, t);
  await alice.adds(him);
  await alice.calls('Bob');
  await bob.callIs('CALL_INCOMING');
  await bob.command('accept');
  await alice.talksTo('Bob');
  await bob.hearsSound();
  await alice.hearsTone(BARESIP_HZ);
  await bob.command('hold');
  await bob.command('resume');
  await alice.hearsTone(BARESIP_HZ);
  assert.ok((await bob.heardBytes()) > 0);
  await bob.command('hangup');
  await alice.panel('Bob').waitFor({ state: 'detached' });

  await bob.dial(her.address);
  await alice.answers('Bob');
  await alice.talksTo('Bob');
  await bob.callIs(
    'CALL_ESTABLISHED',
    bob.calls.entries.findIndex(({ type }) => type === 'CALL_CLOSED'),
  );
  await alice.hearsTone(BARESIP_HZ);
});
