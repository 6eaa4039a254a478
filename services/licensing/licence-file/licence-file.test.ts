import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { publicKeyFrom, signText } from './ed25519.ts';
import { type Envelope, readEnvelopes, writeFrame } from './envelope.ts';
import { issueLicenceFile, issueRevocations, issuerKey, newIssuerKey, renewLicenceFile } from './issue.ts';
import { fuzz } from './licence-file.fuzz.ts';
import type { LicencePayload } from './payload.ts';
import { canonicalBase64, parseStrictJson } from './strict-json.ts';
import { grantsInForce, keyRing, seqKey, verifyLicenceFile, verifyRevocations } from './verify.ts';

const made = newIssuerKey('k1');
const key = value(issuerKey('k1', made.privateKeyPem));
const keys = value(keyRing({ k1: made.publicKey }));
const payload: LicencePayload = {
  v: 1,
  id: 'lic-1',
  issuer: 'issuer.example.com',
  customer: 'Example Müller GmbH',
  issuedAt: '2026-01-01T00:00:00Z',
  notBefore: '2026-01-01T00:00:00Z',
  notAfter: '2027-01-01T00:00:00Z',
  graceDays: 30,
  grants: [
    { sku: 'parley-standard-cal', metric: 'user', quantity: 100 },
    { sku: 'parley-standard-cal', metric: 'device', quantity: 5 },
  ],
  seq: 7,
};
const frame = value(issueLicenceFile(payload, key));
const june = Date.parse('2026-06-01T00:00:00Z');

function value<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}
function code(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'accepted' : outcome.fault.code;
}
function envelope(text = frame): Envelope {
  return value(readEnvelopes('licence', text))[0]!;
}
/** Signed by the true key, whatever the bytes say. */
function signedText(json: string): Envelope {
  const enc = Buffer.from(json).toString('base64');
  const sig = Buffer.from(signText(key.privateKey, `licence/${enc}`)).toString('base64');
  return { alg: 'ed25519', kid: 'k1', enc, sig };
}
function stateAt(at: string, file: unknown = frame) {
  const { state, graceDaysLeft } = value(verifyLicenceFile(file, { keys, at: Date.parse(at) }));
  return { state, graceDaysLeft };
}

describe('licence file (licensing rule M9)', () => {
  it('survives its frame, Windows line ends, a mail around it, and the bare object', () => {
    const mail = `Hello,\r\n\r\n${frame.replaceAll('\n', '\r\n')}\r\nRegards`;
    for (const file of [frame, mail, envelope(), JSON.stringify(envelope())]) {
      const verified = value(verifyLicenceFile(file, { keys, at: june }));
      assert.equal(verified.state, 'active');
      assert.deepEqual(verified.payload, payload);
    }
  });

  it('knows its states; the end is the first instant after it', () => {
    assert.equal(stateAt('2025-12-31T23:59:59Z').state, 'not-yet-valid');
    assert.equal(stateAt('2026-01-01T00:00:00Z').state, 'active');
    assert.equal(stateAt('2026-12-31T23:59:59Z').state, 'active');
    assert.deepEqual(stateAt('2027-01-01T00:00:00Z'), { state: 'grace', graceDaysLeft: 30 });
    assert.deepEqual(stateAt('2027-01-30T23:59:59Z'), { state: 'grace', graceDaysLeft: 1 });
    assert.equal(stateAt('2027-01-31T00:00:00Z').state, 'expired');
    const endless = value(issueLicenceFile({ ...payload, notAfter: null }, key));
    assert.equal(stateAt('2099-01-01T00:00:00Z', endless).state, 'active');
  });

  it('refuses a changed byte anywhere in what is signed', () => {
    const { enc, sig, ...rest } = envelope();
    const text = Buffer.from(enc, 'base64').toString().replace('"quantity":100', '"quantity":900');
    const forged = { ...rest, enc: Buffer.from(text).toString('base64'), sig };
    assert.equal(code(verifyLicenceFile(forged, { keys, at: june })), 'LICENCE_BAD_SIGNATURE');
    const other = value(issuerKey('k1', newIssuerKey('k1').privateKeyPem));
    const byAnother = value(issueLicenceFile(payload, other));
    assert.equal(code(verifyLicenceFile(byAnother, { keys, at: june })), 'LICENCE_BAD_SIGNATURE');
  });

  it('refuses a malleated signature: S + L', () => {
    const bytes = Buffer.from(envelope().sig, 'base64');
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let sum = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString('hex')}`) + order;
    for (let index = 32; index < 64; index++, sum >>= 8n) bytes[index] = Number(sum & 255n);
    const malleated = { ...envelope(), sig: bytes.toString('base64') };
    assert.equal(code(verifyLicenceFile(malleated, { keys, at: june })), 'LICENCE_BAD_SIGNATURE');
  });

  it('refuses base64 that is not the one form of its bytes', () => {
    const { sig, enc, ...rest } = envelope();
    for (const variant of [
      sig.replace(/=+$/, ''),
      `${sig}\n`,
      sig.replaceAll('+', '-').replaceAll('/', '_').concat(' '),
    ]) {
      const outcome = verifyLicenceFile({ ...rest, enc, sig: variant }, { keys, at: june });
      assert.equal(code(outcome), 'LICENCE_BAD_SIGNATURE');
    }
    assert.equal(canonicalBase64('QQ=='.replace('Q=', 'R=')), undefined, 'stray bits');
  });

  it('takes neither the algorithm nor the key from the file', () => {
    for (const alg of ['none', 'Ed25519', 'hs256', ''])
      assert.equal(
        code(verifyLicenceFile({ ...envelope(), alg }, { keys, at: june })),
        'LICENCE_UNSUPPORTED_ALG',
      );
    const own = { ...envelope(), kid: 'k9', publicKey: made.publicKey, keys: { k9: made.publicKey } };
    assert.equal(code(verifyLicenceFile(own, { keys, at: june })), 'LICENCE_UNKNOWN_KEY');
    assert.equal(
      code(verifyLicenceFile({ ...envelope(), kid: '__proto__' }, { keys, at: june })),
      'LICENCE_UNKNOWN_KEY',
    );
  });

  it('refuses what is signed but ambiguous, of an unknown version, or not in form', () => {
    const json = JSON.stringify(payload);
    const faults: [string, string][] = [
      [json.replace('"seq":7', '"seq":7,"seq":8'), 'LICENCE_BAD_PAYLOAD'],
      [json.replace('"seq":7', '"seq":7,"s\\u0065q":8'), 'LICENCE_BAD_PAYLOAD'],
      [json.replace('"v":1', '"v":2'), 'LICENCE_UNKNOWN_VERSION'],
      [json.replace('"v":1,', ''), 'LICENCE_UNKNOWN_VERSION'],
      [json.replace('100', '-1'), 'LICENCE_BAD_PAYLOAD'],
      [json.replace('100', '1.5'), 'LICENCE_BAD_PAYLOAD'],
      [json.replace('2027-01-01', '2025-01-01'), 'LICENCE_BAD_PAYLOAD'],
      [json.replace('2027-01-01', '2027-02-30'), 'LICENCE_BAD_PAYLOAD'],
      [`\ufeff${json}`, 'LICENCE_BAD_PAYLOAD'],
      [`[${json}]`, 'LICENCE_BAD_PAYLOAD'],
    ];
    for (const [text, expected] of faults)
      assert.equal(code(verifyLicenceFile(signedText(text), { keys, at: june })), expected, text);
  });

  it('refuses keys of small order, non-canonical keys and points off the curve', () => {
    const le = (y: bigint) => Buffer.from(y.toString(16).padStart(64, '0'), 'hex').reverse().toString('hex');
    const p = 2n ** 255n - 19n;
    const bad = [
      le(0n),
      le(1n),
      le(p - 1n),
      le(p),
      le(p + 1n),
      le(2n),
      'ff'.repeat(32),
      'zz',
      `${'01'.padEnd(62, '0')}80`,
    ];
    bad.push('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85');
    for (const hex of bad) assert.equal(code(publicKeyFrom('k', hex)), 'LICENCE_BAD_KEY', hex);
    assert.ok(publicKeyFrom('k', 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a').ok);
  });

  it('does not let an older file replace a newer one', () => {
    const installedSeq = new Map([[seqKey(payload), 8]]);
    assert.equal(code(verifyLicenceFile(frame, { keys, at: june, installedSeq })), 'LICENCE_SEQ_ROLLBACK');
    const renewed = renewLicenceFile(
      payload,
      { issuedAt: '2026-05-01T00:00:00Z', notAfter: '2028-01-01T00:00:00Z' },
      key,
    );
    const verified = value(verifyLicenceFile(value(renewed), { keys, at: june, installedSeq }));
    assert.equal(verified.payload.seq, 8);
  });

  it('warns when the clock was turned back, and judges all the same', () => {
    const verified = value(verifyLicenceFile(frame, { keys, at: june, newestAuditAt: june + 86_400_000 }));
    assert.deepEqual([verified.state, verified.warnings], ['active', ['clock-rollback']]);
    assert.deepEqual(
      value(verifyLicenceFile(frame, { keys, at: june, newestAuditAt: june - 1 })).warnings,
      [],
    );
  });

  it('is revoked by a signed list of the same key from its date on', () => {
    const entry = { id: 'lic-1', at: '2026-05-01T00:00:00Z', reason: 'replaced' };
    const list = {
      v: 1 as const,
      issuer: payload.issuer,
      issuedAt: '2026-05-01T00:00:00Z',
      seq: 1,
      revoked: [entry],
    };
    const text = value(issueRevocations(list, key));
    const revocations = [value(verifyRevocations(text, keys, 1))];
    assert.equal(code(verifyRevocations(text, keys, 2)), 'LICENCE_SEQ_ROLLBACK');
    assert.equal(value(verifyLicenceFile(frame, { keys, at: june, revocations })).state, 'revoked');
    const april = Date.parse('2026-04-01T00:00:00Z');
    assert.equal(value(verifyLicenceFile(frame, { keys, at: april, revocations })).state, 'active');
    const second = newIssuerKey('k2');
    const both = value(keyRing({ k1: made.publicKey, k2: second.publicKey }));
    const foreign = value(issueRevocations(list, value(issuerKey('k2', second.privateKeyPem))));
    const other = [value(verifyRevocations(foreign, both))];
    assert.equal(value(verifyLicenceFile(frame, { keys, at: june, revocations: other })).state, 'active');
  });

  it('does not take a licence for a revocation list or the reverse', () => {
    const asList = writeFrame('revocations', envelope());
    assert.equal(code(verifyRevocations(asList, keys)), 'LICENCE_BAD_SIGNATURE');
  });

  it('adds several files up, and counts a licence once in its newest form', () => {
    const verify = (file: string) => value(verifyLicenceFile(file, { keys, at: june }));
    const renewed = renewLicenceFile(
      payload,
      { issuedAt: '2026-05-01T00:00:00Z', grants: [payload.grants[0]!] },
      key,
    );
    const second = issueLicenceFile({ ...payload, id: 'lic-2' }, key);
    const ended = issueLicenceFile(
      { ...payload, id: 'lic-3', notAfter: '2026-02-01T00:00:00Z', graceDays: 0 },
      key,
    );
    const files = [frame, value(renewed), value(second), value(ended)].map(verify);
    assert.deepEqual(grantsInForce(files), [
      { sku: 'parley-standard-cal', metric: 'user', quantity: 200 },
      { sku: 'parley-standard-cal', metric: 'device', quantity: 5 },
    ]);
  });

  it('bounds what it reads', () => {
    const long = frame.replace('\n', `\n${'A'.repeat(70_000)}`);
    assert.equal(code(verifyLicenceFile(long, { keys, at: june })), 'LICENCE_FILE_TOO_LARGE');
    assert.equal(
      code(verifyLicenceFile('x'.repeat(10_000_000), { keys, at: june })),
      'LICENCE_FILE_TOO_LARGE',
    );
    assert.equal(code(verifyLicenceFile('hello', { keys, at: june })), 'LICENCE_BAD_FRAME');
    assert.equal(code(verifyLicenceFile(frame.slice(0, -30), { keys, at: june })), 'LICENCE_BAD_FRAME');
    assert.equal(code(verifyLicenceFile(frame + frame, { keys, at: june })), 'LICENCE_BAD_FRAME');
    assert.equal(code(verifyLicenceFile(undefined, { keys, at: june })), 'LICENCE_BAD_FRAME');
    assert.equal(parseStrictJson('['.repeat(50) + ']'.repeat(50)), undefined);
  });

  it('never throws, whatever the bytes', () => {
    for (let cut = 0; cut < frame.length; cut += 7) fuzz(Buffer.from(frame.slice(cut)));
    for (let at = 0; at < frame.length; at += 3) {
      const bytes = Buffer.from(frame);
      bytes[at]! ^= 1 << (at % 8);
      fuzz(bytes);
    }
  });

  it('is verified in less than a millisecond', () => {
    const batchMs = Array.from({ length: 10 }, () => {
      const started = performance.now();
      for (let count = 0; count < 20; count++) verifyLicenceFile(frame, { keys, at: june });
      return (performance.now() - started) / 20;
    });
    // The machine may be busy with other tests: the quietest batch counts.
    const eachMs = Math.min(...batchMs);
    assert.ok(eachMs < 1, `${eachMs.toFixed(2)} ms`);
  });
});
