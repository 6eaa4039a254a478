// What a ClientHello of DTLS asks for (RFC 6347 §4.2.1, RFC 5246 §7.4.1.2), as far as this server has a use for it.
import { FieldReader } from './handshake-message.ts';

export const ECDHE_ECDSA_AES_128_GCM = 0xc02b;
export const ECDSA_P256_SHA256 = 0x0403;
export const EXTENSION = {
  supportedGroups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  useSrtp: 14,
  extendedMasterSecret: 23,
  renegotiationInfo: 0xff01,
} as const;
const RENEGOTIATION_SCSV = 0x00ff;

export interface ClientHello {
  readonly random: Buffer;
  readonly hasOurSuite: boolean;
  readonly hasOurSignature: boolean;
  readonly hasExtendedMasterSecret: boolean;
  /** RFC 5746 §3.6: it wants to hear that renegotiation is safe. */
  readonly wantsRenegotiationInfo: boolean;
  readonly hasPointFormats: boolean;
  readonly groups: readonly number[];
  /** RFC 5764 §4.1.1, in the client's order. */
  readonly srtpProfiles: readonly number[];
}

/** @returns undefined for what cannot be read, or is older than DTLS 1.2. */
export function readClientHello(body: Buffer): ClientHello | undefined {
  const fields = new FieldReader(body);
  const version = fields.number(2);
  const random = fields.take(32);
  fields.vector(1);
  fields.vector(1);
  const suites = numbers(fields.vector(2));
  fields.vector(1);
  const extensions = new Map<number, Buffer>();
  const list = new FieldReader(fields.isAtEnd ? Buffer.alloc(0) : fields.vector(2));
  while (!list.isAtEnd) {
    const type = list.number(2);
    extensions.set(type, list.vector(2));
  }
  // Versions of DTLS count down.
  if (fields.isCut || list.isCut || version >> 8 !== 0xfe || version > 0xfefd) return undefined;
  const listIn = (type: number): number[] =>
    numbers(new FieldReader(extensions.get(type) ?? Buffer.alloc(2)).vector(2));
  return {
    random: Buffer.from(random),
    hasOurSuite: suites.includes(ECDHE_ECDSA_AES_128_GCM),
    hasOurSignature: listIn(EXTENSION.signatureAlgorithms).includes(ECDSA_P256_SHA256),
    hasExtendedMasterSecret: extensions.has(EXTENSION.extendedMasterSecret),
    wantsRenegotiationInfo:
      extensions.has(EXTENSION.renegotiationInfo) || suites.includes(RENEGOTIATION_SCSV),
    hasPointFormats: extensions.has(EXTENSION.pointFormats),
    groups: listIn(EXTENSION.supportedGroups),
    srtpProfiles: listIn(EXTENSION.useSrtp),
  };
}

function numbers(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readUInt16BE(index * 2));
}
