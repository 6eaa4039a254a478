// Browsers and phones in one call: both ring, one takes it, held from each side, handed on, ended by either. Media goes through
// the server; what is heard is proven with real phones in spec/interop.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { portOf } from '../cast/session-description.ts';
import { SipUserAgent } from '../cast/sip-user-agent.ts';
import { type Person, type Stage, standardEdition } from '../cast/stage.ts';
import { WindowCalls, windowSdp } from '../cast/window-calls.ts';

let stage: Stage;
before(async () => {
  stage = await standardEdition();
});
after(() => stage?.[Symbol.asyncDispose]());

function phoneOf(person: Person): Promise<SipUserAgent> {
  const server = stage.frontEnds[0]!.sip('tcp') as { transport: 'tcp'; address: string; port: number };
  return SipUserAgent.registered({ address: person.address, password: person.devicePassword, server });
}
async function windowOf(person: Person) {
  return new WindowCalls(await stage.browser(person));
}

test('alice calls from her browser: bob’s window and phone ring; the phone takes it, holds, and hangs up', async () => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const [hers, his] = [await windowOf(alice), await windowOf(bob)];
  await using phone = await phoneOf(bob);
  const out = await hers.place({ userId: bob.userId });
  const [{ side }, call] = await Promise.all([his.rings(), phone.isCalled()]);
  assert.match(call.request?.headers.get('From') ?? '', new RegExp(`Alice.*${alice.address}`));
  call.ring();
  await hers.sees(out.sideId, 'ringing', ({ state }) => state === 'ringing');
  call.accept();
  await call.acknowledged();
  const talking = await hers.sees(out.sideId, 'the call', ({ state }) => state === 'connected');
  assert.deepEqual([talking.isDirect, talking.device?.kind], [false, 'window']);
  const { sdp } = await hers.hears(out.sideId, 'answer');
  assert.match(sdp, /a=fingerprint:sha-256/);
  const elsewhere = await his.sees(side.sideId, 'the phone', ({ state }) => state === 'connected');
  assert.equal(elsewhere.device?.kind, 'phone');

  call.hold();
  await hers.sees(out.sideId, 'hold', ({ heldByOther }) => heldByOther);
  call.resume();
  await hers.sees(out.sideId, 'no hold', ({ heldByOther }) => !heldByOther);
  await hers.window.command('call.hold', { sideId: out.sideId, held: true });
  const held = await call.events.until('the hold', (events) =>
    events
      .flatMap(({ event }) =>
        event.kind === 'request' && event.request.method === 'INVITE' ? [event.request] : [],
      )
      .find(({ body }) => /a=sendonly/.test(new TextDecoder().decode(body))),
  );
  assert.ok(portOf(held.body));
  await hers.window.command('call.hold', { sideId: out.sideId, held: false });
  await hers.say(out.sideId, { kind: 'offer', round: 2, sdp: windowSdp('more') });
  await hers.hears(out.sideId, 'answer', 2);

  call.hangUp();
  const end = await hers.sees(out.sideId, 'the end', ({ state }) => state === 'ended');
  assert.deepEqual([end.end?.reason, end.end?.by], ['hung-up', 'other']);
  assert.equal((await his.wasTold(side.sideId)).entry.missed, false);
});

test('bob takes it in his window: his phone is cancelled with the reason, and shows no missed call', async () => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const [hers, his] = [await windowOf(alice), await windowOf(bob)];
  await using phone = await phoneOf(bob);
  const out = await hers.place({ userId: bob.userId });
  const [{ side }, call] = await Promise.all([his.rings(), phone.isCalled()]);
  call.ring();
  await his.answer(side);
  await call.cancelled();
  const cancel = await phone.wire.passed.until('CANCEL', (passed) =>
    passed.find(({ message }) => message.kind === 'request' && message.method === 'CANCEL'),
  );
  assert.match(cancel.message.headers.get('Reason') ?? '', /cause=200/);
  const talking = await hers.sees(out.sideId, 'the call', ({ state }) => state === 'connected');
  assert.equal(talking.isDirect, true);
  await hers.hangUp(out);
});

test('a phone calls: windows ring and one answers; it is put on hold from there; the phone gives up another call', async () => {
  const [alice, bob] = [await stage.hire('Alice'), await stage.hire('Bob')];
  const his = await windowOf(bob);
  await using phone = await phoneOf(alice);
  const call = phone.calls(bob.address);
  const { side, offer } = await his.rings();
  assert.match(offer.sdp, /a=fingerprint:sha-256/);
  assert.equal(side.other.name, 'Alice');
  await call.rings();
  await his.answer(side);
  await call.accepted();
  await his.sees(side.sideId, 'the call', ({ state, isDirect }) => state === 'connected' && !isDirect);
  await his.hangUp(side);
  await call.events.until('BYE', (events) => events.some(({ event }) => event.kind === 'ended'));

  const second = phone.calls(bob.address);
  const ringing = await his.rings();
  await second.rings();
  second.cancel();
  const { entry } = await his.wasTold(ringing.side.sideId);
  assert.deepEqual([entry.end, entry.missed], ['cancelled', true]);

  const third = phone.calls(bob.address);
  const refused = await his.rings();
  await his.window.command('call.decline', { sideId: refused.side.sideId, to: 'caller' });
  assert.equal((await third.answer('INVITE')).status, 603);
});

test('a phone refers alice to carol’s window; and a phone’s call is sent on to another phone by a rule', async () => {
  const [alice, bob, carol] = [await stage.hire('Alice'), await stage.hire('Bob'), await stage.hire('Carol')];
  const [hers, carols, his] = [await windowOf(alice), await windowOf(carol), await windowOf(bob)];
  await using phone = await phoneOf(bob);
  const out = await hers.place({ userId: bob.userId });
  const call = await phone.isCalled();
  call.accept();
  await hers.hears(out.sideId, 'answer');
  call.send('REFER', { headers: [['Refer-To', `<sip:${carol.address}>`]] });
  const { round } = await hers.hears(out.sideId, 'begin');
  await hers.say(out.sideId, { kind: 'offer', round, sdp: windowSdp('to carol') });
  const atCarol = await carols.rings();
  assert.equal(atCarol.side.via?.by.name, 'Bob');
  await carols.answer(atCarol.side);
  const talking = await hers.sees(
    out.sideId,
    'carol',
    ({ state, other }) => state === 'connected' && other.name === 'Carol',
  );
  assert.equal(talking.isDirect, true);
  await hers.hangUp(out);

  const { rules, version } = await carols.window.command('callRules.get', {});
  await carols.window.command('callRules.put', {
    rules: { ...rules, forwardAll: { kind: 'user', userId: bob.userId } },
    version,
  });
  his.window.drop();
  await using hall = await phoneOf(alice);
  const sent = hall.calls(carol.address);
  const arrived = await phone.isCalled();
  arrived.ring();
  await sent.rings();
  arrived.accept();
  await sent.accepted();
  sent.hangUp();
  await arrived.events.until('BYE', (events) => events.some(({ event }) => event.kind === 'ended'));
});
