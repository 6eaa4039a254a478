// Calls and what goes wrong beside them: a stolen password that dials and dials, and a front end that dies with its calls.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { natsServerMissing } from '@parley/platform/bus/testing';
import { SipUserAgent } from '../cast/sip-user-agent.ts';
import { enterpriseEdition, type Stage } from '../cast/stage.ts';
import { WindowCalls } from '../cast/window-calls.ts';

const skip = natsServerMissing;
let stage: Stage;
before(async () => {
  if (!skip) stage = await enterpriseEdition({ settings: { calls: { perMinute: 6 } } });
});
after(() => stage?.[Symbol.asyncDispose]());

async function windowOf(name: string) {
  const person = await stage.hire(name);
  return { ...person, calls: new WindowCalls(await stage.browser(person)) };
}

test('a telephone that dials without end is refused in words, is counted, and may call again later', {
  skip,
}, async () => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const sip = (person: typeof alice) => ({
    address: person.address,
    password: person.devicePassword,
    server: stage.frontEnds[0]!.sip('tcp') as { transport: 'tcp'; address: string; port: number },
  });
  await using stolen = await SipUserAgent.registered(sip(alice));
  await using his = await SipUserAgent.registered(sip(bob));
  for (let calls = 0; calls < 6; calls++) {
    const call = stolen.calls(bob.address);
    (await his.isCalled()).refuse(486);
    assert.equal((await call.answer('INVITE')).status, 486);
  }
  const refused = await stolen.calls(bob.address).answer('INVITE');
  assert.equal(refused.status, 403);
  assert.match(refused.headers.get('Warning') ?? '', /too many calls in a minute/);
  // An emergency call is never one too many: nobody has that number here, and the proxy says so.
  assert.equal((await stolen.calls('112@parley.test').answer('INVITE')).status, 404);
  const metrics = await Promise.all(
    stage.members.map(async ({ addresses }) =>
      (await fetch(`http://127.0.0.1:${addresses.adminPort}/metrics`)).text(),
    ),
  );
  assert.ok(metrics.some((text) => /^parley_calls_refused_total 1$/m.test(text)));
});

test('a front end dies: its calls end with a reason for both, those of the other one go on', {
  skip,
}, async () => {
  const [alice, bob] = [await windowOf('Alice'), await windowOf('Bob')];
  const outs = [];
  for (let calls = 0; calls < 6; calls++) {
    const out = await alice.calls.place({ userId: bob.userId });
    await bob.calls.answer((await bob.calls.rings()).side);
    outs.push(out);
  }
  const placeOf = (sideId: string) => sideId.split('-')[0];
  assert.equal(new Set(outs.map(({ sideId }) => placeOf(sideId))).size, 2, 'both front ends hold calls');
  await stage.frontEnds[0]!.kill();
  const ended = await alice.calls.window.until(
    'calls that end',
    () => {
      const sides = alice.calls.sides.filter(({ state }) => state === 'ended');
      return sides.length > 0 && sides;
    },
    40_000,
  );
  const dead = placeOf(ended[0]!.sideId);
  const lost = outs.filter(({ sideId }) => placeOf(sideId) === dead);
  for (const { sideId } of lost) {
    const side = await alice.calls.sees(sideId, 'its end', ({ state }) => state === 'ended');
    assert.deepEqual([side.end?.reason, side.end?.by], ['failed', 'server']);
    await assert.rejects(alice.calls.window.command('call.hold', { sideId, held: true }), /CALL_GONE/);
  }
  const running = outs.filter(({ sideId }) => placeOf(sideId) !== dead);
  const held = await alice.calls.window.command('call.hold', { sideId: running[0]!.sideId, held: true });
  assert.equal(held.state, 'connected');
  const { sides } = await bob.calls.window.command('call.list', {});
  assert.equal(sides.length, running.length);
});
