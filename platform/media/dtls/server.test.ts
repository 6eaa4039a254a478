// The DTLS server with OpenSSL's client as its peer: keys of both ends, certificates, loss and lies.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { newDtlsIdentity } from './identity.ts';
import { type DtlsIdentity, DtlsServer, type DtlsServerOptions } from './server.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const skip = hasOpenssl ? false : 'OpenSSL is not installed (Debian: apt-get install openssl)';
const identity = await newDtlsIdentity(Date.now());
const peer = await newDtlsIdentity(Date.now());
const GCM_128 = 7;

function server(options: Partial<DtlsServerOptions> = {}): DtlsServer {
  const fingerprints = [peer.certificate.fingerprint256];
  return new DtlsServer({ identity, fingerprints, srtpProfiles: [GCM_128, 1], nowMs: 0, ...options });
}

interface Run {
  readonly output: string;
  readonly server: DtlsServer;
}

/** Lets OpenSSL's client speak with a server until one of them has had enough. */
async function speak(
  t: TestContext,
  dtls: DtlsServer,
  { as = peer, args = [], lose = 0 }: { as?: DtlsIdentity; args?: readonly string[]; lose?: number } = {},
): Promise<Run> {
  const folder = await mkdtemp(join(tmpdir(), 'dtls-'));
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  t.after(async () => {
    socket.close();
    await rm(folder, { recursive: true });
  });
  await once(socket, 'listening');
  await writeFile(join(folder, 'cert.pem'), as.certificate.toString());
  await writeFile(join(folder, 'key.pem'), as.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const to = `127.0.0.1:${(socket.address() as AddressInfo).port}`;
  const client: ChildProcess = spawn('openssl', [
    ...['s_client', '-dtls1_2', '-connect', to, '-cert', join(folder, 'cert.pem')],
    ...['-key', join(folder, 'key.pem'), '-use_srtp', 'SRTP_AEAD_AES_128_GCM:SRTP_AES128_CM_SHA1_80'],
    ...['-keymatexport', 'EXTRACTOR-dtls_srtp', '-keymatexportlen', '56', ...args],
  ]);
  let output = '';
  const ended = new Promise<void>((resolve) => {
    const heard = (chunk: Buffer) => {
      output += String(chunk);
      // The line is the last of what it tells about the connection.
      if (/Keying material: \w+\n/.test(output)) resolve();
    };
    client.stdout?.on('data', heard);
    client.stderr?.on('data', heard);
    client.on('exit', () => resolve());
  });
  let arrived = 0;
  socket.on('message', (datagram, { port, address }) => {
    if (++arrived <= lose) return;
    for (const each of dtls.receive(datagram, performance.now())) socket.send(each, port, address);
    if (dtls.state === 'failed') client.stdin?.end();
  });
  await ended;
  client.kill();
  return { output, server: dtls };
}

for (const group of ['X25519:P-256', 'P-256'])
  test(`RFC 5764 §4.2: both ends have the same keys, agreed by ${group}`, { skip }, async (t) => {
    const { output, server: dtls } = await speak(t, server(), { args: ['-groups', group] });
    assert.equal(dtls.state, 'connected', dtls.failure);
    const { client, server: own, profile } = dtls.keys!;
    assert.equal(profile.name, 'AEAD_AES_128_GCM');
    const all = Buffer.concat([client.key, own.key, client.salt, own.salt]).toString('hex');
    assert.match(output.toLowerCase(), new RegExp(`keying material: ${all}`));
  });

test('a lost hello is sent again by the client, and the handshake goes on', { skip }, async (t) => {
  const { server: dtls } = await speak(t, server(), { lose: 1 });
  assert.equal(dtls.state, 'connected', dtls.failure);
});

test('RFC 8122 §6.2: another certificate than the described one is refused', { skip }, async (t) => {
  const other = await newDtlsIdentity(Date.now());
  const { server: dtls } = await speak(t, server(), { as: other });
  assert.equal(dtls.state, 'failed');
  assert.match(dtls.failure, /not the one that was described/);
  assert.equal(dtls.keys, undefined);
});

test('RFC 5246 §7.4.8: a certificate without its key is refused', { skip }, async (t) => {
  const { server: run } = await speak(t, spoilSignature(server()));
  assert.equal(run.state, 'failed');
  assert.match(run.failure, /somebody else’s/);
});

/** Changes the last byte of the CertificateVerify on its way in. */
function spoilSignature(dtls: DtlsServer): DtlsServer {
  const receive = dtls.receive.bind(dtls);
  dtls.receive = (datagram, nowMs) => {
    const bytes = Buffer.from(datagram);
    for (let at = 0; at + 25 <= bytes.length; at += 13 + bytes.readUInt16BE(at + 11)) {
      const isClear = bytes[at] === 22 && bytes.readUInt16BE(at + 3) === 0;
      if (isClear && bytes[at + 13] === 15) bytes[at + 12 + bytes.readUInt16BE(at + 11)]! ^= 1;
    }
    return receive(bytes, nowMs);
  };
  return dtls;
}

test('a client without SRTP is refused', { skip }, async (t) => {
  const { server: dtls } = await speak(t, server({ srtpProfiles: [8] }));
  assert.equal(dtls.state, 'failed');
  assert.match(dtls.failure, /nothing in common/);
});

test('a handshake that nobody begins ends after half a minute', () => {
  const dtls = server();
  assert.equal(dtls.wakeAtMs, 30_000);
  dtls.advance(30_000);
  assert.equal(dtls.state, 'failed');
});

test('whatever arrives, nothing is thrown and little is sent', () => {
  const dtls = server();
  let sent = 0;
  for (let round = 0; round < 2_000; round++) {
    const bytes = Uint8Array.from({ length: (round * 7) % 90 }, (_, at) => (round * 31 + at * 17) & 0xff);
    bytes.set(
      [22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, Math.max(0, bytes.length - 13)].slice(0, bytes.length),
    );
    sent += dtls.receive(bytes, round).length;
  }
  assert.ok(sent <= 1);
  assert.notEqual(dtls.state, 'connected');
});
