// Two front ends, two media hosts: calls are spread over both, and the death of one is heard for three seconds at most. Phones
// speak and hear tones here.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { natsServerMissing } from '@parley/platform/bus/testing';
import type { CallSide } from '@parley/services/calls/contract';
import { SoundingPhone } from '../cast/sounding-phone.ts';
import { enterpriseEdition, type Person, type Stage } from '../cast/stage.ts';
import { WindowCalls } from '../cast/window-calls.ts';

const skip = natsServerMissing;
/** From the kill to the tone at the far ear. */
const RECOVERED_MS = 3_000;
let stage: Stage;
before(async () => {
  if (!skip) stage = await enterpriseEdition({ hasMedia: true });
});
after(() => stage?.[Symbol.asyncDispose]());

const windowOf = async (person: Person) => new WindowCalls(await stage.browser(person));

/** Ends that each media host carries, as its metrics say. */
function legs(): Promise<number[]> {
  return Promise.all(
    stage.mediaHosts.map(async ({ addresses }) => {
      const text = await (await fetch(`http://127.0.0.1:${addresses.adminPort}/metrics`)).text();
      return Number(/^parley_media_legs (\d+)$/m.exec(text)?.[1] ?? 0);
    }),
  );
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
});

test('a front end is killed: its calls go on at the other one, are held, handed on and ended there, and the books are right', {
  skip,
}, async () => {
  const [alice, bob, carol] = [await stage.hire('Alice'), await stage.hire('Bob'), await stage.hire('Carol')];
  const [hers, his, carols] = [await windowOf(alice), await windowOf(bob), await windowOf(carol)];
  const calls: { readonly out: CallSide; readonly side: CallSide }[] = [];
  for (const [from, to, person] of [
    [hers, his, bob],
    [hers, his, bob],
    [his, hers, alice],
    [his, hers, alice],
  ] as const) {
    const out = await from.place({ userId: person.userId });
    const { side } = await to.rings();
    await to.answer(side);
    calls.push({ out, side });
  }
  void carols;
  const placeOf = ({ sideId }: CallSide) => sideId.split('-')[0];
  assert.equal(new Set(calls.map(({ out }) => placeOf(out))).size, 2, 'both front ends hold calls');
  await stage.frontEnds[0]!.kill();
  const from = performance.now();
  for (const { out, side } of calls) {
    const [near, far] = hers.sides.some(({ sideId }) => sideId === out.sideId) ? [hers, his] : [his, hers];
    await near.window.command('call.hold', { sideId: out.sideId, held: true });
    assert.ok(performance.now() - from < 4_000, `${performance.now() - from} ms`);
    await far.sees(side.sideId, 'hold', ({ heldByOther }) => heldByOther);
  }
});
