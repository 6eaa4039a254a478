import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { obtainCertificates } from '../net/certificates.ts';
import { systemClock } from '../net/clock-system.ts';
import { type TlsMaterial, tlsSource } from '../net/tls-material.ts';
import { WebListenError } from './index.ts';
import { openTestWebServer } from './testing.ts';

async function selfSigned(): Promise<TlsMaterial> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-tls-'));
  try {
    return await obtainCertificates({ folder, hostNames: [], clock: systemClock });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function ask(port: number, path: string, ca: TlsMaterial) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, ca: ca.caPem, agent: false }, resolve).on('error', reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return { headers: response.headers, text: Buffer.concat(chunks).toString() };
}

let first: TlsMaterial;
let second: TlsMaterial;
before(async () => {
  [first, second] = await Promise.all([selfSigned(), selfSigned()]);
});

test('both listeners answer with the same routes; only https asks browsers to stay with it', async () => {
  await using server = await openTestWebServer({ https: { address: '127.0.0.1', port: 0, tls: first } });
  server.routes.get('/who', async ({ protocol }) => ({ protocol }));
  await server.listen();
  const [http, https] = server.addresses;
  const secure = await ask(https!.port, '/who', first);
  assert.equal(secure.text, '{"protocol":"https"}');
  assert.equal(secure.headers['strict-transport-security'], 'max-age=31536000');
  const plain = await fetch(`http://127.0.0.1:${http!.port}/who`);
  assert.equal(await plain.text(), '{"protocol":"http"}');
  assert.equal(plain.headers.get('strict-transport-security'), null);
});

test('the certificate of the own authority can be fetched', async () => {
  await using server = await openTestWebServer({ https: { address: '127.0.0.1', port: 0, tls: first } });
  await server.listen();
  const { port } = server.addresses.find(({ protocol }) => protocol === 'https')!;
  const answer = await ask(port, '/api/v1/ca.pem', first);
  assert.equal(answer.text, first.caPem);
  assert.match(String(answer.headers['content-disposition']), /parley-ca\.pem/);
});

test('a certificate that is replaced is shown to the next connection', async () => {
  const tls = tlsSource(first);
  await using server = await openTestWebServer({ https: { address: '127.0.0.1', port: 0, tls } });
  await server.listen();
  const { port } = server.addresses.find(({ protocol }) => protocol === 'https')!;
  await ask(port, '/', first);
  tls.replace(second);
  await ask(port, '/', second);
  await assert.rejects(ask(port, '/', first));
});

test('a key that does not belong to the certificate is refused with what to do', async () => {
  for (const keyPem of [second.keyPem, 'no key at all']) {
    const tls = { certPem: first.certPem, keyPem };
    await assert.rejects(openTestWebServer({ https: { address: '127.0.0.1', port: 0, tls } }), (error) => {
      assert.ok(error instanceof WebListenError);
      assert.equal(error.code, 'WEB_BAD_CERTIFICATE');
      assert.match(error.remedy, /tls\.key/);
      return true;
    });
  }
});
