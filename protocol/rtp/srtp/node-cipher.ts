// The cryptography of Node behind `Cipher`. Apart from the rest, and not exported with it: browsers have no node:crypto.
import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
} from 'node:crypto';
import type { Cipher } from './cipher.ts';

export const nodeCipher: Cipher = {
  aesCounter(key) {
    const secret = createSecretKey(key);
    const algorithm = `aes-${key.length * 8}-ctr`;
    return (counter, bytes) => {
      if (bytes.length > 0) bytes.set(createCipheriv(algorithm, secret, counter).update(bytes));
    };
  },
  hmacSha1(key) {
    const secret = createSecretKey(key);
    return (first, second) => createHmac('sha1', secret).update(first).update(second).digest();
  },
  aesGcm(key) {
    const secret = createSecretKey(key);
    const algorithm = `aes-${key.length * 8}-gcm` as CipherGCMTypes;
    return {
      seal(nonce, associated, bytes) {
        const cipher = createCipheriv(algorithm, secret, nonce).setAAD(associated);
        bytes.set(cipher.update(bytes));
        cipher.final();
        return cipher.getAuthTag();
      },
      open(nonce, associated, bytes, tag) {
        const decipher = createDecipheriv(algorithm, secret, nonce).setAAD(associated).setAuthTag(tag);
        const plain = decipher.update(bytes);
        try {
          decipher.final();
        } catch {
          return false;
        }
        bytes.set(plain);
        return true;
      },
    };
  },
};
