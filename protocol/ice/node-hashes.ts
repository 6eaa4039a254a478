// The hashes of Node behind `Hashes`. Apart from the rest, and not exported with it: browsers have no node:crypto.
import { createHash, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Hashes, Mac, RandomBytes } from './hashes.ts';

function hmac(algorithm: 'sha1' | 'sha256', key: Uint8Array): Mac {
  const secret = createSecretKey(key);
  return (first, second) => createHmac(algorithm, secret).update(first).update(second).digest();
}

export const nodeHashes: Hashes = {
  hmacSha1: (key) => hmac('sha1', key),
  hmacSha256: (key) => hmac('sha256', key),
  md5: (bytes) => createHash('md5').update(bytes).digest(),
  sha256: (bytes) => createHash('sha256').update(bytes).digest(),
};

export const nodeRandomBytes: RandomBytes = (count) => randomBytes(count);
