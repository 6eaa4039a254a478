// RFC 5359 §2 through Parley: what phones make of calls. docs/call-flows.md says which services are played and where
// the others belong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNameAddr, parseReplaces, readReferNotify, type SipRequest } from '@parley/protocol/sip';
import { directionOf } from '../cast/session-description.ts';
import type { Call } from '../cast/sip-call.ts';
import { SipPeople } from '../cast/sip-people.ts';
import type { SipUserAgent } from '../cast/sip-user-agent.ts';
import { onEveryTopology } from '../cast/stage.ts';

async function talking(caller: SipUserAgent, callee: SipUserAgent): Promise<[Call, Call]> {
  const call = caller.calls(callee.options.address);
  const called = await callee.isCalled();
  called.accept();
  await call.accepted();
  await called.acknowledged();
  return [call, called];
}

/** Who was on hold is talked to again. */
async function takesBack(held: Call): Promise<void> {
  held.resume();
  await held.events.until(
    'two acceptances',
    (events) => events.filter(({ event }) => event.kind === 'accepted').length === 2,
  );
  assert.equal(directionOf(held.ladder.response('in', 200, 'INVITE').body), 'sendrecv');
}

/** What the NOTIFYs of a REFER told, in order. */
const told = (call: Call) =>
  call.ladder.messages.flatMap(({ direction, message }) =>
    direction === 'in' && message.kind === 'request' && message.method === 'NOTIFY'
      ? [readReferNotify(message)?.status]
      : [],
  );

async function toldFinally(call: Call, status: number): Promise<SipRequest> {
  return call.events.until(
    `a NOTIFY with ${status}`,
    (events) =>
      events.flatMap(({ event }) =>
        event.kind === 'request' && readReferNotify(event.request)?.status === status ? [event.request] : [],
      )[0],
  );
}

onEveryTopology((stage) => {
  const cast = async (people: SipPeople) => ({
    alice: await people.phoneOf('Alice'),
    bob: await people.phoneOf('Bob', { transport: 'tcp' }),
    carol: await people.phoneOf('Carol'),
  });

  test('2.1: bob puts alice on hold and takes her back', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob } = await cast(people);
    const [call, called] = await talking(alice, bob);
    called.hold();
    await call.acknowledged();
    assert.equal(directionOf(call.ladder.request('in', 'INVITE').body), 'sendonly');
    assert.equal(directionOf(called.ladder.response('in', 200, 'INVITE').body), 'recvonly');
    await takesBack(called);
    call.hangUp();
    await called.ended();
  });

  test('2.2: bob holds alice, asks carol, and goes back to alice', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    const [call, called] = await talking(alice, bob);
    called.hold();
    await call.acknowledged();
    const [consultation, consulted] = await talking(bob, carol);
    consultation.hangUp();
    await consulted.ended();
    called.resume();
    await called.events.until(
      'two acceptances',
      (events) => events.filter(({ event }) => event.kind === 'accepted').length === 2,
    );
    assert.notEqual(consultation.callId, called.callId);
    called.hangUp();
    await call.ended();
  });

  test('2.4: bob transfers alice to carol and hears that it worked', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    const [call, called] = await talking(alice, bob);
    called.refer(`sip:${carol.options.address}`);
    const transferred = await carol.isCalled();
    assert.equal(
      parseNameAddr(transferred.request?.headers.get('From') ?? '')?.uri,
      `sip:${alice.options.address}`,
    );
    transferred.accept();
    await toldFinally(called, 200);
    assert.deepEqual(told(called), [100, 200]);
    called.hangUp();
    await call.ended();
    const [next] = alice.referrals.entries;
    next?.hangUp();
    await transferred.ended();
  });

  test('2.4: carol is busy: bob hears so and still has alice', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    const [call, called] = await talking(alice, bob);
    called.refer(`sip:${carol.options.address}`);
    (await carol.isCalled()).refuse(486);
    await toldFinally(called, 486);
    assert.equal(called.session.isOver, false);
    called.hangUp();
    await call.ended();
  });

  test('2.5: bob speaks to carol first; alice takes his place in that call', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    const [call, called] = await talking(alice, bob);
    called.hold();
    await call.acknowledged();
    const [consultation, consulted] = await talking(bob, carol);
    called.refer(`sip:${carol.options.address}`, consultation);
    const replacing = await carol.isCalled();
    const replaces = parseReplaces(replacing.request?.headers.get('Replaces') ?? '');
    assert.equal(replaces?.callId, consultation.callId);
    assert.equal(replacing.replaces, consulted);
    replacing.accept();
    consulted.hangUp();
    await consultation.ended();
    await toldFinally(called, 200);
    called.hangUp();
    await call.ended();
    alice.referrals.entries[0]?.hangUp();
    await replacing.ended();
  });

  test('2.6: bob asks alice by a MESSAGE to call carol instead', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    assert.equal(
      (await bob.say(alice.options.address, `Please call sip:${carol.options.address}`)).status,
      202,
    );
    const { body } = await alice.asked('MESSAGE');
    const [, uri] = /(sip:\S+)/.exec(new TextDecoder().decode(body)) ?? [];
    const call = alice.calls(uri ?? '');
    const called = await carol.isCalled();
    called.accept();
    await call.accepted();
    call.hangUp();
    await called.ended();
  });

  test('2.7, 2.8: a phone that forwards answers 302, and alice is told where to call', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    const call = alice.calls(bob.options.address);
    const target = `sip:${carol.options.address}`;
    (await bob.isCalled()).refuse(302, { headers: [['Contact', `<${target}>`]] });
    const moved = await call.answer('INVITE');
    assert.deepEqual([moved.status, moved.headers.get('Contact')], [302, `<${target}>`]);
    const next = alice.calls(target);
    const called = await carol.isCalled();
    called.accept();
    await next.accepted();
    next.hangUp();
    await called.ended();
  });

  test('2.10: bob adds carol to his call with alice: two calls that he mixes', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    const [call, called] = await talking(alice, bob);
    called.hold();
    await call.acknowledged();
    const [other, third] = await talking(bob, carol);
    await takesBack(called);
    other.hangUp();
    await third.ended();
    called.hangUp();
    await call.ended();
  });

  test('2.11: carol joins the call of alice and bob by name', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    const [call, called] = await talking(alice, bob);
    const { callId, localTag, remoteTag } = called.session.dialog;
    const join = `${callId};to-tag=${localTag};from-tag=${remoteTag}`;
    const joining = carol.calls(bob.options.address, { headers: [['Join', join]] });
    const joined = await bob.isCalled();
    assert.equal(joined.joins, called);
    joined.accept();
    await joining.accepted();
    joining.hangUp();
    await joined.ended();
    call.hangUp();
    await called.ended();
  });

  test('2.12: find me: the desk does not answer, then the pocket phone rings', async () => {
    await using people = new SipPeople(stage());
    const alice = await people.phoneOf('Alice');
    const person = await stage().hire('Bob');
    const desk = await people.phone(person, { q: '1.0' });
    const pocket = await people.phone(person, { q: '0.5', transport: 'tcp' });
    const call = alice.calls(person.address);
    const atDesk = await desk.isCalled();
    atDesk.ring();
    await call.rings();
    atDesk.refuse(480);
    const inPocket = await pocket.isCalled();
    inPocket.accept();
    await inPocket.acknowledged();
    call.hangUp();
    await inPocket.ended();
  });

  test('2.16: carol picks up a call that rings at bob', async () => {
    await using people = new SipPeople(stage());
    const { alice, bob, carol } = await cast(people);
    const call = alice.calls(bob.options.address);
    const called = await bob.isCalled();
    called.ring();
    await call.rings();
    // Who is called knows both tags of the early dialog; its caller is who can be replaced (RFC 3891 §3).
    const { callId, localTag, remoteTag } = called.session.dialog;
    const replaces = `${callId};to-tag=${remoteTag};from-tag=${localTag};early-only`;
    const picking = carol.calls(alice.options.address, { headers: [['Replaces', replaces]] });
    const picked = await alice.isCalled();
    assert.equal(picked.replaces, call);
    picked.accept();
    await picking.accepted();
    call.cancel();
    await called.cancelled();
    picking.hangUp();
    await picked.ended();
  });
});
