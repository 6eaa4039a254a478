// Ed25519 as strictly as RFC 8032 §5.1.7 allows: keys that are canonical points of large order, signatures with S < L.
// Used for licence files, revocation lists and the anchors of the audit (licensing rules M6, M9).
import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from '../rules/fault.ts';

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const P = 2n ** 255n - 19n;
/** The order of the group: without S < L, S + L is a second signature of the same text. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const D = mod(-121665n * power(121666n, P - 2n));
const ORDER_8 = '05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826';
/** The y of every point whose order divides 8: under such a key one signature fits many texts. */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([
  0n,
  1n,
  P - 1n,
  BigInt(`0x${ORDER_8}`),
  P - BigInt(`0x${ORDER_8}`),
]);

export interface PublicKey {
  readonly kid: string;
  /** 32 bytes, lower-case hex. */
  readonly hex: string;
  readonly key: KeyObject;
}

/** @returns LICENCE_BAD_KEY where the bytes are no point of the curve, no canonical one, or one of small order. */
export function publicKeyFrom(kid: string, hex: string): Outcome<PublicKey> {
  if (!/^[0-9a-f]{64}$/i.test(hex)) return licensingErrors.fault('LICENCE_BAD_KEY');
  const bytes = Buffer.from(hex, 'hex');
  const y = littleEndian(bytes) & (2n ** 255n - 1n);
  if (y >= P || SMALL_ORDER.has(y) || !isOnCurve(y)) return licensingErrors.fault('LICENCE_BAD_KEY');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: bytes.toString('base64url') };
  return done({ kid, hex: hex.toLowerCase(), key: createPublicKey({ format: 'jwk', key: jwk }) });
}

export function isSignedBy(publicKey: PublicKey, text: string, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false;
  if (littleEndian(signature.subarray(KEY_BYTES)) >= L) return false;
  return verify(null, Buffer.from(text, 'ascii'), publicKey.key, signature);
}

export function signText(privateKey: KeyObject, text: string): Uint8Array {
  return new Uint8Array(sign(null, Buffer.from(text, 'ascii'), privateKey));
}

/** x² = (y² - 1) / (d y² + 1) has a root. */
function isOnCurve(y: bigint): boolean {
  const squared = mod(y * y);
  const x2 = mod((squared - 1n) * power(mod(D * squared + 1n), P - 2n));
  return x2 === 0n || power(x2, (P - 1n) / 2n) === 1n;
}

function littleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
}

function mod(value: bigint): bigint {
  return ((value % P) + P) % P;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = mod(base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}
