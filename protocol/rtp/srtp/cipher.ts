// What SRTP needs of a library of cryptography. node-cipher.ts is one; whoever has another gives that.

/** Nothing here keeps what it is given, apart from the keys. */
export interface Cipher {
  /** AES in counter mode; keys of 16 or 32 bytes. */
  aesCounter(key: Uint8Array): CounterMode;
  /** The 20 bytes of HMAC-SHA1 over both parts. */
  hmacSha1(key: Uint8Array): (first: Uint8Array, second: Uint8Array) => Uint8Array;
  /** AES-GCM with a nonce of 12 bytes and a tag of 16. */
  aesGcm(key: Uint8Array): GaloisMode;
}

/** Changes `bytes` where they are by the key stream that begins with the counter block of 16 bytes: both ways the same. */
export type CounterMode = (counter: Uint8Array, bytes: Uint8Array) => void;

export interface GaloisMode {
  /** Encrypts `bytes` where they are. @returns the tag. */
  seal(nonce: Uint8Array, associated: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** Decrypts `bytes` where they are. @returns false where the tag is wrong; `bytes` are then as they were. */
  open(nonce: Uint8Array, associated: Uint8Array, bytes: Uint8Array, tag: Uint8Array): boolean;
}
