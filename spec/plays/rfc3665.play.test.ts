// RFC 3665 §3 through Parley: sessions between two phones of one organisation, behind one front end or two, and with
// another proxy on the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMaxForwards, parseRouteSet, tagOf } from '@parley/protocol/sip';
import { directionOf, portOf } from '../cast/session-description.ts';
import { SipPeople } from '../cast/sip-people.ts';
import { SipProxy } from '../cast/sip-proxy.ts';
import { onEveryTopology } from '../cast/stage.ts';

const INVITED = ['→ INVITE', '← 407 INVITE', '→ ACK', '→ INVITE'];
const TALK = ['← 180 INVITE', '← 200 INVITE', '→ ACK'];

onEveryTopology((stage) => {
  const sip = () => {
    const { address, port } = stage().frontEnds[0]!.sip('udp');
    return { transport: 'udp' as const, address, port };
  };

  for (const [callers, callees] of [
    ['udp', 'udp'],
    ['udp', 'tcp'],
    ['tcp', 'udp'],
    ['tls', 'tcp'],
  ] as const) {
    test(`3.1: a call from ${callers} to ${callees} is challenged, rings, is accepted and ends`, async () => {
      await using people = new SipPeople(stage());
      const alice = await people.phoneOf('Alice', { transport: callers });
      const bob = await people.phoneOf('Bob', { transport: callees });
      const call = alice.calls(bob.options.address);
      const called = await bob.isCalled();
      called.ring();
      await call.rings();
      called.accept();
      await called.acknowledged();
      called.hangUp();
      await call.ended();
      await call.ladder.is([...INVITED, ...TALK, '← BYE', '→ 200 BYE']);
      await called.ladder.is(['← INVITE', '→ 180 INVITE', '→ 200 INVITE', '← ACK', '→ BYE', '← 200 BYE']);

      const arrived = called.ladder.request('in', 'INVITE');
      assert.equal(portOf(arrived.body), alice.mediaPort, 'the body is as it was');
      assert.equal(
        arrived.headers.has('Proxy-Authorization'),
        false,
        'RFC 3261 §22.3: consumed by the proxy',
      );
      assert.ok(parseMaxForwards(arrived.headers.get('Max-Forwards')!)! < 70);
      assert.equal(arrived.uri, bob.contact, 'RFC 3261 §16.5: the Request-URI is the contact');
      assert.ok(parseRouteSet(arrived.headers, 'Record-Route')!.length > 0);
      assert.equal(call.ladder.response('in', 200, 'INVITE').headers.getAll('Via').length, 1);
    });
  }

  test('3.2: through two proxies, and each request of the dialog visits both', async () => {
    await using people = new SipPeople(stage());
    await using proxy = await SipProxy.start({ next: sip() });
    const alice = await people.phoneOf('Alice', { server: proxy.hop, frontEnd: 0 });
    const bob = await people.phoneOf('Bob');
    const call = alice.calls(bob.options.address);
    const called = await bob.isCalled();
    called.ring();
    await call.rings();
    called.accept();
    await called.acknowledged();
    called.hangUp();
    await call.ended();
    await call.ladder.is([...INVITED, ...TALK, '← BYE', '→ 200 BYE']);
    const vias = call.ladder.request('in', 'BYE').headers.getAll('Via');
    assert.ok(vias.length >= 3, `RFC 3261 §16.12: bob, Parley and the other proxy: ${vias.join(', ')}`);
  });

  test('3.3: two proxies ask for passwords of their own, one after the other', async () => {
    await using people = new SipPeople(stage());
    const account = { realm: 'atlanta.example.com', username: 'alice', password: 'for the other proxy' };
    const alicePerson = await stage().hire('Alice');
    await using proxy = await SipProxy.start({ next: sip(), account });
    const passwords = { [account.realm]: account };
    const alice = await people.phone(alicePerson, { server: proxy.hop, frontEnd: 0, passwords });
    const bob = await people.phoneOf('Bob');
    const call = alice.calls(bob.options.address);
    const called = await bob.isCalled();
    called.accept();
    await called.acknowledged();
    await call.ladder.is([...INVITED.slice(0, 3), ...INVITED, '← 200 INVITE', '→ ACK']);
    const realms = call.ladder
      .request('out', 'INVITE')
      .headers.getAll('Proxy-Authorization')
      .map((value) => /realm="([^"]+)"/.exec(value)?.[1]);
    assert.equal(realms.length, 2);
    assert.equal(realms[0], account.realm);
    call.hangUp();
    await called.ended();
  });

  test('3.4: the proxy does not answer, and alice calls through another', async () => {
    await using people = new SipPeople(stage());
    await using proxy = await SipProxy.start({ next: sip(), instead: () => 'silence' });
    const alicePerson = await stage().hire('Alice');
    const timers = { t1Ms: 20, t2Ms: 4000, t4Ms: 5000 };
    const first = await people.unregistered(alicePerson, { server: proxy.hop, timers });
    const bob = await people.phoneOf('Bob');
    const failed = first.calls(bob.options.address);
    assert.equal((await failed.answer('INVITE')).status, 408);
    const second = await people.phone(alicePerson);
    const call = second.calls(bob.options.address);
    const called = await bob.isCalled();
    called.accept();
    await call.accepted();
    assert.notEqual(call.callId, failed.callId);
  });

  test('3.6: an INVITE without an offer passes, and the ACK carries the answer to bob', async () => {
    await using people = new SipPeople(stage());
    const [alice, bob] = [await people.phoneOf('Alice'), await people.phoneOf('Bob')];
    const call = alice.calls(bob.options.address, { offers: false });
    const called = await bob.isCalled();
    called.accept();
    assert.equal(portOf((await call.accepted()).body), bob.mediaPort);
    assert.equal(portOf((await called.acknowledged()).body), alice.mediaPort);
    call.hangUp();
    await called.ended();
  });

  test('3.7: bob moves the call with a re-INVITE', async () => {
    await using people = new SipPeople(stage());
    const [alice, bob] = [await people.phoneOf('Alice'), await people.phoneOf('Bob')];
    const call = alice.calls(bob.options.address);
    const called = await bob.isCalled();
    called.accept();
    await called.acknowledged();
    called.resume();
    await called.ladder.is(['← INVITE', '→ 200 INVITE', '← ACK', '→ INVITE', '← 200 INVITE', '→ ACK']);
    assert.equal(directionOf(call.ladder.request('in', 'INVITE').body), 'sendrecv');
    await call.acknowledged();
    call.hangUp();
    await called.ended();
  });

  test('3.8: nobody answers; alice cancels', async () => {
    await using people = new SipPeople(stage());
    const [alice, bob] = [await people.phoneOf('Alice'), await people.phoneOf('Bob')];
    const call = alice.calls(bob.options.address);
    const called = await bob.isCalled();
    called.ring();
    await call.rings();
    call.cancel();
    assert.equal((await call.answer('INVITE')).status, 487);
    await called.cancelled();
    await call.ladder.is([...INVITED, '← 180 INVITE', '→ CANCEL', '← 200 CANCEL', '← 487 INVITE', '→ ACK']);
    await called.ladder.is(['← INVITE', '→ 180 INVITE', '← CANCEL', '→ 200 CANCEL', '→ 487 INVITE', '← ACK']);
    const cancel = called.ladder.request('in', 'CANCEL');
    assert.equal(cancel.headers.getAll('Via').length, 1, 'RFC 3261 §9.1: a CANCEL goes from hop to hop');
  });

  test('3.9: bob is busy', async () => {
    await using people = new SipPeople(stage());
    const [alice, bob] = [await people.phoneOf('Alice'), await people.phoneOf('Bob')];
    const call = alice.calls(bob.options.address);
    (await bob.isCalled()).refuse(486);
    const answer = await call.answer('INVITE');
    assert.equal(answer.status, 486);
    await call.ladder.is([...INVITED, '← 486 INVITE', '→ ACK']);
    assert.equal(
      tagOf(call.ladder.request('out', 'ACK').headers.get('To')),
      tagOf(answer.headers.get('To')),
      'RFC 3261 §17.1.1.3',
    );
  });

  test('3.11: bob is not there for a while: by his phone, and without one', async () => {
    await using people = new SipPeople(stage());
    const alice = await people.phoneOf('Alice', { frontEnd: 0 });
    const bob = await people.phoneOf('Bob', { frontEnd: 0 });
    const call = alice.calls(bob.options.address);
    const called = await bob.isCalled();
    called.ring();
    await call.rings();
    called.refuse(480, { headers: [['Retry-After', '60']] });
    const answer = await call.answer('INVITE');
    assert.deepEqual([answer.status, answer.headers.get('Retry-After')], [480, '60']);
    await bob.unregister();
    assert.equal((await alice.calls(bob.options.address).answer('INVITE')).status, 480);
    assert.equal((await alice.calls('nobody@parley.test').answer('INVITE')).status, 404);
  });
});
