// Message encryption for Web Push (RFC 8291 §3) in one record of aes128gcm (RFC 8188 §2). Used by push.ts.
import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto';

const RECORD_BYTES = 4096;
const TAG_BYTES = 16;
const HEADER_BYTES = 86;
/** RFC 8291 §4: a push service need not take a body of more than 4096 bytes; the delimiter takes one. */
export const PLAINTEXT_LIMIT_BYTES = RECORD_BYTES - HEADER_BYTES - TAG_BYTES - 1;
const LAST_RECORD = Uint8Array.of(2);

export interface ReceiverKeys {
  /** The browser's public key, uncompressed, and its secret: base64url. */
  readonly p256dh: string;
  readonly auth: string;
}

/** What is chosen anew for each message; given by tests. */
export interface Chosen {
  readonly privateKey: Buffer;
  readonly salt: Buffer;
}

/** @returns undefined where the browser's keys are none. */
export function encryptPush(text: string, receiver: ReceiverKeys, chosen?: Chosen): Buffer | undefined {
  const plain = Buffer.from(text);
  if (plain.length > PLAINTEXT_LIMIT_BYTES) throw new RangeError('The push message is too long.');
  const ecdh = createECDH('prime256v1');
  if (chosen === undefined) ecdh.generateKeys();
  else ecdh.setPrivateKey(chosen.privateKey);
  const theirs = Buffer.from(receiver.p256dh, 'base64url');
  const auth = Buffer.from(receiver.auth, 'base64url');
  const shared = sharedSecret(ecdh, theirs);
  if (shared === undefined || auth.length !== 16) return undefined;
  const ours = ecdh.getPublicKey();
  // RFC 8291 §3.3: both public keys and the browser's secret are mixed in.
  const keyInfo = Buffer.concat([Buffer.from('WebPush: info\0'), theirs, ours]);
  const material = Buffer.from(hkdfSync('sha256', shared, auth, keyInfo, 32));
  const salt = chosen?.salt ?? randomBytes(16);
  const key = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: aes128gcm\0', 16));
  const nonce = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: nonce\0', 12));
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const size = Buffer.alloc(5);
  size.writeUInt32BE(RECORD_BYTES);
  size[4] = ours.length;
  return Buffer.concat([
    salt,
    size,
    ours,
    cipher.update(plain),
    cipher.update(LAST_RECORD),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

/** Whether a message can be encrypted for these keys. */
export function isKeyPair({ p256dh, auth }: ReceiverKeys): boolean {
  const ecdh = createECDH('prime256v1');
  ecdh.generateKeys();
  const isSecret = Buffer.from(auth, 'base64url').length === 16;
  return isSecret && sharedSecret(ecdh, Buffer.from(p256dh, 'base64url')) !== undefined;
}

/** A point that is not on the curve has no secret with anybody. */
function sharedSecret(ecdh: ReturnType<typeof createECDH>, theirs: Buffer): Buffer | undefined {
  try {
    return ecdh.computeSecret(theirs);
  } catch {
    return undefined;
  }
}
