// The server shows push services who it is (VAPID, RFC 8292 §2): one P-256 key for the whole installation, a token for each
// push service that is renewed before it ends.
import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

export interface VapidKeys {
  /** PKCS #8, PEM. */
  readonly privateKey: string;
  /** Uncompressed point, base64url. */
  readonly publicKey: string;
}

export function newVapidKeys(): VapidKeys {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([Uint8Array.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return {
    privateKey: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    publicKey: point.toString('base64url'),
  };
}

/** RFC 8292 §2: the expiry MUST NOT be more than 24 hours from the time of the request. */
const LIFE_S = 12 * 3600;
/** A clock that is behind must not make a token look old. */
const RENEW_S = 3600;
const TOKENS = 100;

/** Makes the Authorization header of a push. Holds a token for each push service; there are few. */
export class Vapid {
  readonly publicKey: string;
  readonly #key: KeyObject;
  readonly #contact: string;
  readonly #tokens = new Map<string, { readonly header: string; readonly endsS: number }>();

  /** @param contact whom the operator of a push service writes to: `mailto:` or `https:` (RFC 8292 §2.1). */
  constructor({ privateKey, publicKey }: VapidKeys, contact: string) {
    this.publicKey = publicKey;
    this.#key = createPrivateKey(privateKey);
    this.#contact = contact;
  }

  authorization(endpoint: string, nowMs: number): string {
    const { origin } = new URL(endpoint);
    const nowS = Math.floor(nowMs / 1000);
    const held = this.#tokens.get(origin);
    if (held !== undefined && held.endsS - nowS > RENEW_S) return held.header;
    const endsS = nowS + LIFE_S;
    const signed = `${encoded({ typ: 'JWT', alg: 'ES256' })}.${encoded({ aud: origin, exp: endsS, sub: this.#contact })}`;
    const signature = sign('sha256', Buffer.from(signed), { key: this.#key, dsaEncoding: 'ieee-p1363' });
    const header = `vapid t=${signed}.${signature.toString('base64url')}, k=${this.publicKey}`;
    if (this.#tokens.size >= TOKENS) this.#tokens.clear();
    this.#tokens.set(origin, { header, endsS });
    return header;
  }
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
