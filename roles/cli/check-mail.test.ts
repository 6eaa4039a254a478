import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultConfig, type SmtpConfig } from '@parley/platform/host';
import { openMailServer } from '@parley/services/alerts/testing-mail';
import { checkMail } from './check-mail.ts';

const machine = { hostName: 'localhost', homeDirectory: '', isRoot: false, environment: {} };
const found = (smtp: SmtpConfig) => checkMail({ ...defaultConfig(machine), mail: { smtp } });
const account = { user: 'parley', password: 'right' };

test('no mail server is named: nothing to look at', async () => {
  assert.equal((await found({ port: 587, security: 'starttls' })).status, 'ok');
});

test('the account is right, or wrong, or the server is not there, and each is said in its own words', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-mail-'));
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, 'right\n');
  const server = await openMailServer({ account });
  const here = { host: '127.0.0.1', port: server.port, security: 'none', user: 'parley' } as const;
  assert.equal((await found({ ...here, passwordFile })).status, 'ok');
  const wrong = await found({ ...here, password: 'wrong' });
  assert.equal(wrong.status, 'fail');
  assert.match(wrong.sentence, /535 5\.7\.8/);
  assert.doesNotMatch(JSON.stringify(wrong), /wrong"|: wrong/, 'the password is not told');
  const plain = await found({ ...here, security: 'starttls', passwordFile });
  assert.equal(plain.status, 'fail', 'without TLS nothing is said where TLS is wished');
  await server[Symbol.asyncDispose]();
  assert.match((await found({ ...here, passwordFile })).sentence, /ECONNREFUSED/);
  await rm(folder, { recursive: true });
});
