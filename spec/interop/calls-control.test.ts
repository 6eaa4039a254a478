// Pictures between a real phone and a browser, held and back; and keys of a phone that sends them beside the sound, as they arrive
// at a phone that wants them within it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { Baresip, type BaresipSettings, baresipMissing } from '../cast/baresip.ts';
import { CallPage } from '../cast/call-page.ts';
import { Chromium, chromiumMissing, speaking } from '../cast/chromium.ts';
import { SipUserAgent } from '../cast/sip-user-agent.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { writeTone } from '../cast/tone-file.ts';

const skip = chromiumMissing || baresipMissing;
let stage: Stage;
let chromium: Chromium;
let folder: string;
before(async () => {
  if (skip !== false) return;
  folder = await mkdtemp(join(tmpdir(), 'parley-tones-'));
  await writeTone(join(folder, 'tone.wav'), 1000);
  stage = await standardEdition();
  chromium = await Chromium.start(speaking(join(folder, 'tone.wav')));
});
after(async () => {
  if (skip !== false) return;
  await chromium[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function phoneOf(
  t: TestContext,
  person: Person,
  settings: Partial<BaresipSettings> = {},
): Promise<Baresip> {
  const { address, devicePassword: password } = person;
  const server = stage.frontEnds[0]!.sip('tcp');
  const phone = await Baresip.start({ address, password, server, contacts: [], ...settings });
  t.after(() => phone[Symbol.asyncDispose]());
  await phone.registered();
  return phone;
}
async function pageOf(t: TestContext, person: Person): Promise<CallPage> {
  return await CallPage.signIn(await chromium.window(t, stage.web.origin), person);
}

test('picture between a browser and a phone: it arrives at both ends, is held, and arrives again', {
  skip,
}, async (t) => {
  const [her, him] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const alice = await pageOf(t, her);
  const bob = await phoneOf(t, him, { hasPicture: true });
  await alice.adds(him);
  await alice.calls('Bob', { video: true });
  await bob.callIs('CALL_INCOMING');
  await bob.command('accept');
  await alice.talksTo('Bob');
  await alice.hearsTone(440);
  await alice.receivesPictures(10);
  await bob.seesPictures();
  await bob.ear.hearsTone(1000);
  await bob.command('hold');
  await alice.hearsMusic();
  await bob.command('resume');
  await alice.hearsTone(440);
  await alice.receivesPictures(10);
  await bob.seesPictures();
  await bob.command('hangup');
  await alice.panel('Bob').waitFor({ state: 'detached' });

  await bob.dial(her.address);
  await alice.answers('Bob', 'Answer with picture');
  await alice.talksTo('Bob');
  await alice.receivesPictures(10);
  await bob.seesPictures();
});

test('keys that a phone sends by INFO are heard within the sound by the other phone', { skip }, async (t) => {
  const [her, him] = [await stage.hire('Alice'), await stage.hire('Bob')];
  // Where a window rings as well, the call is carried by the server.
  await pageOf(t, him);
  await using alice = await SipUserAgent.registered({
    address: her.address,
    password: her.devicePassword,
    server: stage.frontEnds[0]!.sip('tcp') as { transport: 'tcp'; address: string; port: number },
  });
  const bob = await phoneOf(t, him);
  const call = alice.calls(him.address);
  await bob.callIs('CALL_INCOMING');
  await bob.command('accept');
  await call.accepted();
  call.send('INFO', {
    headers: [['Content-Type', 'application/dtmf-relay']],
    body: new TextEncoder().encode('Signal=7\r\nDuration=200\r\n'),
  });
  await bob.shows("received event: '7'");
  call.hangUp();
});
