// RFC 3261 §16.12 through Parley and another proxy: loose and strict routers in the route set, spirals, loops, and calls
// by way of a peer that the configuration names.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseRouteSet, parseSipUri, serializeSipUri } from '@parley/protocol/sip';
import { SipPeople } from '../cast/sip-people.ts';
import { SipProxy } from '../cast/sip-proxy.ts';
import { type Hop, hopOf } from '../cast/sip-wire.ts';
import { DOMAIN, type Stage, standardEdition } from '../cast/stage.ts';

const PEER_DOMAIN = 'atlanta.example.com';
const NOWHERE: Hop = { transport: 'udp', address: '127.0.0.1', port: 9 };

describe('routes', () => {
  let stage: Stage;
  let peer: SipProxy;

  before(async () => {
    // Another address than the phones', so that it is told from them.
    peer = await SipProxy.start({ next: NOWHERE, address: '127.0.0.3' });
    const { address, port } = peer.hop;
    // Trusted, so that it may send on what our own people say.
    const named = { name: 'atlanta', domains: [PEER_DOMAIN], transport: 'udp', trusted: true };
    const peers = [{ ...named, addresses: [`${address}:${port}`] }];
    stage = await standardEdition({ settings: { sip: { peers } } });
    peer.next = sip();
  });
  after(async () => {
    await stage?.[Symbol.asyncDispose]();
    await peer?.[Symbol.asyncDispose]();
  });

  function sip(): Hop {
    const { address, port } = stage.frontEnds[0]!.sip('udp');
    return { transport: 'udp', address, port };
  }

  for (const records of ['loose', 'strict', 'none'] as const) {
    test(`16.12: another proxy in front of us records its route: ${records}; both ends find each other`, async () => {
      await using people = new SipPeople(stage);
      await using proxy = await SipProxy.start({ next: sip(), records, address: '127.0.0.4' });
      const alice = await people.phoneOf('Alice', { server: proxy.hop });
      const bob = await people.phoneOf('Bob');
      const call = alice.calls(bob.options.address);
      const called = await bob.isCalled();
      called.accept();
      const ack = await called.acknowledged();
      assert.equal(ack.uri, bob.contact, 'RFC 3261 §16.4: the Request-URI is the remote target again');
      called.hold();
      const held = await call.acknowledged();
      assert.equal(held.uri, alice.contact);
      call.hangUp();
      await called.ended();
      if (records === 'strict') {
        const moved = proxy.wire.passed.entries.findLast(
          ({ direction, message }) =>
            direction === 'in' && message.kind === 'request' && message.method === 'INVITE',
        );
        assert(moved?.message.kind === 'request');
        assert.deepEqual(
          hopOf(moved.message.uri),
          proxy.hop,
          'RFC 3261 §16.6 step 6: a strict router is the Request-URI',
        );
      }
      const passed = proxy.wire.passed.entries.filter(
        ({ message }) => message.kind === 'request' && message.method === 'BYE',
      );
      assert.equal(passed.length > 0, records !== 'none', 'whether it is on the way of the dialog');
    });
  }

  test('16.3 step 4: what a peer sends back as it was is a loop: 482 or refused, and soon over', async () => {
    await using people = new SipPeople(stage);
    const alice = await people.phoneOf('Alice');
    peer.instead = undefined;
    const before = peer.wire.passed.entries.length;
    const { status } = await alice.calls(`nobody@${PEER_DOMAIN}`).answer('INVITE');
    assert.ok([403, 404, 482].includes(status), `${status}`);
    const invites = peer.wire.passed.entries
      .slice(before)
      .filter(
        ({ direction, message }) =>
          direction === 'in' && message.kind === 'request' && message.method === 'INVITE',
      );
    assert.equal(invites.length, 1, 'it goes round once');
  });

  test('RFC 5393 §4.2: what comes back for somebody else is a spiral: it goes through, and so does its dialog', async () => {
    await using people = new SipPeople(stage);
    const [alice, bob] = [await people.phoneOf('Alice'), await people.phoneOf('Bob')];
    peer.instead = (request) => {
      const uri = parseSipUri(request.uri);
      const isForUs = uri?.host === PEER_DOMAIN && request.method === 'INVITE';
      return isForUs ? { ...request, uri: serializeSipUri({ ...uri, host: DOMAIN }) } : undefined;
    };
    const call = alice.calls(bob.options.address.replace(DOMAIN, PEER_DOMAIN));
    const called = await bob.isCalled();
    assert.equal(
      parseRouteSet(called.request!.headers, 'Record-Route')?.length,
      5,
      'us twice, and the peer between',
    );
    called.accept();
    await called.acknowledged();
    called.hold();
    await call.acknowledged();
    call.hangUp();
    await called.ended();
  });

  test('16.7: a peer that does not answer leaves nobody waiting for ever', async () => {
    await using people = new SipPeople(stage);
    const alice = await people.phoneOf('Alice');
    peer.instead = () => 'silence';
    const call = alice.calls(`nobody@${PEER_DOMAIN}`);
    await call.ladder
      .with({ trying: true })
      .is(['→ INVITE', '← 407 INVITE', '→ ACK', '→ INVITE', '← 100 INVITE'], 5_000);
    call.cancel();
    // RFC 3261 §9.1: the CANCEL waits for a provisional response of the peer, which never comes: timer B ends it.
    assert.equal((await call.answer('INVITE', 45_000)).status, 487);
  });
});
