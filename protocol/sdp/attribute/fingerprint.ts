// a=fingerprint: the certificate of DTLS (RFC 8122 §5).
import { wordsOf } from '../grammar.ts';

export interface Fingerprint {
  /** Lower case: `sha-256`. */
  readonly hash: string;
  /** Upper-case pairs with colons between. */
  readonly value: string;
}

const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['md5', 16],
  ['sha-1', 20],
  ['sha-224', 28],
  ['sha-256', 32],
  ['sha-384', 48],
  ['sha-512', 64],
]);

/** undefined for what cannot be read, and for a value that has not the length of its hash. */
export function parseFingerprint(text: string): Fingerprint | undefined {
  const [name, digits, ...more] = wordsOf(text);
  if (name === undefined || digits === undefined || more.length > 0 || digits.length > 3 * 64)
    return undefined;
  const hash = name.toLowerCase();
  const value = digits.toUpperCase();
  if (!/^[0-9A-F]{2}(?::[0-9A-F]{2})*$/.test(value)) return undefined;
  const length = LENGTHS.get(hash);
  return length !== undefined && value.length !== 3 * length - 1 ? undefined : { hash, value };
}

export function serializeFingerprint({ hash, value }: Fingerprint): string {
  return `${hash} ${value}`;
}
