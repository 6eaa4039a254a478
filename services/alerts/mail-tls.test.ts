// Mail through a server that speaks TLS: with STARTTLS or from the first byte, and not at all where its certificate is another.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSmtp } from '@parley/platform/mail';
import { obtainCertificates, systemClock } from '@parley/platform/net';
import { openMailServer } from './testing-mail.ts';

const account = { user: 'parley', password: 'right' };
let folder = '';
let ca = '';
let tls: { readonly key: string; readonly cert: string };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-mail-tls-'));
  const made = await obtainCertificates({ folder, hostNames: [], clock: systemClock });
  tls = { key: made.keyPem, cert: made.certPem };
  ca = join(folder, 'authorities.pem');
  await writeFile(ca, made.caPem ?? '');
});
after(() => rm(folder, { recursive: true }));

const letter = {
  from: { name: 'Parley', address: 'parley@parley.test' },
  to: 'bob@mail.test',
  subject: 'An unread message',
  text: 'hello',
  html: '<p>hello</p>',
  messageId: 'one@parley.test',
  writtenAt: Date.UTC(2026, 10, 22),
  headers: {},
};

function smtp(port: number, more: object) {
  return openSmtp({ host: '127.0.0.1', port, security: 'starttls', ...account, ...more }, 'uc.parley.test');
}

for (const security of ['starttls', 'tls'] as const) {
  test(`RFC 3207 §4, RFC 8314 §3.3: with ${security} the account and the letter go over TLS alone`, async () => {
    await using server = await openMailServer({ account, tls: { ...tls, secure: security === 'tls' } });
    await using port = smtp(server.port, { security, ca });
    assert.deepEqual(await port.send(letter), { kind: 'taken' });
    const [received] = server.received;
    assert.deepEqual([received?.wasSecure, received?.mail.subject], [true, 'An unread message']);
  });
}

test('a certificate of somebody else ends the conversation: no account is named, nothing is sent', async () => {
  await using server = await openMailServer({ account, tls });
  await using port = smtp(server.port, {});
  const answer = await port.send(letter);
  assert.equal(answer.kind, 'down');
  assert.match(answer.kind === 'down' ? answer.reply : '', /certificate/i);
  assert.equal(server.received.length, 0);
});
