// RFC 3665 §3 between two phones, without a server: what the user agents alone have to do right.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_TIMERS, parseNameAddr } from '@parley/protocol/sip';
import { directionOf, portOf } from '../cast/session-description.ts';
import { SipUserAgent, type SipUserAgentOptions } from '../cast/sip-user-agent.ts';

async function phones(options: Partial<SipUserAgentOptions> = {}) {
  const stack = new AsyncDisposableStack();
  const on = async (name: string) =>
    stack.use(await SipUserAgent.on({ ...options, address: `${name}@atlanta.example.com` }));
  const [alice, bob] = [await on('alice'), await on('bob')];
  return { alice, bob, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const CALL = ['→ INVITE', '← 180 INVITE', '← 200 INVITE', '→ ACK'];
const CALLED = ['← INVITE', '→ 180 INVITE', '→ 200 INVITE', '← ACK'];

for (const transport of ['udp', 'tcp'] as const) {
  test(`3.1: a call over ${transport} rings, is accepted and acknowledged, and bob hangs up`, async () => {
    await using stage = await phones();
    const { alice, bob } = stage;
    const call = alice.calls(bob.wire.contact(transport));
    const called = await bob.isCalled();
    called.ring();
    await call.rings();
    called.accept();
    const ok = await call.accepted();
    const ack = await called.acknowledged();
    called.hangUp();
    assert.equal((await call.ended()).by, 'them');
    await call.ladder.is([...CALL, '← BYE', '→ 200 BYE']);
    await called.ladder.is([...CALLED, '→ BYE', '← 200 BYE']);

    const invite = called.ladder.request('in', 'INVITE');
    const bye = call.ladder.request('in', 'BYE');
    assert.equal(ack.headers.get('CSeq'), invite.headers.get('CSeq')?.replace('INVITE', 'ACK'));
    assert.equal(ack.uri, parseNameAddr(ok.headers.get('Contact') ?? '')?.uri, 'the remote target');
    assert.equal(bye.uri, parseNameAddr(invite.headers.get('Contact') ?? '')?.uri);
    assert.equal(bye.headers.get('To'), invite.headers.get('From'));
    assert.equal(bye.headers.get('From'), ok.headers.get('To'));
    assert.deepEqual([portOf(invite.body), portOf(ok.body)], [alice.mediaPort, bob.mediaPort]);
  });
}

test('3.6: an INVITE without an offer is answered by one, and the ACK has the answer', async () => {
  await using stage = await phones();
  const { alice, bob } = stage;
  const call = alice.calls(bob.contact, { offers: false });
  const called = await bob.isCalled();
  assert.equal(called.request?.body.length, 0);
  called.accept();
  assert.equal(portOf((await call.accepted()).body), bob.mediaPort);
  assert.equal(portOf((await called.acknowledged()).body), alice.mediaPort);
});

test('3.7: bob moves the call to another address with a re-INVITE', async () => {
  await using stage = await phones();
  const { alice, bob } = stage;
  const call = alice.calls(bob.contact);
  const called = await bob.isCalled();
  called.accept();
  await called.acknowledged();
  called.resume();
  await call.ladder.is(['→ INVITE', '← 200 INVITE', '→ ACK', '← INVITE', '→ 200 INVITE', '← ACK']);
  const moved = call.ladder.request('in', 'INVITE');
  assert.equal(directionOf(moved.body), 'sendrecv');
  assert.match(new TextDecoder().decode(moved.body), /o=- 4711 2 /, 'the description has another version');
  call.hangUp();
  await called.ended();
});

test('3.8: nobody answers; alice cancels, and bob ends the INVITE with 487', async () => {
  await using stage = await phones();
  const { alice, bob } = stage;
  const call = alice.calls(bob.contact);
  const called = await bob.isCalled();
  called.ring();
  await call.rings();
  call.cancel();
  assert.equal((await call.answer('INVITE')).status, 487);
  await called.cancelled();
  const end = ['→ CANCEL', '← 200 CANCEL', '← 487 INVITE', '→ ACK'];
  await call.ladder.is(['→ INVITE', '← 180 INVITE', ...end]);
  const [invite, cancel] = [call.ladder.request('out', 'INVITE'), call.ladder.request('out', 'CANCEL')];
  for (const name of ['Via', 'From', 'To', 'Call-ID']) {
    assert.equal(cancel.headers.get(name), invite.headers.get(name), `RFC 3261 §9.1: ${name}`);
  }
});

test('9.1: a CANCEL waits for a provisional response', async () => {
  await using stage = await phones();
  const { alice, bob } = stage;
  const call = alice.calls(bob.contact);
  call.cancel();
  const called = await bob.isCalled();
  assert.deepEqual(call.ladder.lines, ['→ INVITE']);
  called.ring();
  assert.equal((await call.answer('INVITE')).status, 487);
});

test('3.9: bob is busy', async () => {
  await using stage = await phones();
  const { alice, bob } = stage;
  const call = alice.calls(bob.contact);
  (await bob.isCalled()).refuse(486);
  assert.equal((await call.answer('INVITE')).status, 486);
  await call.ladder.is(['→ INVITE', '← 486 INVITE', '→ ACK']);
});

test('3.10: bob is switched off; the INVITE goes out seven times and times out', async () => {
  await using stage = await phones({ timers: { ...DEFAULT_TIMERS, t1Ms: 20 } });
  const { alice, bob } = stage;
  bob.wire.loses = ({ direction }) => direction === 'in';
  const call = alice.calls(bob.contact);
  assert.equal((await call.answer('INVITE')).status, 408);
  assert.deepEqual(call.ladder.with({ repeated: true }).lines, Array(7).fill('→ INVITE'));
});

test('3.11: bob is not available for a while', async () => {
  await using stage = await phones();
  const { alice, bob } = stage;
  const call = alice.calls(bob.contact);
  const called = await bob.isCalled();
  called.ring();
  called.refuse(480);
  assert.equal((await call.answer('INVITE')).status, 480);
  await call.ladder.is(['→ INVITE', '← 180 INVITE', '← 480 INVITE', '→ ACK']);
});

test('13.2.2.4: a 2xx that comes again is acknowledged again', async () => {
  await using stage = await phones({ timers: { ...DEFAULT_TIMERS, t1Ms: 30 } });
  const { alice, bob } = stage;
  let lost = 0;
  bob.wire.loses = ({ direction, message }) =>
    direction === 'in' && message.kind === 'request' && message.method === 'ACK' && lost++ < 2;
  const call = alice.calls(bob.contact);
  const called = await bob.isCalled();
  called.accept();
  await called.acknowledged();
  const oks = call.ladder.with({ repeated: true }).lines.filter((line) => line === '← 200 INVITE');
  const acks = call.ladder.with({ repeated: true }).lines.filter((line) => line === '→ ACK');
  assert.ok(oks.length >= 3, `${oks.length} times 200`);
  assert.equal(acks.length, oks.length);
});

test('13.3.1.4: a callee whose 2xx is never acknowledged hangs up', async () => {
  await using stage = await phones({ timers: { ...DEFAULT_TIMERS, t1Ms: 20 } });
  const { alice, bob } = stage;
  bob.wire.loses = ({ direction, message }) =>
    direction === 'in' && message.kind === 'request' && message.method === 'ACK';
  const call = alice.calls(bob.contact);
  const called = await bob.isCalled();
  called.accept();
  assert.deepEqual(await called.ended(), { kind: 'ended', by: 'failure', reason: 'no ACK' });
  assert.equal((await call.ended()).by, 'them');
});

test('14.1: re-INVITEs that cross are both refused with 491, and the call goes on', async () => {
  await using stage = await phones();
  const { alice, bob } = stage;
  const call = alice.calls(bob.contact);
  const called = await bob.isCalled();
  called.accept();
  await called.acknowledged();
  call.hold();
  called.hold();
  assert.equal((await call.answer('INVITE')).status, 491);
  assert.equal((await called.answer('INVITE')).status, 491);
  assert.equal(call.session.dialog.state, 'confirmed');
  call.hangUp();
  await called.ended();
});

test('RFC 3262 §3: a reliable 183 is acknowledged by PRACK before the call is accepted', async () => {
  await using stage = await phones();
  const { alice, bob } = stage;
  const call = alice.calls(bob.contact);
  const called = await bob.isCalled();
  called.earlyMedia(183, true);
  await call.progress(183);
  called.accept({});
  await called.acknowledged();
  await call.ladder.is(['→ INVITE', '← 183 INVITE', '→ PRACK', '← 200 PRACK', '← 200 INVITE', '→ ACK']);
});
