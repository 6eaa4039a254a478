// Session keys out of the master key (RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11).
import type { Cipher } from './cipher.ts';
import type { SrtpMasterKey, SrtpProfile } from './profile.ts';

/** RFC 3711 §4.3.1. Those of RTCP are 3 more. */
const ENCRYPTION = 0;
const AUTHENTICATION = 1;
const SALT = 2;
const OF_RTCP = 3;

export interface SessionKeys {
  readonly encryption: Uint8Array;
  readonly authentication: Uint8Array;
  readonly salt: Uint8Array;
}

/** The pseudo-random function of RFC 3711 §4.3.3: so many bytes for a label. */
export function deriveKey(cipher: Cipher, master: SrtpMasterKey, label: number, bytes: number): Uint8Array {
  const counter = new Uint8Array(16);
  // A salt of 12 bytes is followed by zeros (RFC 7714 §11).
  counter.set(master.salt);
  counter[7]! ^= label;
  const key = new Uint8Array(bytes);
  cipher.aesCounter(master.key)(counter, key);
  return key;
}

/** The keys of RTP, or of RTCP. The key derivation rate is 0: they last as long as the master key. */
export function sessionKeys(
  cipher: Cipher,
  profile: SrtpProfile,
  master: SrtpMasterKey,
  isRtcp: boolean,
): SessionKeys {
  const base = isRtcp ? OF_RTCP : 0;
  return {
    encryption: deriveKey(cipher, master, base + ENCRYPTION, profile.keyBytes),
    authentication: deriveKey(cipher, master, base + AUTHENTICATION, profile.authenticationKeyBytes),
    salt: deriveKey(cipher, master, base + SALT, profile.saltBytes),
  };
}
