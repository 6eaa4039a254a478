import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressSet, type Flow } from '@parley/platform/net';
import { isHostOf, originOf, type Peer, peerForDomain, peerOf } from './peers.ts';

const carrier = peerOf({
  name: 'carrier',
  addresses: ['192.0.2.10:5070', '198.51.100.0/24', 'sip.carrier.example'],
  domains: ['Carrier.example'],
});
const partner = peerOf({
  name: 'partner',
  addresses: ['203.0.113.5'],
  certificateNames: ['SIP.partner.example'],
  domains: ['partner.example', 'partner.test'],
  trusted: true,
});
const peers = [carrier, partner];

const known = new Map<Peer, AddressSet>();
for (const peer of peers) {
  const set = new AddressSet();
  for (const { host } of peer.hosts) set.addAddress(host);
  for (const { address, prefix } of peer.networks) set.addNetwork(address, prefix);
  known.set(peer, set);
}
const addressesOf = (peer: Peer) => known.get(peer)!;

type Came = Pick<Flow, 'transport' | 'remoteAddress' | 'certificate'>;
const over = (
  transport: Flow['transport'],
  remoteAddress: string,
  names?: string[],
  fault?: string,
): Came => ({
  transport,
  remoteAddress,
  ...(names === undefined ? {} : { certificate: { names, ...(fault === undefined ? {} : { fault }) } }),
});

const rows: readonly [what: string, flow: Came, expected: string][] = [
  ['an address of a peer is that peer', over('udp', '192.0.2.10'), 'peer carrier'],
  ['a network of a peer is that peer', over('tcp', '198.51.100.77'), 'peer carrier'],
  ['any other address is nobody', over('udp', '192.0.2.11'), 'other'],
  ['a browser at an address of a peer is nobody', over('wss', '192.0.2.10'), 'other'],
  [
    'a proven certificate name is that peer, wherever it comes from',
    over('tls', '192.0.2.99', ['sip.partner.example']),
    'peer partner',
  ],
  ['without its certificate over TLS', over('tls', '203.0.113.5'), 'unproven: it showed no certificate'],
  [
    'its address without TLS',
    over('udp', '203.0.113.5'),
    'unproven: it came over udp, where no certificate can be shown',
  ],
  [
    'its certificate is not accepted',
    over('tls', '203.0.113.5', [], 'CERT_HAS_EXPIRED'),
    'unproven: its certificate is not accepted (CERT_HAS_EXPIRED)',
  ],
  [
    'a good certificate of someone else',
    over('tls', '203.0.113.5', ['www.partner.example']),
    'unproven: its certificate is for www.partner.example, not for sip.partner.example',
  ],
  ['a good certificate of nobody we know', over('tls', '192.0.2.99', ['bank.example']), 'other'],
];

for (const [what, flow, expected] of rows) {
  test(what, () => {
    const origin = originOf(flow, peers, addressesOf);
    const shown = {
      peer: () => `peer ${origin.kind === 'peer' ? origin.peer.name : ''}`,
      unproven: () => `unproven: ${origin.kind === 'unproven' ? origin.because : ''}`,
      other: () => 'other',
    }[origin.kind]();
    assert.equal(shown, expected);
  });
}

test('a peer with certificates is sent to by TLS and no other way', () => {
  assert.equal(partner.transport, 'tls');
  assert.equal(carrier.transport, undefined);
});

test('a Request-URI goes to the peer that has its domain, in any spelling', () => {
  assert.equal(peerForDomain('CARRIER.example.', peers)?.name, 'carrier');
  assert.equal(peerForDomain('partner.test', peers)?.name, 'partner');
  assert.equal(peerForDomain('sub.partner.test', peers), undefined);
  assert.equal(peerForDomain('192.0.2.10', peers), undefined);
});

test('what a peer names as its own host is believed only where it is', () => {
  const is = (host: string) => isHostOf(carrier, host, addressesOf(carrier));
  assert.ok(is('192.0.2.10') && is('198.51.100.9') && is('sip.carrier.example') && is('carrier.example'));
  assert.ok(!is('10.0.0.1') && !is('[::1]') && !is('bank.example'));
});
