// Communicator in a real Chromium talks with baresip while a media host is killed, and then the front end that holds the call:
// both hear each other again within three seconds, and either can end the call.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { natsServerMissing } from '@parley/platform/bus/testing';
import { Baresip, baresipMissing } from '../cast/baresip.ts';
import { CallPage } from '../cast/call-page.ts';
import { Chromium, chromiumMissing, speaking } from '../cast/chromium.ts';
import { enterpriseEdition, type Member } from '../cast/stage.ts';
import { writeTone } from '../cast/tone-file.ts';

const [ALICE_HZ, BARESIP_HZ] = [1_000, 440];
/** From the kill to the tone at the far ear; to measure one takes most of a second. */
const RECOVERED_MS = 3_000 + 800;

async function metricOf({ addresses }: Member, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${addresses.adminPort}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

test('Chromium and baresip hear each other again after their media host was killed, and after their front end was', {
  skip: chromiumMissing || baresipMissing || natsServerMissing,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-tones-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'tone.wav');
  await writeTone(file, ALICE_HZ);
  await using stage = await enterpriseEdition({ hasMedia: true });
  const chromium = await Chromium.start(speaking(file));
  t.after(() => chromium[Symbol.asyncDispose]());
  const [her, him] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const alice = await CallPage.signIn(await chromium.window(t, stage.web.origin), her);
  const [dies, lives] = stage.frontEnds as [Member, Member];
  await using bob = await Baresip.start({
    address: him.address,
    password: him.devicePassword,
    server: lives.sip('tcp'),
    contacts: [],
  });
  await bob.registered();
  await alice.adds(him);
  // Either front end takes the call that is begun; baresip knows the way to one of them alone.
  for (;;) {
    const seen = bob.calls.entries.length;
    await alice.calls('Bob');
    await bob.callIs('CALL_INCOMING', seen);
    if ((await metricOf(dies, 'parley_calls')) > 0) break;
    await alice.presses('Cancel');
    await bob.callIs('CALL_CLOSED', seen);
    await alice.panel('Bob').waitFor({ state: 'detached' });
  }
  await bob.command('accept');
  await alice.talksTo('Bob');
  await alice.hearsTone(BARESIP_HZ);
  await bob.ear.hearsTone(ALICE_HZ);

  const [first, second] = stage.mediaHosts as [Member, Member];
  const carrier = (await metricOf(first, 'parley_media_legs')) > 0 ? first : second;
  const connections = () => alice.page.evaluate<number>('globalThis.connections.length');
  const before = await connections();
  await carrier.kill();
  const from = performance.now();
  // What is heard after that comes over another host.
  await alice.page.waitForFunction(
    (count) => (globalThis as unknown as { connections: unknown[] }).connections.length > count,
    before,
  );
  await Promise.all([alice.hearsTone(BARESIP_HZ), bob.ear.hearsTone(ALICE_HZ)]);
  const recoveredMs = performance.now() - from;
  t.diagnostic(`heard again after ${Math.round(recoveredMs)} ms`);
  assert.ok(recoveredMs < RECOVERED_MS, `${recoveredMs} ms`);

  await dies.kill();
  await Promise.all([alice.hearsTone(BARESIP_HZ), bob.ear.hearsTone(ALICE_HZ)]);
  const seen = bob.lines.entries.length;
  await alice.presses('Hold');
  // On hold baresip sends nothing, and music comes in at the rate of G.711; it writes none of it down.
  await bob.shows(/audio=0\/6\d{4} /, seen);
  const held = bob.lines.entries.length;
  await alice.presses('Go on with this call');
  await alice.hearsTone(BARESIP_HZ);
  // After being held, this baresip writes down nothing any more; what comes and goes it still counts.
  await bob.shows(/audio=6\d{4}\/6\d{4} /, held);
  await bob.command('hangup');
  await alice.panel('Bob').waitFor({ state: 'detached' });
  assert.equal(await metricOf(lives, 'parley_calls'), 0);
});
