// X.509 v3 certificates with ECDSA P-256 keys, written in DER (RFC 5280 §4.1): the few lines that a local authority
// needs. Reading is left to Node. Used by certificates.ts.
import { createHash, createPublicKey, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { ipv6Groups } from './net-address.ts';

export interface CertificateParts {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  /** Whole seconds count. */
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Host names and IP addresses; none for an authority. */
  readonly subjectAltNames?: readonly string[];
  readonly issuer: { readonly commonName: string; readonly key: KeyObject };
}

type Der = Uint8Array;

const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;
const context = (number: number, constructed: boolean) => (constructed ? 0xa0 : 0x80) | number;

/** One element: tag, definite length, contents (X.690 §8.1). */
function element(tagByte: number, ...contents: readonly Der[]): Der {
  const value = Buffer.concat(contents);
  if (value.length < 0x80) return Buffer.concat([Uint8Array.of(tagByte, value.length), value]);
  const length: number[] = [];
  for (let left = value.length; left > 0; left >>>= 8) length.unshift(left & 0xff);
  return Buffer.concat([Uint8Array.of(tagByte, 0x80 | length.length, ...length), value]);
}

const sequence = (...contents: readonly Der[]) => element(tag.sequence, ...contents);
const octetString = (...contents: readonly Der[]) => element(tag.octetString, ...contents);
const yes = element(tag.boolean, Uint8Array.of(0xff));

function bitString(bytes: Der, unusedBits = 0): Der {
  return element(tag.bitString, Uint8Array.of(unusedBits), bytes);
}

function oid(dotted: string): Der {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return element(tag.oid, Uint8Array.from(bytes));
}

/** RFC 5280 §4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050. */
function time(date: Date): Der {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050
    ? element(tag.utcTime, Buffer.from(digits.slice(2)))
    : element(tag.generalizedTime, Buffer.from(digits));
}

function name(commonName: string): Der {
  const organization = sequence(oid('2.5.4.10'), element(tag.utf8String, Buffer.from('Parley')));
  const common = sequence(oid('2.5.4.3'), element(tag.utf8String, Buffer.from(commonName)));
  return sequence(element(tag.set, organization), element(tag.set, common));
}

/** RFC 5280 §4.1.2.2: positive and at most 20 octets. */
function serialNumber(): Der {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return element(tag.integer, bytes);
}

function extension(id: string, isCritical: boolean, value: Der): Der {
  return sequence(oid(id), ...(isCritical ? [yes] : []), octetString(value));
}

/** RFC 5280 §4.2.1.2, method (1): the SHA-1 hash of the public key's bits. */
function keyIdentifier(publicKey: KeyObject): Der {
  const info = publicKey.export({ type: 'spki', format: 'der' });
  // The last 65 bytes of a P-256 SubjectPublicKeyInfo are the uncompressed point.
  return createHash('sha1').update(info.subarray(-65)).digest();
}

function generalName(subject: string): Der {
  switch (isIP(subject)) {
    case 4:
      return element(context(7, false), Uint8Array.from(subject.split('.').map(Number)));
    case 6:
      return element(
        context(7, false),
        Uint8Array.from(ipv6Groups(subject).flatMap((group) => [group >> 8, group & 0xff])),
      );
    default:
      return element(context(2, false), Buffer.from(subject, 'ascii'));
  }
}

function extensions({ publicKey, subjectAltNames, issuer }: CertificateParts): Der {
  const isAuthority = subjectAltNames === undefined;
  const list = [
    // pathLenConstraint 0: it signs servers, no other authority.
    extension(
      '2.5.29.19',
      true,
      isAuthority ? sequence(yes, element(tag.integer, Uint8Array.of(0))) : sequence(),
    ),
    // keyCertSign and cRLSign, or digitalSignature.
    extension(
      '2.5.29.15',
      true,
      isAuthority ? bitString(Uint8Array.of(0x06), 1) : bitString(Uint8Array.of(0x80), 7),
    ),
    extension('2.5.29.14', false, octetString(keyIdentifier(publicKey))),
    extension(
      '2.5.29.35',
      false,
      sequence(element(context(0, false), keyIdentifier(createPublicKey(issuer.key)))),
    ),
  ];
  if (!isAuthority) {
    const serverAuth = oid('1.3.6.1.5.5.7.3.1');
    const clientAuth = oid('1.3.6.1.5.5.7.3.2');
    list.push(extension('2.5.29.37', false, sequence(serverAuth, clientAuth)));
    list.push(extension('2.5.29.17', false, sequence(...subjectAltNames.map(generalName))));
  }
  return element(context(3, true), sequence(...list));
}

export function signCertificate(parts: CertificateParts): X509Certificate {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const toBeSigned = sequence(
    element(context(0, true), element(tag.integer, Uint8Array.of(2))),
    serialNumber(),
    algorithm,
    name(parts.issuer.commonName),
    sequence(time(parts.notBefore), time(parts.notAfter)),
    name(parts.commonName),
    parts.publicKey.export({ type: 'spki', format: 'der' }),
    extensions(parts),
  );
  const signature = sign('sha256', toBeSigned, parts.issuer.key);
  return new X509Certificate(sequence(toBeSigned, algorithm, bitString(signature)));
}
