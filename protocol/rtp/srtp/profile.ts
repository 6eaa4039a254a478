// Which algorithms protect a stream, by the names of `a=crypto` (RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.2) and the numbers of
// DTLS (RFC 5764 §4.1.2, RFC 7714 §14.2); and the keys as both bring them.

export interface SrtpProfile {
  readonly name: string;
  /** In DTLS; undefined where it has none. */
  readonly dtlsNumber: number | undefined;
  readonly cipher: 'counter' | 'f8' | 'gcm';
  readonly keyBytes: number;
  readonly saltBytes: number;
  /** Of HMAC; 0 for GCM, which needs none. */
  readonly authenticationKeyBytes: number;
  /** What a packet grows by, besides a key identifier. */
  readonly rtpTagBytes: number;
  /** Without the index of 4 bytes. */
  readonly rtcpTagBytes: number;
}

const hmac = (
  name: string,
  cipher: 'counter' | 'f8',
  keyBytes: number,
  rtpTagBytes: number,
  dtlsNumber?: number,
): SrtpProfile =>
  Object.freeze({
    name,
    dtlsNumber,
    cipher,
    keyBytes,
    saltBytes: 14,
    authenticationKeyBytes: 20,
    rtpTagBytes,
    // RFC 4568 §6.2.2: RTCP has the long tag in the profiles with the short one too.
    rtcpTagBytes: 10,
  });
const gcm = (name: string, keyBytes: number, dtlsNumber: number): SrtpProfile =>
  Object.freeze({
    name,
    dtlsNumber,
    cipher: 'gcm',
    keyBytes,
    saltBytes: 12,
    authenticationKeyBytes: 0,
    rtpTagBytes: 16,
    rtcpTagBytes: 16,
  });

/** The best first: the order in which to offer and to choose. */
export const SRTP_PROFILES: readonly SrtpProfile[] = Object.freeze([
  gcm('AEAD_AES_256_GCM', 32, 8),
  gcm('AEAD_AES_128_GCM', 16, 7),
  hmac('AES_256_CM_HMAC_SHA1_80', 'counter', 32, 10),
  hmac('AES_CM_128_HMAC_SHA1_80', 'counter', 16, 10, 1),
  hmac('F8_128_HMAC_SHA1_80', 'f8', 16, 10),
  hmac('AES_256_CM_HMAC_SHA1_32', 'counter', 32, 4),
  hmac('AES_CM_128_HMAC_SHA1_32', 'counter', 16, 4, 2),
]);

/** By the name in `a=crypto`. */
export function srtpProfile(name: string): SrtpProfile | undefined {
  return SRTP_PROFILES.find((profile) => profile.name === name);
}

/** By the number in the DTLS extension `use_srtp`. */
export function srtpProfileOfDtls(dtlsNumber: number): SrtpProfile | undefined {
  return SRTP_PROFILES.find((profile) => profile.dtlsNumber === dtlsNumber);
}

export interface SrtpMasterKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/**
 * The master key of `a=crypto`: what is behind `inline:`, out of base64 (RFC 4568 §6.1).
 *
 * @returns undefined where it has not the length that the profile wants.
 */
export function srtpKeyOfSdes(profile: SrtpProfile, inline: Uint8Array): SrtpMasterKey | undefined {
  if (inline.length !== profile.keyBytes + profile.saltBytes) return undefined;
  return { key: inline.slice(0, profile.keyBytes), salt: inline.slice(profile.keyBytes) };
}

/** Give this label to the exporter of DTLS, without a context, and ask for `dtlsKeyBytes` (RFC 5764 §4.2). */
export const DTLS_SRTP_LABEL = 'EXTRACTOR-dtls_srtp';

export function dtlsKeyBytes(profile: SrtpProfile): number {
  return 2 * (profile.keyBytes + profile.saltBytes);
}

/** What DTLS exported, as two keys: the client protects with its own and unprotects with the server's (RFC 5764 §4.2). */
export function srtpKeysOfDtls(
  profile: SrtpProfile,
  exported: Uint8Array,
): { readonly client: SrtpMasterKey; readonly server: SrtpMasterKey } | undefined {
  const { keyBytes, saltBytes } = profile;
  if (exported.length !== dtlsKeyBytes(profile)) return undefined;
  const salts = 2 * keyBytes;
  return {
    client: { key: exported.slice(0, keyBytes), salt: exported.slice(salts, salts + saltBytes) },
    server: { key: exported.slice(keyBytes, salts), salt: exported.slice(salts + saltBytes) },
  };
}
