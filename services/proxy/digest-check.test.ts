import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import {
  answerChallenge,
  createRequest,
  type DigestAlgorithm,
  digestSecret,
  serializeCredentials,
} from '@parley/protocol/sip';
import {
  checkForm,
  credentialsFor,
  NONCE_LIFETIME_MS,
  nonceFor,
  provenDevice,
  RequestDigests,
} from './digest-check.ts';

const NOW = 1_800_000_000_000;
const REALM = 'parley';
const SOURCE = '192.0.2.7';
const hash = (algorithm: DigestAlgorithm, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');
const isOwn = (host: string) => ['example.com', '198.51.100.1'].includes(host.toLowerCase());
const keyedHash = (text: string) => createHmac('sha256', 'key').update(text).digest('hex');

const ACCOUNT = { username: 'alice', realm: REALM, password: 'k7m2p-9xq4t' };
const DEVICE = {
  deviceId: 'd1',
  md5: digestSecret(hash, 'MD5', ACCOUNT),
  sha256: digestSecret(hash, 'SHA-256', ACCOUNT),
  expiresAt: null,
};
const OTHER = { ...DEVICE, deviceId: 'd0', md5: 'f'.repeat(32), sha256: 'f'.repeat(64) };

function credentials(
  algorithm: DigestAlgorithm,
  changes: { uri?: string; password?: string; qopAuth?: boolean } = {},
) {
  const nonce = nonceFor(keyedHash, { now: NOW, id: '5a17', source: SOURCE, realm: REALM });
  return answerChallenge(
    hash,
    { realm: REALM, nonce, algorithm, qopAuth: changes.qopAuth ?? true },
    {
      method: 'REGISTER',
      uri: changes.uri ?? 'sip:example.com',
      username: 'alice',
      password: changes.password ?? ACCOUNT.password,
      cnonce: 'c',
      nonceCount: 1,
    },
  );
}

for (const algorithm of ['MD5', 'SHA-256'] as const) {
  for (const qopAuth of [true, false]) {
    test(`RFC 7616 §3.4.6: ${algorithm} ${qopAuth ? 'with' : 'without'} qop proves the one device that has the password`, () => {
      const given = credentials(algorithm, { qopAuth });
      assert.equal(provenDevice(hash, given, 'REGISTER', [OTHER, DEVICE])?.deviceId, 'd1');
      assert.equal(provenDevice(hash, given, 'MESSAGE', [OTHER, DEVICE]), undefined);
      assert.equal(
        provenDevice(hash, credentials(algorithm, { password: 'x', qopAuth }), 'REGISTER', [DEVICE]),
        undefined,
      );
    });
  }
}

test('RFC 7616 §3.3: a nonce is good for five minutes, then stale; one of another key is foreign', () => {
  const given = credentials('MD5');
  assert.equal(
    checkForm(given, 'sip:example.com', { keyedHash, now: NOW + NONCE_LIFETIME_MS, source: SOURCE, isOwn })
      .kind,
    'good',
  );
  assert.equal(
    checkForm(given, 'sip:example.com', {
      keyedHash,
      now: NOW + NONCE_LIFETIME_MS + 1,
      source: SOURCE,
      isOwn,
    }).kind,
    'stale',
  );
  assert.equal(
    checkForm(given, 'sip:example.com', { keyedHash: () => '0'.repeat(64), now: NOW, source: SOURCE, isOwn })
      .kind,
    'foreign',
  );
});

test('RFC 7616 §5.4: an answer to a challenge that went to another address is not looked at', () => {
  const form = (source: string, now = NOW) =>
    checkForm(credentials('MD5'), 'sip:example.com', { keyedHash, now, source, isOwn }).kind;
  assert.equal(form('192.0.2.8'), 'elsewhere');
  assert.equal(form('192.0.2.8', NOW + NONCE_LIFETIME_MS + 1), 'elsewhere');
  assert.equal(form(SOURCE), 'good');
});

test('a nonce binds IPv6 networks too, and says which nonce it is', () => {
  const source = '2001:db8:1:2::/64';
  const nonce = nonceFor(keyedHash, { now: NOW, id: 'id17', source, realm: REALM });
  const form = (from: string) =>
    checkForm({ ...credentials('MD5'), nonce }, 'sip:example.com', {
      keyedHash,
      now: NOW,
      source: from,
      isOwn,
    });
  assert.deepEqual(form(source), { kind: 'good', nonceId: 'id17', madeMs: NOW });
  assert.equal(form('2001:db8:1:3::/64').kind, 'elsewhere');
});

test('RFC 7616 §3.4.3: a digest that is remembered is the one of that algorithm, method and URI', () => {
  const digests = new RequestDigests(hash);
  for (const method of ['REGISTER', 'MESSAGE']) {
    for (const algorithm of ['MD5', 'SHA-256'] as const) {
      for (const uri of ['sip:a', 'sip:b']) {
        const expected = hash(algorithm, `${method}:${uri}`);
        const given = { ...credentials(algorithm), uri };
        assert.equal(digests.of(given, method), expected);
        assert.equal(digests.of(given, method), expected);
      }
    }
  }
});

for (const [uri, requestUri, expected] of [
  ['sip:example.com', 'sip:example.com', 'good'],
  ['sip:EXAMPLE.com', 'sip:example.com:5060;transport=tcp', 'good'],
  ['sip:bob@example.com', 'sip:%62ob@example.com', 'good'],
  ['sip:198.51.100.1:5060', 'sip:example.com', 'good'],
  ['sip:example.com', 'sip:bob@example.com', 'other-uri'],
  ['sip:carol@example.com', 'sip:bob@example.com', 'other-uri'],
  ['sip:example.org', 'sip:example.com', 'other-uri'],
  ['nonsense', 'sip:example.com', 'other-uri'],
] as const) {
  test(`RFC 7616 §3.4.6: credentials for ${uri} on a request for ${requestUri} are ${expected}`, () => {
    assert.equal(
      checkForm(credentials('MD5', { uri }), requestUri, { keyedHash, now: NOW, source: SOURCE, isOwn }).kind,
      expected,
    );
  });
}

test('RFC 3261 §22.3: the credentials for our realm are taken out of several', () => {
  const ours = serializeCredentials(credentials('SHA-256'));
  const foreign = ours.replace('realm="parley"', 'realm="elsewhere"');
  const request = createRequest({
    method: 'REGISTER',
    uri: 'sip:example.com',
    headers: [
      ['Authorization', foreign],
      ['Proxy-Authorization', 'Basic abc'],
      ['Proxy-Authorization', ours],
    ],
  });
  assert.equal(credentialsFor(request, REALM)?.algorithm, 'SHA-256');
  assert.equal(credentialsFor(request, 'nowhere'), undefined);
});
