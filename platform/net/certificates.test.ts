import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect, createServer } from 'node:tls';
import { keepCertificates, loadCertificates, obtainCertificates } from './certificates.ts';
import { fakeClock } from './testing.ts';

const dayMs = 24 * 60 * 60 * 1000;
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

async function newFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-certificates-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a certificate of our own is trusted for every name of this machine by who trusts the authority', async (t) => {
  const folder = join(await newFolder(t), 'new', 'tls');
  const clock = fakeClock({ at: Date.now() });
  const made = await obtainCertificates({
    folder,
    hostNames: ['UC.example.com', '2001:db8::7', '::ffff:192.0.2.1'],
    clock,
  });
  const server = createServer({ cert: made.certPem, key: made.keyPem }, (socket) => socket.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  for (const servername of ['localhost', 'uc.example.com']) {
    const socket = connect({ host: '127.0.0.1', port, ca: made.caPem!, servername });
    await once(socket, 'secureConnect');
    assert.ok(socket.authorized);
    socket.destroy();
  }
  const byAddress = connect({ host: '127.0.0.1', port, ca: made.caPem! });
  await once(byAddress, 'secureConnect');
  byAddress.destroy();
  const other = connect({ host: '127.0.0.1', port, ca: made.caPem!, servername: 'other.example.com' });
  const [error] = await once(other, 'error');
  assert.equal((error as { code: string }).code, 'ERR_TLS_CERT_ALTNAME_INVALID');

  const certificate = new X509Certificate(made.certPem);
  assert.equal(certificate.checkIP('::1'), '::1');
  assert.equal(certificate.checkIP('2001:db8::7'), '2001:db8::7');
  assert.equal(certificate.checkIP('::ffff:c000:201'), '::ffff:c000:201');
  assert.equal(certificate.ca, false);
  const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / dayMs;
  assert.ok(days <= 397 && days > 396, `${days} days`);
  assert.equal(made.notAfter, certificate.validToDate.getTime());
  const authority = new X509Certificate(made.caPem!);
  assert.ok(authority.ca);
  assert.ok(authority.validToDate.getTime() > clock.wallNow() + 3640 * dayMs);
});

test('keys can be read by their owner only', async (t) => {
  const folder = await newFolder(t);
  await obtainCertificates({ folder, hostNames: [], clock: fakeClock() });
  for (const file of ['ca-key.pem', 'server-key.pem']) {
    const { mode } = await stat(join(folder, file));
    assert.equal((mode & 0o777).toString(8), '600');
  }
});

test('the certificate is kept until 30 days before it expires, the authority beyond', async (t) => {
  const folder = await newFolder(t);
  const clock = fakeClock();
  const obtain = () => obtainCertificates({ folder, hostNames: ['uc.example.com'], clock });
  const first = await obtain();
  clock.advance(366 * dayMs);
  assert.deepEqual(await obtain(), first);
  clock.advance(dayMs);
  const second = await obtain();
  assert.notEqual(second.certPem, first.certPem);
  assert.equal(second.caPem, first.caPem);
  assert.ok(second.notAfter > clock.wallNow() + 390 * dayMs);
});

test('other host names get another certificate of the same authority; the same in other order do not', async (t) => {
  const folder = await newFolder(t);
  const clock = fakeClock();
  const obtain = (...hostNames: string[]) => obtainCertificates({ folder, hostNames, clock });
  const first = await obtain('a.example.com', 'b.example.com');
  assert.equal((await obtain('b.example.com', 'A.example.com')).certPem, first.certPem);
  const second = await obtain('a.example.com');
  assert.notEqual(second.certPem, first.certPem);
  assert.equal(second.caPem, first.caPem);
});

test('a damaged or half-written pair is made anew', async (t) => {
  const folder = await newFolder(t);
  const clock = fakeClock();
  const obtain = () => obtainCertificates({ folder, hostNames: [], clock });
  const first = await obtain();
  await writeFile(join(folder, 'server-cert.pem'), 'half a certif');
  const second = await obtain();
  assert.notEqual(second.certPem, first.certPem);
  assert.equal(second.caPem, first.caPem);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(folder, 'ca-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const third = await obtain();
  assert.notEqual(third.caPem, first.caPem);
  assert.ok(new X509Certificate(third.certPem).verify(new X509Certificate(third.caPem!).publicKey));
});

test('a folder that cannot be used is named with a remedy', async (t) => {
  const file = join(await newFolder(t), 'file');
  await writeFile(file, '');
  await assert.rejects(
    obtainCertificates({ folder: file, hostNames: [], clock: fakeClock() }),
    (error: { code: string; sentence: string; remedy: string }) => {
      assert.equal(error.code, 'NET_TLS_UNREADABLE');
      assert.ok(error.sentence.includes(file));
      assert.match(error.remedy, /own this folder/);
      return true;
    },
  );
});

test('given files are taken as they are', async (t) => {
  const folder = await newFolder(t);
  const made = await obtainCertificates({ folder, hostNames: [], clock: fakeClock() });
  const certFile = join(folder, 'server-cert.pem');
  const keyFile = join(folder, 'server-key.pem');
  const loaded = await loadCertificates({ certFile, keyFile, clock: fakeClock() });
  assert.equal(loaded.certPem, made.certPem);
  assert.ok(createPrivateKey(loaded.keyPem));
  assert.deepEqual(loaded.warnings, []);
});

test('given files that do not fit are refused with a code, the file and a remedy', async (t) => {
  const folder = await newFolder(t);
  await obtainCertificates({ folder, hostNames: [], clock: fakeClock() });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const locked = privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' });
  await writeFile(join(folder, 'locked.pem'), locked);
  await writeFile(join(folder, 'noise.pem'), 'noise');
  const cases = [
    ['server-cert.pem', 'ca-key.pem', 'NET_TLS_KEY_MISMATCH', 'ca-key.pem'],
    ['missing.pem', 'server-key.pem', 'NET_TLS_UNREADABLE', 'missing.pem'],
    ['server-cert.pem', 'missing.pem', 'NET_TLS_UNREADABLE', 'missing.pem'],
    ['noise.pem', 'server-key.pem', 'NET_TLS_UNREADABLE', 'noise.pem'],
    ['server-cert.pem', 'noise.pem', 'NET_TLS_UNREADABLE', 'noise.pem'],
    ['server-cert.pem', 'locked.pem', 'NET_TLS_UNREADABLE', 'password'],
  ] as const;
  for (const [cert, key, code, named] of cases) {
    await assert.rejects(
      loadCertificates({ certFile: join(folder, cert), keyFile: join(folder, key) }),
      (error: { code: string; sentence: string; remedy: string }) => {
        assert.equal(error.code, code);
        assert.ok(error.sentence.includes(named), error.sentence);
        assert.ok(error.remedy.length > 20);
        return true;
      },
    );
  }
});

test('an expired certificate is a warning: the service goes on', async (t) => {
  const folder = await newFolder(t);
  const clock = fakeClock();
  await obtainCertificates({ folder, hostNames: [], clock });
  clock.advance(398 * dayMs);
  const loaded = await loadCertificates({
    certFile: join(folder, 'server-cert.pem'),
    keyFile: join(folder, 'server-key.pem'),
    clock,
  });
  assert.equal(loaded.warnings[0]?.code, 'NET_TLS_EXPIRED');
});

test('a kept certificate is renewed while the process runs', async (t) => {
  const folder = await newFolder(t);
  const clock = fakeClock();
  await obtainCertificates({ folder, hostNames: [], clock });
  clock.advance(366.8 * dayMs);
  const source = await keepCertificates({
    obtain: () => obtainCertificates({ folder, hostNames: [], clock }),
    clock,
    log: silent,
  });
  const first = source.current.certPem;
  const replaced = new Promise<string>((resolve) => source.onChange(({ certPem }) => resolve(certPem)));
  clock.advance(dayMs / 2);
  const renewed = await replaced;
  assert.notEqual(renewed, first);
  assert.equal(source.current.certPem, renewed);
  assert.equal(await readFile(join(folder, 'server-cert.pem'), 'utf8'), renewed);
  source[Symbol.dispose]();
  assert.equal(clock.pending, 0);
});
