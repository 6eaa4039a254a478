// a=crypto: keys of SRTP in the description (RFC 4568 §9). They are secrets: they go to nobody but the media engine, and
// never into a log.
import { isToken, parseInteger, splitWord, wordsOf } from '../grammar.ts';

export interface Crypto {
  /** 1 … 999,999,999: names the line in the answer. */
  readonly tag: number;
  /** `AES_CM_128_HMAC_SHA1_80`, … */
  readonly suite: string;
  readonly keys: readonly CryptoKey[];
  /** `KDR=…`, `UNENCRYPTED_SRTCP`, …, as they were written. */
  readonly sessionParameters: readonly string[];
}

export interface CryptoKey {
  /** Master key and salt in Base64. */
  readonly inline: string;
  /** Packets, up to 2⁴⁸. */
  readonly lifetimePackets?: number;
  /** Master key identifier: its number in so many bytes of each packet. */
  readonly mki?: { readonly value: number; readonly lengthBytes: number };
}

/** Bytes of master key and salt together (RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.2). */
export const SRTP_SUITES: ReadonlyMap<string, { readonly keyBytes: number; readonly saltBytes: number }> =
  new Map([
    ['AES_CM_128_HMAC_SHA1_80', { keyBytes: 16, saltBytes: 14 }],
    ['AES_CM_128_HMAC_SHA1_32', { keyBytes: 16, saltBytes: 14 }],
    ['F8_128_HMAC_SHA1_80', { keyBytes: 16, saltBytes: 14 }],
    ['AES_192_CM_HMAC_SHA1_80', { keyBytes: 24, saltBytes: 14 }],
    ['AES_192_CM_HMAC_SHA1_32', { keyBytes: 24, saltBytes: 14 }],
    ['AES_256_CM_HMAC_SHA1_80', { keyBytes: 32, saltBytes: 14 }],
    ['AES_256_CM_HMAC_SHA1_32', { keyBytes: 32, saltBytes: 14 }],
    ['AEAD_AES_128_GCM', { keyBytes: 16, saltBytes: 12 }],
    ['AEAD_AES_256_GCM', { keyBytes: 32, saltBytes: 12 }],
  ]);

const MAX_KEYS = 16;
const MAX_LIFETIME = 2 ** 48;

/** undefined for what cannot be read, and for a key that has not the length of its suite. */
export function parseCrypto(value: string): Crypto | undefined {
  const [tagText, rest] = splitWord(value);
  const tag = parseInteger(tagText, 999_999_999);
  const [suite, keyText = '', ...sessionParameters] = wordsOf(rest);
  if (!tag || suite === undefined || !isToken(suite)) return undefined;
  const keys = keyText.split(';', MAX_KEYS + 1).map(parseKey);
  if (keys.length > MAX_KEYS || !keys.every((key) => key !== undefined)) return undefined;
  const known = SRTP_SUITES.get(suite);
  const wanted = known && known.keyBytes + known.saltBytes;
  if (wanted !== undefined && keys.some(({ inline }) => base64Length(inline) !== wanted)) return undefined;
  return { tag, suite, keys, sessionParameters };
}

function parseKey(text: string): CryptoKey | undefined {
  if (text.slice(0, 7).toLowerCase() !== 'inline:') return undefined;
  const [inline = '', ...parts] = text.slice(7).split('|');
  if (!/^[A-Za-z0-9+/]{1,1024}={0,2}$/.test(inline) || parts.length > 2) return undefined;
  let lifetimePackets: number | undefined;
  let mki: CryptoKey['mki'];
  for (const part of parts) {
    const colon = part.indexOf(':');
    if (colon === -1) {
      // RFC 4568 §9.1: the lifetime stands before the MKI.
      if (lifetimePackets !== undefined || mki !== undefined) return undefined;
      lifetimePackets = parseLifetime(part);
      if (lifetimePackets === undefined) return undefined;
    } else {
      const number = parseInteger(part.slice(0, colon), Number.MAX_SAFE_INTEGER);
      const lengthBytes = parseInteger(part.slice(colon + 1), 128);
      if (number === undefined || !lengthBytes || mki !== undefined) return undefined;
      mki = { value: number, lengthBytes };
    }
  }
  return {
    inline,
    ...(lifetimePackets === undefined ? {} : { lifetimePackets }),
    ...(mki === undefined ? {} : { mki }),
  };
}

function parseLifetime(text: string): number | undefined {
  const exponent = text.startsWith('2^') ? parseInteger(text.slice(2), 48) : undefined;
  const packets = text.startsWith('2^')
    ? exponent === undefined
      ? undefined
      : 2 ** exponent
    : parseInteger(text, MAX_LIFETIME);
  return packets || undefined;
}

export function serializeCrypto({ tag, suite, keys, sessionParameters }: Crypto): string {
  return [`${tag} ${suite} ${keys.map(serializeKey).join(';')}`, ...sessionParameters].join(' ');
}

function serializeKey({ inline, lifetimePackets, mki }: CryptoKey): string {
  const exponent = lifetimePackets === undefined ? 0 : Math.log2(lifetimePackets);
  const lifetime = Number.isInteger(exponent) ? `2^${exponent}` : `${lifetimePackets}`;
  const parts = [`inline:${inline}`];
  if (lifetimePackets !== undefined) parts.push(lifetime);
  if (mki !== undefined) parts.push(`${mki.value}:${mki.lengthBytes}`);
  return parts.join('|');
}

/** Master key and salt, apart; undefined for a suite that is not in `SRTP_SUITES`. */
export function cryptoKeyBytes(
  suite: string,
  { inline }: CryptoKey,
): { readonly key: Uint8Array; readonly salt: Uint8Array } | undefined {
  const known = SRTP_SUITES.get(suite);
  if (known === undefined || base64Length(inline) !== known.keyBytes + known.saltBytes) return undefined;
  const bytes = Uint8Array.from(atob(inline.replace(/=+$/, '')), (character) => character.charCodeAt(0));
  return { key: bytes.slice(0, known.keyBytes), salt: bytes.slice(known.keyBytes) };
}

/** Of the bytes. Some phones leave out the padding. */
function base64Length(text: string): number {
  const length = text.replace(/=+$/, '').length;
  return length % 4 === 1 ? -1 : Math.floor((length * 3) / 4);
}
