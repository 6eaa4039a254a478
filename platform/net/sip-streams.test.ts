// RFC 5923 §4: requests to a TLS peer come on the connection that it opened, where it proved who it is and asked for that.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { type Certificates, obtainCertificates } from './certificates.ts';
import { aRequest, at, openServer, RawPeer, rawRequest, type TestServer } from './sip-driver-testing.ts';
import { fakeClock } from './testing.ts';

/** Where the partner says that it listens; nothing does. */
const sentByPort = 9;
const aliased = `SIP/2.0/TLS sip.partner.example:${sentByPort};alias`;

let ours: Certificates;
let partner: Certificates;

async function made(name: string): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-reuse-'));
  try {
    return await obtainCertificates({ folder, hostNames: [name], clock: fakeClock({ at: Date.now() }) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

before(async () => {
  ours = await made('sip.parley.test');
  partner = await made('sip.partner.example');
});

async function opened(): Promise<TestServer> {
  const server = await openServer(['tls'], { tls: { ...ours, peerCaPem: partner.caPem! } });
  server.onRequest((request) => request.respond(200));
  return server;
}

/** The partner's connection, after it has asked something with that Via. */
async function arrived(server: TestServer, via: string, hasCertificate = true): Promise<RawPeer> {
  const { address: host, port } = at(server, 'tls');
  const identity = hasCertificate ? { cert: partner.certPem, key: partner.keyPem } : {};
  const socket: TLSSocket = connect({ host, port, ca: ours.caPem!, ...identity });
  await once(socket, 'secureConnect');
  const peer = new RawPeer(socket);
  socket.write(rawRequest('OPTIONS', via));
  await peer.reads(/200 OK/);
  peer.text = '';
  return peer;
}

const partnerAs = (...certificateNames: string[]) => ({
  transport: 'tls' as const,
  address: '127.0.0.1',
  port: sentByPort,
  certificateNames,
});

test('RFC 5923 §4: a request for a proven name comes on the connection of the peer that said alias', async () => {
  await using server = await opened();
  const peer = await arrived(server, aliased);
  const asked = server.request(aRequest('OPTIONS'), partnerAs('sip.partner.example'));
  const [, head] = await peer.reads(/^OPTIONS [^\n]*\n([\s\S]*?)Content-Length: 0\r\n\r\n/);
  const copied = head!.split('\r\n').filter((line) => !line.startsWith('Max-Forwards'));
  peer.socket.write(`SIP/2.0 200 OK\r\n${copied.join('\r\n')}Content-Length: 0\r\n\r\n`);
  assert.equal((await asked).kind, 'response');
  assert.equal(server.counted('connection_opened') + server.counted('connection_failed'), 0);
  peer.socket.destroy();
});

const kept: Record<string, readonly [via: string, hasCertificate: boolean, name: string]> = {
  'for a name that it did not prove': [aliased, true, 'sip.other.example'],
  'where it did not say alias': [aliased.replace(';alias', ''), true, 'sip.partner.example'],
  'where it showed no certificate': [aliased, false, 'sip.partner.example'],
};
for (const [when, [via, hasCertificate, name]] of Object.entries(kept)) {
  test(`RFC 5923 §8: no request comes on a peer's connection ${when}`, async () => {
    await using server = await opened();
    const peer = await arrived(server, via, hasCertificate);
    const outcome = await server.request(aRequest('OPTIONS'), partnerAs(name));
    assert.deepEqual(outcome, { kind: 'failed', reason: 'transport', code: 'NET_UNREACHABLE' });
    assert.equal(peer.text, '');
    peer.socket.destroy();
  });
}

test('a connection that has gone is not used again', async () => {
  await using server = await opened();
  const peer = await arrived(server, aliased);
  peer.socket.destroy();
  await peer.closed;
  while (server.openConnections > 0) await new Promise<void>((resolve) => setImmediate(resolve));
  const outcome = await server.request(aRequest('OPTIONS'), partnerAs('sip.partner.example'));
  assert.equal(outcome.kind, 'failed');
  assert.equal(server.counted('connection_failed'), 1);
});
