// The certificate that this host shows to browsers: self-signed, made anew at each start. Who it is, its fingerprint in SDP says.
import { generateKeyPairSync } from 'node:crypto';
import { signCertificate } from '../../net/certificate-signing.ts';
import type { DtlsIdentity } from './server.ts';

const DAY_MS = 86_400_000;

export async function newDtlsIdentity(nowUnixMs: number): Promise<DtlsIdentity> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = await signCertificate({
    commonName: 'media',
    // What makes it a certificate of a server, whose key may sign (RFC 5280 §4.2.1.3).
    subjectAltNames: ['media.invalid'],
    publicKey,
    notBefore: new Date(nowUnixMs - DAY_MS),
    notAfter: new Date(nowUnixMs + 365 * DAY_MS),
    issuer: { key: privateKey },
  });
  return { certificate, privateKey };
}
