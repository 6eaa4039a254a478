// The peers in force over a real name server: whom a flow belongs to while names move, and where requests go.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { defaultConfig, type PeerConfig } from '@parley/platform/host';
import type { Flow } from '@parley/platform/net';
import { fakeClock } from '@parley/platform/net/testing';
import type { Log } from '@parley/platform/observe';
import { silentLog } from '@parley/platform/store/testing';
import { parseSipUri, type SipUri } from '@parley/protocol/sip';
import { type DnsZone, startNameServer } from '../../platform/net/dns-testing.ts';
import { PeerTable } from './peer-table.ts';

const MACHINE = { hostName: 'localhost', homeDirectory: '/nowhere', isRoot: false, environment: {} };
const ZONE: DnsZone = {
  'sip.carrier.test': [{ type: 'A', address: '192.0.2.1', ttlS: 30 }],
  '_sip._udp.domain.test': [{ type: 'SRV', port: 5070, target: 'a.domain.test' }],
  'a.domain.test': [{ type: 'A', address: '192.0.2.7' }],
  'domain.test': [{ type: 'A', address: '192.0.2.8' }],
};

async function stage(t: TestContext, ...peers: PeerConfig[]) {
  const names = await startNameServer(ZONE);
  t.after(() => names[Symbol.asyncDispose]());
  const clock = fakeClock();
  const warned: string[] = [];
  const log: Log = {
    ...silentLog,
    warn: (fields, message) => void warned.push(JSON.stringify({ ...fields, message })),
  };
  const standard = defaultConfig(MACHINE);
  const config = { ...standard, sip: { ...standard.sip, peers, nameServers: [names.address] } };
  const table = await PeerTable.start({ clock, config, log });
  t.after(() => table[Symbol.asyncDispose]());
  const originOf = (remoteAddress: string) => {
    const origin = table.originOf(udpFlow(remoteAddress));
    return origin.kind === 'peer' ? origin.peer.name : origin.kind;
  };
  /** Goes on when the name server has been asked that again. */
  const askedAgain = async (question: string, times: number) => {
    while (names.asked.filter((asked) => asked === question).length < times)
      await new Promise<void>((resolve) => setImmediate(resolve));
  };
  return { names, clock, table, originOf, warned, askedAgain };
}

function udpFlow(remoteAddress: string): Flow {
  return {
    ...{ id: remoteAddress, transport: 'udp', localAddress: '192.0.2.99', localPort: 5060 },
    ...{ remoteAddress, remotePort: 5060, isInternal: false },
  };
}

const uri = (text: string): SipUri => parseSipUri(text)!;
const carrier: PeerConfig = { name: 'carrier', addresses: ['sip.carrier.test'], domains: ['carrier.test'] };

test('a peer that is named by host name is known by its addresses, and by the new ones when they change', async (t) => {
  const { names, clock, originOf, askedAgain } = await stage(t, carrier);
  assert.equal(originOf('192.0.2.1'), 'carrier');
  names.zone = { 'sip.carrier.test': [{ type: 'A', address: '192.0.2.2' }] };
  clock.advance(60_001);
  await askedAgain('A sip.carrier.test', 2);
  while (originOf('192.0.2.2') !== 'carrier') await new Promise<void>((resolve) => setImmediate(resolve));
  assert.equal(originOf('192.0.2.1'), 'other');
});

test('a DNS that forgets a peer does not cut it off, and the log says so', async (t) => {
  const { names, clock, originOf, warned } = await stage(t, carrier);
  names.zone = {};
  clock.advance(60_001);
  while (warned.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  assert.match(warned[0]!, /carrier.*sip\.carrier\.test/);
  assert.equal(originOf('192.0.2.1'), 'carrier');
});

test('a peer of which only the domain is known is known by the servers that the DNS names, and by the domain itself', async (t) => {
  const { originOf } = await stage(t, { name: 'domain', domains: ['domain.test'] });
  assert.equal(originOf('192.0.2.7'), 'domain');
  assert.equal(originOf('192.0.2.8'), 'domain');
  assert.equal(originOf('192.0.2.9'), 'other');
});

test('a peer with networks only is sent to where the DNS says', async (t) => {
  const { table, originOf } = await stage(t, {
    name: 'domain',
    addresses: ['198.51.100.0/24'],
    domains: ['domain.test'],
  });
  assert.equal(originOf('198.51.100.3'), 'domain');
  assert.equal(originOf('192.0.2.7'), 'other');
  const servers = await table.serversFor(table.forDomain('domain.test')!, uri('sip:bob@domain.test'));
  assert.deepEqual(servers, {
    ok: true,
    destinations: [{ transport: 'udp', address: '192.0.2.7', port: 5070 }],
  });
});

test('neither port nor transport of the Request-URI decides where a peer is knocked at', async (t) => {
  const { table } = await stage(t, { ...carrier, addresses: ['192.0.2.1:5062'], transport: 'tcp' });
  const peer = table.forDomain('carrier.test')!;
  const servers = await table.serversFor(peer, uri('sip:bob@carrier.test:22;transport=udp'));
  assert.deepEqual(servers, {
    ok: true,
    destinations: [{ transport: 'tcp', address: '192.0.2.1', port: 5062 }],
  });
});

test('a SIPS URI does not leave over anything but TLS', async (t) => {
  const { table } = await stage(t, { ...carrier, addresses: ['192.0.2.1'], transport: 'udp' });
  const servers = await table.serversFor(table.forDomain('carrier.test')!, uri('sips:bob@carrier.test'));
  assert.deepEqual(servers, { ok: false, status: 480, reason: 'No Common Transport' });
});

test('RFC 3261 §16.6 step 6: within a dialog the peer’s own Route is followed, and no host that is not the peer’s', async (t) => {
  const { table } = await stage(t, { ...carrier, addresses: ['192.0.2.1', '192.0.2.3'] });
  const peer = table.forDomain('carrier.test')!;
  const first = async (nextHop: string) => {
    const servers = await table.serversWithin(peer, uri(nextHop));
    return servers.ok ? servers.destinations[0] : servers.reason;
  };
  assert.deepEqual(await first('sip:192.0.2.3:5064;transport=tcp;lr'), {
    transport: 'tcp',
    address: '192.0.2.3',
    port: 5064,
  });
  assert.deepEqual(await first('sip:bob@10.0.0.1:5062'), {
    transport: 'udp',
    address: '192.0.2.1',
    port: 5060,
  });
});

test('RFC 5922 §7.2: a peer with certificates has to prove one of its names, else its host', async (t) => {
  const { table } = await stage(
    t,
    { name: 'a', addresses: ['192.0.2.1'], certificateNames: ['sip.a.test'], domains: ['a.test'] },
    { name: 'b', addresses: ['sip.carrier.test:5061'], domains: ['b.test'], transport: 'tls' },
  );
  const names = async (domain: string) => {
    const servers = await table.serversFor(table.forDomain(domain)!, uri(`sip:x@${domain}`));
    return servers.ok ? servers.destinations[0].certificateNames : servers.reason;
  };
  assert.deepEqual(await names('a.test'), ['sip.a.test']);
  assert.deepEqual(await names('b.test'), ['sip.carrier.test']);
});
