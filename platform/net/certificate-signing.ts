// X.509 certificates of the local authority, ECDSA P-256 (RFC 5280 §4.1). Used by certificates.ts, which imports it only
// when there is something to sign: loading the library costs more than the rest of a start that finds certificates.
import 'reflect-metadata';
import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509Certificate as ParsedCertificate,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { ipv6Groups } from './net-address.ts';

export interface CertificateParts {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  /** Whole seconds count. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Host names and IP addresses; none for an authority. */
  readonly subjectAltNames?: readonly string[];
  /** Without a certificate it signs itself. */
  readonly issuer: { readonly key: KeyObject; readonly certificate?: X509Certificate };
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };

export async function signCertificate(parts: CertificateParts): Promise<X509Certificate> {
  const { subjectAltNames, issuer, notBefore, notAfter } = parts;
  const publicKey = spkiOf(parts.publicKey);
  const subject = [{ O: ['Parley'] }, { CN: [parts.commonName] }];
  const signed = await X509CertificateGenerator.create({
    subject,
    // RFC 5280 §4.1.2.6: the issuer's name as its own certificate spells it, which an older Parley may have written.
    issuer:
      issuer.certificate === undefined ? subject : new ParsedCertificate(issuer.certificate.raw).subjectName,
    notBefore,
    notAfter,
    publicKey,
    signingKey: issuer.key.toCryptoKey(algorithm, false, ['sign']),
    extensions: [
      ...(subjectAltNames === undefined ? authorityExtensions() : serverExtensions(subjectAltNames)),
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(spkiOf(createPublicKey(issuer.key))),
    ],
  });
  return new X509Certificate(Buffer.from(signed.rawData));
}

function authorityExtensions() {
  // Path length 0: it signs servers, no other authority.
  return [
    new BasicConstraintsExtension(true, 0, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}

function serverExtensions(names: readonly string[]) {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
    new SubjectAlternativeNameExtension(names.map(generalName)),
  ];
}

function generalName(value: string): JsonGeneralName {
  switch (isIP(value)) {
    case 4:
      return { type: 'ip', value };
    case 6:
      // The library reads neither a zone nor an IPv4 address at the end.
      return {
        type: 'ip',
        value: ipv6Groups(value)
          .map((group) => group.toString(16))
          .join(':'),
      };
    default:
      return { type: 'dns', value };
  }
}

function spkiOf(key: KeyObject): Buffer<ArrayBuffer> {
  return key.export({ type: 'spki', format: 'der' });
}
