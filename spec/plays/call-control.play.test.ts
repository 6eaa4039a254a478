// What people do with calls of phones and windows together: hand them on after a consultation, take them to another device, send
// them elsewhere when busy. Media is measured with real phones in spec/interop.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { referenceTo } from '@parley/protocol/sip';
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
  return SipUserAgent.registered({
    address: person.address,
    displayName: person.name,
    password: person.devicePassword,
    server,
  });
}
async function windowOf(person: Person) {
  return new WindowCalls(await stage.browser(person));
}
const hire = (...names: readonly string[]) => Promise.all(names.map((name) => stage.hire(name)));

/** The window was told to begin anew: it offers, and hears what the other end answers. */
async function beginsAnew(window: WindowCalls, sideId: string, nth = 1): Promise<void> {
  const { round } = await window.hears(sideId, 'begin', nth);
  await window.say(sideId, { kind: 'offer', round, sdp: windowSdp('anew') });
}
/** The other end is another window now: this one takes its offer. */
async function takesRenewed(window: WindowCalls, sideId: string, nth: number): Promise<void> {
  const offer = await window.hears(sideId, 'offer', nth);
  assert.equal(offer.renewed, true);
  await window.say(sideId, { kind: 'answer', round: offer.round, sdp: windowSdp('renewed') });
}
const talksTo = (window: WindowCalls, sideId: string, name: string) =>
  window.sees(sideId, name, ({ state, other }) => state === 'connected' && other.name === name);

test('bob’s phone asks carol, then hands alice to her: window to window, and to a phone that the proxy called', async () => {
  const [alice, bob, carol, dave] = await hire('Alice', 'Bob', 'Carol', 'Dave');
  const [hers, carols] = [await windowOf(alice!), await windowOf(carol!)];
  await using phone = await phoneOf(bob!);
  const out = await hers.place({ userId: bob!.userId });
  const first = await phone.isCalled();
  first.accept();
  await hers.hears(out.sideId, 'answer');
  const second = phone.calls(carol!.address);
  const atCarol = await carols.rings();
  await carols.answer(atCarol.side);
  await second.accepted();
  first.refer(`sip:${carol!.address}`, second);
  await beginsAnew(hers, out.sideId);
  await takesRenewed(carols, atCarol.side.sideId, 2);
  await hers.hears(out.sideId, 'answer', 2);
  const talking = await talksTo(hers, out.sideId, 'Carol');
  assert.deepEqual([talking.isDirect, talking.via?.kind, talking.via?.by.name], [true, 'transfer', 'Bob']);
  await talksTo(carols, atCarol.side.sideId, 'Alice');
  await Promise.all([first.ended(), second.ended()]);
  await hers.hangUp(out);
  await carols.sees(atCarol.side.sideId, 'the end', ({ state }) => state === 'ended');

  await using daves = await phoneOf(dave!);
  const again = await hers.place({ userId: bob!.userId });
  const third = await phone.isCalled();
  third.accept();
  await hers.hears(again.sideId, 'answer');
  const fourth = phone.calls(dave!.address);
  const atDave = await daves.isCalled();
  atDave.accept();
  await fourth.accepted();
  third.refer(`sip:${dave!.address}`, fourth);
  await beginsAnew(hers, again.sideId);
  const replacing = await daves.isCalled();
  assert.equal(replacing.replaces, atDave);
  replacing.accept();
  await talksTo(hers, again.sideId, 'Dave');
  await hers.hears(again.sideId, 'answer', 2);
  await hers.hangUp(again);
  await replacing.ended();
});

test('a phone takes the place of another in a call with a window, and so does another phone of the same person', async () => {
  const [alice, bob, carol] = await hire('Alice', 'Bob', 'Carol');
  const carols = await windowOf(carol!);
  await using hers = await phoneOf(alice!);
  await using his = await phoneOf(bob!);
  await using sofa = await phoneOf(bob!);
  const asked = his.calls(carol!.address);
  const { side } = await carols.rings();
  await carols.answer(side);
  await asked.accepted();
  // RFC 3891 §3: who knows the dialog takes its place.
  const taken = sofa.calls(carol!.address, {
    headers: [['Replaces', referenceTo(asked.session.dialog)]],
  });
  await taken.accepted();
  await asked.ended();
  const toAlice = sofa.calls(alice!.address);
  const atAlice = await hers.isCalled();
  atAlice.accept();
  await toAlice.accepted();
  toAlice.refer(`sip:${carol!.address}`, taken);
  const referral = await hers.referrals.until('the call that takes the place', (calls) => calls[0]);
  await referral.accepted();
  await talksTo(carols, side.sideId, 'Alice');
  await taken.ended();
  await carols.hangUp(side);
  await referral.ended();
  const nobody = sofa.calls(carol!.address, { headers: [['Replaces', 'none;to-tag=1;from-tag=2']] });
  assert.equal((await nobody.answer('INVITE')).status, 480);
});

test('bob’s window joins a call of two windows with one of a phone, takes that to another window, and to his phone', async () => {
  const [alice, bob, carol] = await hire('Alice', 'Bob', 'Carol');
  const [hers, his] = [await windowOf(alice!), await windowOf(bob!)];
  await using carols = await phoneOf(carol!);
  const out = await hers.place({ userId: bob!.userId });
  const atBob = await his.rings();
  await his.answer(atBob.side);
  const asked = await his.place({ userId: carol!.userId }, { consultsFor: atBob.side.sideId });
  const atCarol = await carols.isCalled();
  atCarol.accept();
  await his.hears(asked.sideId, 'answer');
  await his.sees(atBob.side.sideId, 'the first call held', ({ heldByMe }) => heldByMe);
  await his.window.command('call.transfer', {
    sideId: atBob.side.sideId,
    to: { sideId: asked.sideId },
  });
  await beginsAnew(hers, out.sideId);
  await hers.hears(out.sideId, 'answer', 2);
  const joined = await talksTo(hers, out.sideId, 'Carol');
  const { conversationId } = await hers.window.command('im.open', { participantIds: [carol!.userId] });
  await hers.sees(out.sideId, 'the chat with carol', (side) => side.conversationId === conversationId);
  assert.deepEqual([joined.isDirect, joined.heldByOther], [false, false]);

  const desk = await windowOf(alice!);
  const sdp = windowSdp('continue here');
  const here = await desk.window.command('call.move', { sideId: out.sideId, sdp });
  assert.equal(here.isDirect, false);
  assert.match((await desk.hears(out.sideId, 'answer')).sdp, /a=fingerprint:sha-256/);

  await assert.rejects(desk.window.command('call.toPhone', { sideId: out.sideId }), /CALL_NO_PHONE/);
  await using cell = await phoneOf(alice!);
  await using other = await phoneOf(alice!);
  await desk.window.command('call.toPhone', { sideId: out.sideId });
  const [onCell, onOther] = await Promise.all([cell.isCalled(), other.isCalled()]);
  assert.match(onCell.request?.headers.get('From') ?? '', /Carol/);
  onCell.accept();
  await onOther.cancelled();
  const moved = await desk.sees(out.sideId, 'the phone', ({ device }) => device?.kind === 'phone');
  assert.equal(moved.state, 'connected');
  await desk.window.command('call.hold', { sideId: out.sideId, held: true });
  await atCarol.events.until('the hold', (events) =>
    events.some(
      ({ event }) =>
        event.kind === 'request' && /a=sendonly/.test(new TextDecoder().decode(event.request.body)),
    ),
  );
  await desk.window.command('call.move', { sideId: out.sideId, sdp });
  await onCell.ended();
  await desk.hears(out.sideId, 'answer', 2);
  const back = await desk.sees(out.sideId, 'the window', ({ device }) => device?.kind === 'window');
  assert.deepEqual([back.heldByMe, back.device?.id], [true, here.device?.id]);
  atCarol.hangUp();
  await desk.sees(out.sideId, 'the end', ({ state }) => state === 'ended');
});

test('a phone without an offer is offered; early media is heard, and another window takes the call all the same', async () => {
  const [alice, bob] = await hire('Alice', 'Bob');
  const [hers, his] = [await windowOf(alice!), await windowOf(bob!)];
  await using phone = await phoneOf(bob!);
  await using caller = await phoneOf(alice!);
  const empty = caller.calls(bob!.address, { offers: false });
  const ringing = await his.rings();
  await his.answer(ringing.side);
  const { body } = await empty.accepted();
  assert.match(new TextDecoder().decode(body), /m=audio/);
  await his.sees(ringing.side.sideId, 'the call', ({ state }) => state === 'connected');
  empty.hold();
  await his.sees(ringing.side.sideId, 'hold', ({ heldByOther }) => heldByOther);
  empty.hangUp();
  await his.sees(ringing.side.sideId, 'the end', ({ state }) => state === 'ended');
  const unheard = await phone.isCalled();
  await unheard.cancelled();

  const early = caller.calls(bob!.address);
  const atPhone = await phone.isCalled();
  atPhone.earlyMedia();
  const { body: heard } = await early.progress(183);
  atPhone.accept();
  const { body: taken } = await early.accepted();
  assert.deepEqual(taken, heard, 'what was heard early goes on');
  early.hangUp();
  await atPhone.ended();

  const out = await hers.place({ userId: bob!.userId });
  const onPhone = await phone.isCalled();
  onPhone.earlyMedia();
  assert.match((await hers.hears(out.sideId, 'answer')).sdp, /a=fingerprint:sha-256/);
  const { side } = await his.rings();
  await his.answer(side);
  await onPhone.cancelled();
  await beginsAnew(hers, out.sideId);
  await takesRenewed(his, side.sideId, 2);
  const talking = await talksTo(hers, out.sideId, 'Bob');
  assert.equal(talking.isDirect, true);
  await hers.hangUp(out);
});

test('bob’s phone says busy: the call goes where his rules say, and not to his other devices', async () => {
  const [alice, bob, carol] = await hire('Alice', 'Bob', 'Carol');
  const [hers, his, carols] = [await windowOf(alice!), await windowOf(bob!), await windowOf(carol!)];
  const { rules, version } = await his.window.command('callRules.get', {});
  const busy = { kind: 'user', userId: carol!.userId } as const;
  await his.window.command('callRules.put', { rules: { ...rules, busy }, version });
  await using phone = await phoneOf(bob!);
  const out = await hers.place({ userId: bob!.userId });
  const [atBob, atPhone] = await Promise.all([his.rings(), phone.isCalled()]);
  atPhone.refuse(486);
  const { side } = await carols.rings();
  assert.deepEqual([side.via?.kind, side.via?.by.name], ['forward', 'Bob']);
  await his.sees(atBob.side.sideId, 'quiet', ({ end }) => end?.reason === 'busy');
  await carols.answer(side);
  await talksTo(hers, out.sideId, 'Carol');
  await hers.hangUp(out);
});

test('keys that a phone sends by INFO are taken; what is no key is refused', async () => {
  const [alice, bob] = await hire('Alice', 'Bob');
  const his = await windowOf(bob!);
  await using phone = await phoneOf(alice!);
  const call = phone.calls(bob!.address);
  const { side } = await his.rings();
  await his.answer(side);
  await call.accepted();
  const says = (type: string, text: string) =>
    call.send('INFO', { headers: [['Content-Type', type]], body: new TextEncoder().encode(text) });
  says('application/dtmf-relay', 'Signal=5\r\nDuration=200\r\n');
  says('application/dtmf', '*');
  says('application/dtmf-relay', 'Signal=hello');
  says('text/plain', 'hello');
  const statuses = await call.events.until('four answers', (events) => {
    const answers = events.flatMap(({ event }) =>
      event.kind === 'response' && event.request.method === 'INFO' ? [event.response.status] : [],
    );
    return answers.length === 4 ? answers : undefined;
  });
  assert.deepEqual(statuses, [200, 200, 400, 415]);
  call.hangUp();
  await his.sees(side.sideId, 'the end', ({ state }) => state === 'ended');
});
