// Certificates on both sides of SIP over TLS (RFC 3261 §26.3.1, RFC 5922 §7), over real sockets.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { type Certificates, obtainCertificates, withPeerAuthorities } from './certificates.ts';
import type { OpenedSipServer } from './sip-driver.ts';
import { aRequest, at, openServer, rawRequest, type TestServer } from './sip-driver-testing.ts';
import type { Flow } from './sip-server.ts';
import { fakeClock } from './testing.ts';

let ours: Certificates;
let partner: Certificates;
let stranger: Certificates;

async function made(name: string): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-mutual-'));
  try {
    return await obtainCertificates({ folder, hostNames: [name], clock: fakeClock({ at: Date.now() }) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

before(async () => {
  ours = await made('sip.parley.test');
  partner = await made('sip.partner.example');
  stranger = await made('sip.partner.example');
});

/** A server that asks for certificates of the partner's authority, and the flow of the next request. */
async function asking(): Promise<{ server: TestServer; next(): Promise<Flow> }> {
  const server = await openServer(['tls'], { tls: { ...ours, peerCaPem: partner.caPem! } });
  let arrived = Promise.withResolvers<Flow>();
  server.onRequest((request) => {
    arrived.resolve(request.flow);
    request.respond(200);
  });
  return {
    server,
    async next() {
      const flow = await arrived.promise;
      arrived = Promise.withResolvers();
      return flow;
    },
  };
}

const to = (server: OpenedSipServer, ...certificateNames: string[]) => ({
  ...at(server, 'tls'),
  certificateNames,
});

test('RFC 3261 §26.3.1: a peer shows its certificate, and the flow tells the names that it proves', async () => {
  const { server, next } = await asking();
  await using _ = server;
  await using peer = await openServer([], { tls: { ...partner, peerCaPem: ours.caPem! } });
  const outcome = await peer.request(aRequest('OPTIONS'), to(server, 'sip.parley.test'));
  assert.equal(outcome.kind, 'response');
  const { certificate } = await next();
  assert.ok(certificate?.names.includes('sip.partner.example'));
  assert.equal(certificate?.fault, undefined);
});

test('a certificate of an authority that is not trusted proves nothing, and the flow tells why', async () => {
  const { server, next } = await asking();
  await using _ = server;
  await using peer = await openServer([], { tls: { ...stranger, peerCaPem: ours.caPem! } });
  await peer.request(aRequest('OPTIONS'), to(server, 'sip.parley.test'));
  const { certificate } = await next();
  assert.deepEqual(certificate?.names, []);
  assert.match(certificate?.fault ?? '', /UNABLE_TO|SELF_SIGNED/);
});

async function phone(server: OpenedSipServer, session?: Buffer): Promise<TLSSocket> {
  const socket = connect({
    ...{ host: '127.0.0.1', port: at(server, 'tls').port, ca: ours.caPem! },
    ...(session === undefined ? { cert: undefined } : { session }),
  });
  await once(socket, 'secureConnect');
  socket.write(rawRequest('OPTIONS', 'SIP/2.0/TLS phone.invalid'));
  return socket;
}

test('a phone without a certificate gets through all the same', async () => {
  const { server, next } = await asking();
  await using _ = server;
  const socket = await phone(server);
  assert.equal((await next()).certificate, undefined);
  socket.destroy();
});

test('a resumed session proves what its first handshake proved', async () => {
  const { server, next } = await asking();
  await using _ = server;
  const options = { host: '127.0.0.1', port: at(server, 'tls').port, ca: ours.caPem! };
  const first = connect({ ...options, cert: partner.certPem, key: partner.keyPem });
  const session = once(first, 'session');
  first.write(rawRequest('OPTIONS', 'SIP/2.0/TLS peer.invalid'));
  await next();
  const [ticket] = (await session) as [Buffer];
  first.destroy();
  const second = await phone(server, ticket);
  assert.ok(second.isSessionReused());
  assert.ok((await next()).certificate?.names.includes('sip.partner.example'));
  second.destroy();
});

test('RFC 5922 §7.3: a server has to prove the name that was wanted, whatever its address', async () => {
  const { server } = await asking();
  await using _ = server;
  await using peer = await openServer([], { tls: { ...partner, peerCaPem: ours.caPem! } });
  const outcome = await peer.request(aRequest('OPTIONS'), to(server, 'bank.example'));
  assert.deepEqual(outcome, { kind: 'failed', reason: 'transport', code: 'NET_UNREACHABLE' });
});

test('RFC 5923 §8.2: a connection is not used again for a name that it has not proven', async () => {
  const { server } = await asking();
  await using _ = server;
  await using peer = await openServer([], { tls: { ...partner, peerCaPem: ours.caPem! } });
  const right = await peer.request(aRequest('OPTIONS'), to(server, 'sip.parley.test'));
  assert.equal(right.kind, 'response');
  const wrong = await peer.request(aRequest('OPTIONS'), to(server, 'bank.example'));
  assert.equal(wrong.kind, 'failed');
  await peer.request(aRequest('OPTIONS'), to(server, 'sip.parley.test'));
  assert.equal(peer.counted('connection_opened'), 1);
});

test('a server whose authority is not trusted is not talked to', async () => {
  const { server } = await asking();
  await using _ = server;
  await using peer = await openServer([], { tls: partner });
  const outcome = await peer.request(aRequest('OPTIONS'), to(server, 'sip.parley.test'));
  assert.equal(outcome.kind, 'failed');
});

test('the authorities of peers come from a file, and a file that is none is refused with the setting', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-mutual-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'peers.pem');
  await writeFile(file, partner.caPem!);
  const held = await withPeerAuthorities(Promise.resolve(ours), file);
  assert.equal(held.peerCaPem, partner.caPem);
  await writeFile(file, 'not a certificate');
  await assert.rejects(withPeerAuthorities(Promise.resolve(ours), file), /tls\.peerCa has to be PEM/);
  await assert.rejects(withPeerAuthorities(Promise.resolve(ours), join(folder, 'gone')), /tls\.peerCa/);
});
