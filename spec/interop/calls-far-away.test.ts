// Somebody in a network where little gets through calls a desk phone: no UDP at all, and UDP of which much is lost. What arrives
// is measured at either ear, and the window says what is wrong with the line.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { CallPage } from '../cast/call-page.ts';
import { CHROMIUM, Chromium, chromiumMissing, speaking } from '../cast/chromium.ts';
import { FarNetwork, farNetworkMissing } from '../cast/far-network.ts';
import { type Stage, standardEdition } from '../cast/stage.ts';
import { writeTone } from '../cast/tone-file.ts';

const ALICE_HZ = 1_000;
const PHONE_HZ = 440;
const skip = chromiumMissing || baresipMissing || farNetworkMissing;

let folder: string;
let far: FarNetwork;
let stage: Stage;
let chromium: Chromium;
/** Of the pages, seen from there. */
let origin = '';

before(async () => {
  if (skip) return;
  folder = await mkdtemp(join(tmpdir(), 'parley-tones-'));
  far = await FarNetwork.open();
  const { here } = far;
  const any = { address: here, port: 0 };
  const off = { port: null };
  stage = await standardEdition({
    settings: {
      hostName: here,
      listen: {
        // The first administrator signs up from this machine.
        http: { address: '0.0.0.0', port: 0 },
        https: off,
        sip: any,
        sips: off,
        turn: off,
        turns: any,
        admin: { address: '127.0.0.1', port: 0 },
      },
      media: { listen: here, port: 0, addresses: [here] },
    },
  });
  origin = `http://${here}:${new URL(stage.web.origin).port}`;
  const file = join(folder, 'tone.wav');
  await writeTone(file, ALICE_HZ);
  const flags = [
    ...speaking(file),
    // The server has a certificate of its own small authority, and no name.
    '--ignore-certificate-errors',
    `--unsafely-treat-insecure-origin-as-secure=${origin}`,
    `--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE ${here}`,
  ];
  chromium = await Chromium.start(flags, await far.inside(CHROMIUM));
});
after(async () => {
  await chromium?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
  await far?.[Symbol.asyncDispose]();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

async function two(t: TestContext) {
  const [her, him] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const { address, devicePassword: password } = him;
  const server = stage.frontEnds[0]!.sip('tcp');
  const bob = await Baresip.start({ address, password, server, contacts: [], toneHz: PHONE_HZ });
  t.after(() => bob[Symbol.asyncDispose]());
  await bob.registered();
  const alice = await CallPage.signIn(await chromium.window(t, origin), her);
  await alice.adds(him);
  return { alice, bob };
}

test('no UDP gets through: the call goes over TLS and the relay, and is there in five seconds', {
  skip,
}, async (t) => {
  far.losesUdp(100);
  const { alice, bob } = await two(t);
  await alice.calls('Bob');
  await bob.callIs('CALL_INCOMING');
  const acceptedMs = Date.now();
  await bob.command('accept');
  await alice.connects();
  const tookMs = Date.now() - acceptedMs;
  assert.ok(tookMs < 5_000, `connected after ${tookMs} ms`);
  assert.deepEqual(await alice.path(), { type: 'relay', protocol: 'tls' });
  await Promise.all([alice.hearsTone(PHONE_HZ), bob.ear.hearsTone(ALICE_HZ)]);
});

test('of UDP much is lost: the tones are still there, and the window says what helps', {
  skip,
}, async (t) => {
  far.losesUdp(5);
  const { alice, bob } = await two(t);
  await alice.calls('Bob');
  await bob.callIs('CALL_INCOMING');
  await bob.command('accept');
  await alice.connects();
  assert.notEqual((await alice.path()).protocol, 'tls');
  await Promise.all([alice.hearsTone(PHONE_HZ), bob.ear.hearsTone(ALICE_HZ)]);
  far.losesUdp(15);
  const words = alice.say(
    'Your network loses parts of what {{name}} says. A cable, or a place nearer to the Wi-Fi, helps.',
    { name: 'Bob' },
  );
  await alice.panel('Bob').getByText(words).waitFor();
  await Promise.all([alice.hearsTone(PHONE_HZ), bob.ear.hearsTone(ALICE_HZ)]);
});
