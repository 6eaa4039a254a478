// Two front ends, two media hosts: calls are spread over both, and the death of one is heard for three seconds at most. Phones
// speak and hear tones here.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { natsServerMissing } from '@parley/platform/bus/testing';
import type { CallSide } from '@parley/services/calls/contract';
import type { Call } from '../cast/sip-call.ts';
import { SoundingPhone } from '../cast/sounding-phone.ts';
import { enterpriseEdition, type Member, type Person, type Stage } from '../cast/stage.ts';
import { WindowCalls, windowSdp } from '../cast/window-calls.ts';

const skip = natsServerMissing;
/** From the kill to the tone at the far ear. */
const RECOVERED_MS = 3_000;
let stage: Stage;
before(async () => {
  if (!skip) stage = await enterpriseEdition({ hasMedia: true });
});
after(() => stage?.[Symbol.asyncDispose]());

const windowOf = async (person: Person) => new WindowCalls(await stage.browser(person));

/** Commands wait for it, so long at most. */
const ADOPTED_MS = 4_000;

async function metricOf({ addresses }: Member, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${addresses.adminPort}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
}

/** Any front end takes a call that is begun: tries until it is that one. @param arrives waits for it at the other end. */
async function onceAt<Arrived>(
  frontEnd: Member,
  { window, to, arrives }: { window: WindowCalls; to: Person; arrives: () => Promise<Arrived> },
): Promise<{ readonly out: CallSide; readonly arrived: Arrived }> {
  const before = await metricOf(frontEnd, 'parley_calls');
  for (;;) {
    const out = await window.place({ userId: to.userId });
    const arrived = await arrives();
    if ((await metricOf(frontEnd, 'parley_calls')) > before) return { out, arrived };
    await window.hangUp(out);
    await window.sees(out.sideId, 'its end', ({ state }) => state === 'ended');
  }
}

/** Offers within the call that came to a phone. */
function invitesIn({ events }: Call): string[] {
  return events.entries.flatMap(({ event }) =>
    event.kind === 'request' && event.request.method === 'INVITE'
      ? [new TextDecoder().decode(event.request.body)]
      : [],
  );
}

/** Ends that each media host carries, as its metrics say. */
function legs(): Promise<number[]> {
  return Promise.all(stage.mediaHosts.map((host) => metricOf(host, 'parley_media_legs')));
}

test('a media host is killed: phones that talk over it are offered the other one, and hear each other again', {
  skip,
}, async () => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const [carol, dave] = [await stage.hire('Carol'), await stage.hire('Dave')];
  const [hers, carols] = [await windowOf(alice), await windowOf(carol)];
  await using his = await SoundingPhone.registered(dave, stage.frontEnds[0]!, 600);
  await using hall = await SoundingPhone.registered(alice, stage.frontEnds[0]!, 440);
  await using desk = await SoundingPhone.registered(bob, stage.frontEnds[1]!, 1_000);
  // Carol's calls go to Bob: of two phones that the server brings together it carries the sound.
  const { rules, version } = await carols.window.command('callRules.get', {});
  const forwardAll = { kind: 'user', userId: bob.userId } as const;
  await carols.window.command('callRules.put', { rules: { ...rules, forwardAll }, version });

  const out = hall.calls(carol.address);
  const arrived = await desk.isCalled();
  arrived.accept();
  await out.accepted();
  await hall.hears(1_000);
  await desk.hears(440);

  const carrier = stage.mediaHosts[(await legs())[0] === 0 ? 1 : 0]!;
  // Another call, between a window and a phone: the other host has more room.
  const window = await hers.place({ userId: dave.userId });
  (await his.isCalled()).accept();
  await hers.hears(window.sideId, 'answer');
  assert.deepEqual(await legs(), [2, 2], 'calls are placed by load');

  await carrier.kill();
  const from = performance.now();
  await Promise.all([hall.hears(1_000), desk.hears(440)]);
  assert.ok(performance.now() - from < RECOVERED_MS, `${performance.now() - from} ms`);
  out.hangUp();
  await arrived.ended();
  await hers.hangUp(window);
  await carrier.start();
});

test('a front end is killed: its calls go on at the other one, are held and ended there, by windows and by phones, and the books are right', {
  skip,
}, async () => {
  const [alice, bob, carol] = [await stage.hire('Alice'), await stage.hire('Bob'), await stage.hire('Carol')];
  const [hers, his] = [await windowOf(alice), await windowOf(bob)];
  const [dies, lives] = stage.frontEnds as [Member, Member];
  await using desk = await SoundingPhone.registered(carol, lives, 1_000);
  // A window and a phone, and two windows, at the front end that dies; and two windows at the other one.
  const toDesk = { to: carol, arrives: () => desk.isCalled() };
  const { out: withPhone, arrived: call } = await onceAt(dies, { window: hers, ...toDesk });
  call.accept();
  await hers.hears(withPhone.sideId, 'answer');
  const toBob = { window: hers, to: bob, arrives: () => his.rings() };
  const { out: direct, arrived } = await onceAt(dies, toBob);
  const { side } = arrived;
  await his.answer(side);
  await hers.sees(direct.sideId, 'the call', ({ state }) => state === 'connected');
  const { out: ringing } = await onceAt(dies, { window: his, ...toDesk });

  await dies.kill();
  const from = performance.now();
  const held = await hers.window.command('call.hold', { sideId: direct.sideId, held: true });
  assert.equal(held.heldByMe, true);
  assert.ok(performance.now() - from < ADOPTED_MS, `${performance.now() - from} ms`);
  await his.sees(side.sideId, 'hold', ({ heldByOther }) => heldByOther);
  // What still rang ends, in words.
  const over = await his.sees(ringing.sideId, 'its end', ({ state }) => state === 'ended');
  assert.deepEqual([over.end?.reason, over.end?.by], ['failed', 'server']);
  // The windows speak to each other as before, about a picture too.
  const round = 2;
  await hers.say(direct.sideId, { kind: 'offer', round, sdp: windowSdp('more') });
  await his.hears(side.sideId, 'offer', 2);
  await his.say(side.sideId, { kind: 'answer', round, sdp: windowSdp('yes') });
  await hers.hears(direct.sideId, 'answer', 2);
  await his.hangUp(side);
  await hers.sees(direct.sideId, 'the end', ({ state }) => state === 'ended');

  // The phone was held when the other call began; it hears of who took it over, and from there that it is not any more.
  const offersOf = (direction: string) => invitesIn(call).filter((sdp) => sdp.includes(`a=${direction}\r`));
  await hers.window.command('call.hold', { sideId: withPhone.sideId, held: false });
  await call.events.until('an offer without hold', () => offersOf('sendrecv').length > 0);
  call.hold();
  await hers.sees(withPhone.sideId, 'hold', ({ heldByOther }) => heldByOther);
  call.hangUp();
  const end = await hers.sees(withPhone.sideId, 'the end', ({ state }) => state === 'ended');
  assert.deepEqual([end.end?.reason, end.end?.by], ['hung-up', 'other']);
  const { sides } = await hers.window.command('call.list', {});
  assert.deepEqual(sides, []);
  const { entries } = await his.window.command('call.history', { limit: 10 });
  assert.deepEqual(
    [ringing, side].map(({ sideId }) => entries.find((entry) => entry.sideId === sideId)?.end),
    ['failed', 'hung-up'],
  );
  await dies.start();
});
