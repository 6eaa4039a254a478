// The issuer's side of licence files: keys, signing, renewal, revocation (licensing rule M9). Part of the command line, so
// that an organisation may be its own issuer and charge its departments.
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from '../rules/fault.ts';
import { signText } from './ed25519.ts';
import { ALG, type Purpose, writeFrame } from './envelope.ts';
import {
  isLicencePayload,
  isRevocationPayload,
  type LicencePayload,
  type RevocationPayload,
} from './payload.ts';

export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

export interface NewIssuerKey {
  readonly kid: string;
  /** What others pin: 32 bytes, hex. */
  readonly publicKey: string;
  /** PKCS #8 in PEM: keep it off the server. */
  readonly privateKeyPem: string;
}

export function newIssuerKey(kid: string): NewIssuerKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  return {
    kid,
    publicKey: Buffer.from(jwk.x!, 'base64url').toString('hex'),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
}

/** @returns LICENCE_BAD_KEY where the text is no Ed25519 private key. */
export function issuerKey(kid: string, privateKeyPem: string): Outcome<IssuerKey> {
  try {
    const privateKey = createPrivateKey(privateKeyPem);
    if (privateKey.asymmetricKeyType === 'ed25519') return done({ kid, privateKey });
  } catch {
    // The library's own sentence would speak of decoders.
  }
  return licensingErrors.fault('LICENCE_BAD_KEY', 'This is not an Ed25519 private key in PEM.');
}

/** @returns the text of the file. */
export function issueLicenceFile(payload: LicencePayload, key: IssuerKey): Outcome<string> {
  if (!isLicencePayload(payload))
    return licensingErrors.fault('LICENCE_BAD_PAYLOAD', 'This is no licence that can be signed.');
  return done(sealed('licence', payload, key));
}

/** The same licence with a later end, other quantities or a corrected name; `seq` goes up by one. */
export function renewLicenceFile(
  previous: LicencePayload,
  changes: Partial<Omit<LicencePayload, 'v' | 'id' | 'issuer' | 'seq'>> & Pick<LicencePayload, 'issuedAt'>,
  key: IssuerKey,
): Outcome<string> {
  const { v, id, issuer } = previous;
  return issueLicenceFile({ ...previous, ...changes, v, id, issuer, seq: previous.seq + 1 }, key);
}

/** A list replaces the one before it: it names every file that is revoked. */
export function issueRevocations(payload: RevocationPayload, key: IssuerKey): Outcome<string> {
  if (!isRevocationPayload(payload))
    return licensingErrors.fault('LICENCE_BAD_PAYLOAD', 'This is no list of revoked licences.');
  return done(sealed('revocations', payload, key));
}

function sealed(purpose: Purpose, payload: object, { kid, privateKey }: IssuerKey): string {
  const enc = Buffer.from(JSON.stringify(payload)).toString('base64');
  const sig = Buffer.from(signText(privateKey, `${purpose}/${enc}`)).toString('base64');
  return writeFrame(purpose, { alg: ALG, kid, enc, sig });
}
