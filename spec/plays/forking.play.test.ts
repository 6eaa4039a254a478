// RFC 3261 §16 through Parley: one call to several phones, and what may go wrong between them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReason } from '@parley/protocol/sip';
import { SipPeople } from '../cast/sip-people.ts';
import type { SipUserAgent } from '../cast/sip-user-agent.ts';
import { onEveryTopology } from '../cast/stage.ts';

onEveryTopology((stage) => {
  /** Alice, and Bob with several phones, the preference of each given. */
  async function cast(people: SipPeople, ...q: readonly (string | undefined)[]) {
    const person = await stage().hire('Bob');
    const alice = await people.phoneOf('Alice');
    const phones: SipUserAgent[] = [];
    for (const [index, each] of q.entries()) {
      const transport = index % 2 === 0 ? 'udp' : 'tcp';
      phones.push(await people.phone(person, { transport, ...(each === undefined ? {} : { q: each }) }));
    }
    return { alice, phones, address: person.address };
  }

  test('16.7: all phones ring; one accepts and the others hear CANCEL and why', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined, undefined, undefined);
    const call = alice.calls(address);
    const called = await Promise.all(phones.map((phone) => phone.isCalled()));
    for (const each of called) each.ring();
    await call.rings();
    called[1]!.accept();
    await call.accepted();
    for (const each of [called[0]!, called[2]!]) {
      await each.cancelled();
      await each.ladder.is(['← INVITE', '→ 180 INVITE', '← CANCEL', '→ 200 CANCEL', '→ 487 INVITE', '← ACK']);
      const cancel = each.ladder.request('in', 'CANCEL');
      assert.equal(parseReason(cancel.headers.get('Reason') ?? '')?.cause, 200, 'RFC 3326 §2');
    }
    const rings = call.ladder.lines.filter((line) => line === '← 180 INVITE').length;
    assert.ok(rings >= 1 && rings <= 3);
    assert.equal(call.ladder.lines.filter((line) => line === '← 200 INVITE').length, 1);
    call.hangUp();
    await called[1]!.ended();
  });

  test('16.6: phones are tried one after the other by q; the next when one refuses', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, '0.3', '1.0', '0.7');
    const [last, first, second] = phones as [SipUserAgent, SipUserAgent, SipUserAgent];
    const call = alice.calls(address);
    (await first.isCalled()).refuse(486);
    const middle = await second.isCalled();
    assert.deepEqual(last.incoming.entries, []);
    middle.refuse(480);
    const answering = await last.isCalled();
    answering.accept();
    await answering.acknowledged();
    await call.ladder.is(['→ INVITE', '← 407 INVITE', '→ ACK', '→ INVITE', '← 200 INVITE', '→ ACK']);
    call.hangUp();
    await answering.ended();
  });

  test('16.7: the best refusal goes back when all refuse', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined, undefined);
    const call = alice.calls(address);
    const called = await Promise.all(phones.map((phone) => phone.isCalled()));
    called[0]!.refuse(500);
    called[1]!.refuse(486);
    assert.equal((await call.answer('INVITE')).status, 486);
  });

  test('16.7: 6xx stops all: nobody rings any more, nobody else is tried', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, '1.0', '1.0', '0.5');
    const call = alice.calls(address);
    const [one, other] = await Promise.all([phones[0]!.isCalled(), phones[1]!.isCalled()]);
    other.ring();
    await call.rings();
    one.refuse(603);
    await other.cancelled();
    assert.equal((await call.answer('INVITE')).status, 603);
    assert.deepEqual(phones[2]!.incoming.entries, []);
  });

  test('13.2.2.4: two accept at once: both 2xx reach the caller, who keeps one and hangs up on the other', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined, undefined);
    const call = alice.calls(address);
    const called = await Promise.all(phones.map((phone) => phone.isCalled()));
    for (const each of called) each.accept();
    await Promise.all(called.map((each) => each.acknowledged()));
    await call.events.until(
      'two acceptances',
      (events) => events.filter(({ event }) => event.kind === 'accepted').length === 2,
    );
    assert.equal(call.forks.length, 2);
    const [kept, surplus] = call.forks;
    call.perform(surplus!.bye());
    call.perform(kept!.bye());
    await Promise.all(called.map((each) => each.ended()));
  });

  test('13.2.2.4: early media of two phones are two early dialogs; that of the other ends with the call', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined, undefined);
    const call = alice.calls(address);
    const called = await Promise.all(phones.map((phone) => phone.isCalled()));
    for (const each of called) each.earlyMedia();
    await call.events.until('two early dialogs', () => call.forks.length === 2);
    assert.deepEqual(
      call.forks.map(({ dialog }) => dialog.state),
      ['early', 'early'],
    );
    called[0]!.accept();
    await called[1]!.cancelled();
    await called[0]!.acknowledged();
    call.hangUp();
    await called[0]!.ended();
  });

  test('RFC 3262 §3: early media of two phones are acknowledged by PRACK, each in its dialog', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined, undefined);
    const call = alice.calls(address);
    const called = await Promise.all(phones.map((phone) => phone.isCalled()));
    for (const each of called) each.earlyMedia(183, true);
    for (const each of called) {
      await each.ladder.is(['← INVITE', '→ 183 INVITE', '← PRACK', '→ 200 PRACK']);
    }
    called[1]!.accept({});
    await called[1]!.acknowledged();
    call.hangUp();
    await called[1]!.ended();
  });

  test('9.1: a CANCEL that crosses the 200: the call is acknowledged and ended at once', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined);
    const call = alice.calls(address);
    const called = await phones[0]!.isCalled();
    called.ring();
    await call.rings();
    called.accept();
    call.cancel();
    const { by } = await called.ended();
    assert.equal(by, 'them');
    const end = called.ladder.lines.filter((line) => /BYE|CANCEL/.test(line));
    assert.ok(end.includes('← BYE') || end.includes('← CANCEL'), end.join(', '));
    if (end.includes('← BYE')) await called.acknowledged();
  });

  test('14.1: re-INVITEs that cross are both refused with 491', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined);
    const call = alice.calls(address);
    const called = await phones[0]!.isCalled();
    called.accept();
    await called.acknowledged();
    call.hold();
    called.hold();
    const [one, other] = await Promise.all([call.answer('INVITE'), called.answer('INVITE')]);
    assert.deepEqual([one.status, other.status], [491, 491]);
    call.hangUp();
    await called.ended();
  });

  test('13.3.1.4: an ACK that is lost: the 2xx comes again until one arrives', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined);
    let lost = 0;
    phones[0]!.wire.loses = ({ direction, message }) => {
      const isAck = direction === 'in' && message.kind === 'request' && message.method === 'ACK';
      if (isAck) lost += 1;
      return isAck && lost <= 2;
    };
    const call = alice.calls(address);
    const called = await phones[0]!.isCalled();
    called.accept();
    await called.acknowledged();
    assert.equal(lost, 3);
    call.hangUp();
    await called.ended();
  });

  test('RFC 6026 §7.1: a 2xx that is lost on its way to the proxy comes again', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined);
    let lost = 0;
    phones[0]!.wire.loses = ({ direction, message }) => {
      const isOk = direction === 'out' && message.kind === 'response' && message.status === 200;
      if (isOk) lost += 1;
      return isOk && lost <= 2;
    };
    const call = alice.calls(address);
    const called = await phones[0]!.isCalled();
    called.accept();
    await called.acknowledged();
    assert.equal(lost, 3);
    await call.ladder.is(['→ INVITE', '← 407 INVITE', '→ ACK', '→ INVITE', '← 200 INVITE', '→ ACK']);
    call.hangUp();
    await called.ended();
  });

  test('17.1.1.2: an INVITE that is lost is sent again, and the phone sees one call', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined);
    let lost = 0;
    phones[0]!.wire.loses = ({ direction, message }) => {
      const isInvite = direction === 'in' && message.kind === 'request' && message.method === 'INVITE';
      if (isInvite) lost += 1;
      return isInvite && lost <= 2;
    };
    const call = alice.calls(address);
    const called = await phones[0]!.isCalled();
    called.accept();
    await call.accepted();
    assert.equal(phones[0]!.incoming.entries.length, 1);
    call.hangUp();
    await called.ended();
  });

  test('16.3: Max-Forwards: 0 is 483, and nobody rings', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined);
    alice.wire.changes = (message) => message.headers.set('Max-Forwards', '0');
    assert.equal((await alice.calls(address).answer('INVITE')).status, 483);
    assert.deepEqual(phones[0]!.incoming.entries, []);
  });

  test('RFC 5393 §5.3.3: a request with less Max-Breadth than phones is 440', async () => {
    await using people = new SipPeople(stage());
    const { alice, phones, address } = await cast(people, undefined, undefined);
    const call = alice.calls(address, { headers: [['Max-Breadth', '1']] });
    assert.equal((await call.answer('INVITE')).status, 440);
    for (const phone of phones) assert.deepEqual(phone.incoming.entries, []);
    const one = alice.calls(address, { headers: [['Max-Breadth', '2']] });
    for (const phone of phones) {
      const called = await phone.isCalled();
      assert.equal(called.request?.headers.get('Max-Breadth'), '1');
      called.refuse(486);
    }
    assert.equal((await one.answer('INVITE')).status, 486);
  });
});
