// What STUN needs of a library of cryptography. node-hashes.ts is one; whoever has another gives that.

/** The code of both parts together, as if they were one text. */
export type Mac = (first: Uint8Array, second: Uint8Array) => Uint8Array;

/** Nothing here keeps what it is given, apart from the keys. A `Cipher` of protocol/rtp has `hmacSha1` of the same shape. */
export interface Hashes {
  /** HMAC-SHA1: 20 bytes. */
  hmacSha1(key: Uint8Array): Mac;
  /** HMAC-SHA256: 32 bytes. */
  hmacSha256(key: Uint8Array): Mac;
  /** 16 bytes. */
  md5(bytes: Uint8Array): Uint8Array;
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** So many bytes that nobody can guess. */
export type RandomBytes = (count: number) => Uint8Array;
