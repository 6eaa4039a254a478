import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Hash } from './digest-algorithm.ts';
import { parseChallenge, serializeChallenge } from './digest-challenge.ts';
import { parseCredentials, serializeCredentials } from './digest-credentials.ts';
import { answerChallenge, digestSecret, verifyResponse } from './digest-response.ts';

const hash: Hash = (algorithm, text) =>
  createHash(algorithm.toLowerCase().replace('-', '')).update(text).digest('hex');

const CHALLENGE =
  'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const MUFASA = {
  method: 'GET',
  uri: '/dir/index.html',
  username: 'Mufasa',
  password: 'Circle of Life',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  nonceCount: 1,
};

for (const [algorithm, response] of [
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
] as const) {
  test(`RFC 7616 §3.9.1: the example with ${algorithm}`, () => {
    const challenge = parseChallenge(CHALLENGE.replace('SHA-256', algorithm))!;
    const credentials = answerChallenge(hash, challenge, MUFASA);
    assert.equal(credentials.response, response);
    const secret = digestSecret(hash, algorithm, { ...MUFASA, realm: challenge.realm });
    assert.equal(verifyResponse(hash, secret, 'GET', credentials), true);
    assert.equal(verifyResponse(hash, secret, 'PUT', credentials), false);
    assert.equal(verifyResponse(hash, hash(algorithm, 'other'), 'GET', credentials), false);
    assert.equal(verifyResponse(hash, secret, 'GET', { ...credentials, nonce: 'other' }), false);
    assert.deepEqual(parseCredentials(serializeCredentials(credentials)), credentials);
  });
}

test('RFC 3261 §22.4: without qop the response is that of RFC 2069 §2.1.2', () => {
  const challenge = parseChallenge('Digest realm="a", nonce="n"')!;
  assert.deepEqual(challenge, { realm: 'a', nonce: 'n', algorithm: 'MD5', qopAuth: false });
  const credentials = answerChallenge(hash, challenge, MUFASA);
  assert.equal(credentials.auth, undefined);
  const secret = hash('MD5', 'Mufasa:a:Circle of Life');
  assert.equal(credentials.response, hash('MD5', `${secret}:n:${hash('MD5', 'GET:/dir/index.html')}`));
  assert.equal(
    verifyResponse(hash, secret, 'GET', parseCredentials(serializeCredentials(credentials))!),
    true,
  );
});

test('RFC 7616 §3.3: a challenge is read as it was written', () => {
  const challenge = {
    realm: 'with "quotes" \\',
    nonce: 'n',
    algorithm: 'SHA-256',
    qopAuth: true,
    opaque: 'o',
    stale: true,
  } as const;
  assert.deepEqual(parseChallenge(serializeChallenge(challenge)), challenge);
});

test('names and algorithms compare without case, stale may be quoted', () => {
  const challenge = parseChallenge('DIGEST Realm="a" ,NONCE = "n",algorithm=sha-256,stale="TRUE",qop=auth');
  assert.deepEqual(challenge, { realm: 'a', nonce: 'n', algorithm: 'SHA-256', qopAuth: true, stale: true });
});

for (const text of [
  '',
  'Digest',
  'Basic realm="a"',
  'Digest realm="a"',
  'Digest nonce="a"',
  'Digest realm="a", nonce="n", algorithm=SHA-512-256',
  'Digest realm="a", nonce="n", qop="auth-int"',
  'Digest realm="a", nonce="n',
  'Digest realm="a" nonce="n"',
  'Digest realm="a", nonce="n",',
  'Digest realm="a", realm="b", nonce="n"',
  'Digest realm=, nonce="n"',
]) {
  test(`"${text}" is no challenge that we can answer`, () => assert.equal(parseChallenge(text), undefined));
}

const VALID = `Digest username="bob", realm="r", nonce="n", uri="sip:a", response="${'0'.repeat(32)}"`;
for (const [name, text] of [
  ['no user', VALID.replace('username="bob", ', '')],
  ['no response', VALID.replace(/, response.*/, '')],
  ['a response that is no hexadecimal number', VALID.replace('"000', '"xyz')],
  ['qop without cnonce', `${VALID}, qop=auth, nc=00000001`],
  ['qop without nc', `${VALID}, qop=auth, cnonce="c"`],
  ['a short nc', `${VALID}, qop=auth, cnonce="c", nc=1`],
  ['another qop', `${VALID}, qop=auth-int, cnonce="c", nc=00000001`],
  ['another algorithm', `${VALID}, algorithm=SHA-1`],
  ['another scheme', VALID.replace('Digest', 'Bearer')],
] as const) {
  test(`credentials with ${name} are none`, () => {
    assert.equal(parseCredentials(text), undefined);
    assert(parseCredentials(VALID));
  });
}
