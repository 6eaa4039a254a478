import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Config, defaultConfig } from '@parley/platform/host';
import { obtainCertificates, systemClock } from '@parley/platform/net';
import { checkCertificate, validity } from './check-certificate.ts';
import { checkClock, checkData, checkDisk, checkNode } from './check-machine.ts';
import { checkDns, checkPorts, checkWebPhones } from './check-network.ts';
import { temporaryFolder } from './spawn-testing.ts';

const machine = { hostName: 'uc.example.com', homeDirectory: '/nowhere', isRoot: false, environment: {} };
const off = { address: '127.0.0.1', port: null };
const allOff = { http: off, https: off, sip: off, sips: off, turn: off, turns: off, admin: off };
const base: Config = { ...defaultConfig(machine), listen: allOff };

test('a port that another program uses is a failure that names the setting; free and off are fine', async (t) => {
  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const udp = createSocket('udp4').bind(0, '127.0.0.1');
  await once(udp, 'listening');
  t.after(() => {
    tcp.close();
    udp.close();
  });
  const http = { address: '127.0.0.1', port: (tcp.address() as AddressInfo).port };
  const sip = { address: '127.0.0.1', port: udp.address().port };
  const findings = await checkPorts({ ...base, listen: { ...allOff, http, sip } }, undefined);
  const byName = new Map(findings.map((finding) => [finding.name, finding]));
  assert.equal(byName.get('port http/tcp')?.status, 'fail');
  assert.match(byName.get('port http/tcp')?.remedy ?? '', /listen\.http\.port/);
  assert.equal(byName.get('port sip/udp')?.status, 'fail');
  assert.equal(byName.get('port https/tcp')?.sentence, 'Off.');
  const running = await checkPorts({ ...base, listen: { ...allOff, http } }, { pid: 7, host: 'uc' });
  assert.equal(running.find(({ name }) => name === 'port http/tcp')?.status, 'ok');
});

test('the doctor says where phones in web pages find SIP, and of which sites they may be', () => {
  const at = (listen: Config['listen'], ...origins: string[]) =>
    checkWebPhones({ ...base, hostName: 'uc.example.com', listen, sip: { ...base.sip, origins } }).sentence;
  const https = { address: '0.0.0.0', port: 8443 };
  const http = { address: '127.0.0.1', port: 8080 };
  assert.equal(
    at({ ...allOff, http, https }, 'https://phone.example.com'),
    'SIP over WebSocket at wss://uc.example.com:8443/sip, for pages of uc.example.com, https://phone.example.com (sip.origins).',
  );
  assert.match(at({ ...allOff, http }, '*'), /at ws:\/\/localhost:8080\/sip, for pages of all sites/);
  assert.match(at(allOff), /^Off/);
});

async function certificateFiles(t: TestContext) {
  const folder = await temporaryFolder(t);
  await obtainCertificates({ folder, hostNames: ['uc.example.com'], clock: systemClock });
  return { folder, cert: join(folder, 'server-cert.pem'), key: join(folder, 'server-key.pem') };
}

test('a certificate is checked for its key, its name and its dates', async (t) => {
  const { folder, cert, key } = await certificateFiles(t);
  const listen = { ...allOff, https: { address: '127.0.0.1', port: 8443 } };
  const check = (tls: Config['tls'], hostName = 'uc.example.com') =>
    checkCertificate({ ...base, listen, hostName, tls });
  assert.equal((await check({ cert, key })).status, 'ok');
  assert.equal((await check({ cert, key }, 'other.example.com')).status, 'warn');
  assert.match((await check({ cert, key: join(folder, 'ca-key.pem') })).sentence, /is not the key of/);
  assert.match((await check({ cert: join(folder, 'nowhere'), key })).sentence, /no such file/);
  await writeFile(join(folder, 'bad.pem'), 'not a certificate');
  assert.equal((await check({ cert: join(folder, 'bad.pem'), key })).status, 'fail');

  const certificate = new X509Certificate(await readFile(cert));
  const end = new Date(certificate.validTo).getTime();
  const at = (now: number) => validity(certificate, 'uc.example.com', now);
  assert.equal(at(end - 60 * 86_400_000).status, 'ok');
  assert.equal(at(end - 86_400_000).status, 'warn');
  assert.match(at(end + 1000).sentence, /expired/);
  assert.match(at(0).sentence, /not valid yet/);
});

test('without TLS no certificate is needed; without a given one Parley makes its own', async () => {
  assert.match((await checkCertificate(base)).sentence, /Not needed/);
  const https = { address: '127.0.0.1', port: 8443 };
  const own = await checkCertificate({ ...base, data: '/nowhere', listen: { ...allOff, https } });
  assert.deepEqual([own.status, /makes its own/.test(own.sentence)], ['ok', true]);
});

test('the machine is looked at: Node, clock, disk, data directory', async (t) => {
  const folder = await temporaryFolder(t);
  assert.equal(checkNode().status, 'ok');
  assert.equal((await checkClock()).status, 'ok');
  assert.match((await checkDisk({ ...base, data: join(folder, 'not', 'yet') })).sentence, /are free/);
  assert.match(
    (await checkData({ ...base, data: join(folder, 'not', 'yet') }, undefined)).sentence,
    /will be made/,
  );
  await writeFile(join(folder, 'file'), '');
  assert.equal((await checkData({ ...base, data: join(folder, 'file') }, undefined)).status, 'fail');
  assert.match((await checkData(base, { pid: 7, host: 'uc' })).sentence, /process 7/);
});

test('a domain of this machine only asks no name server', async () => {
  assert.equal((await checkDns({ ...base, domain: 'parley.localhost' })).status, 'ok');
});
