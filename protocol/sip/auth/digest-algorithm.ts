// The digest algorithms we offer (RFC 8760 §2.1), and the hash function that the caller brings: protocol code has none.

export type DigestAlgorithm = 'MD5' | 'SHA-256';

/** Strongest first: the order in which a server sends its challenges (RFC 8760 §2.4). */
export const DIGEST_ALGORITHMS: readonly DigestAlgorithm[] = ['SHA-256', 'MD5'];

/** The hash of the UTF-8 text in lower-case hexadecimal digits. */
export type Hash = (algorithm: DigestAlgorithm, text: string) => string;

/** Without an algorithm MD5 is meant (RFC 7616 §3.3); names compare case-insensitively; undefined for one we lack. */
export function parseAlgorithm(text: string | undefined): DigestAlgorithm | undefined {
  if (text === undefined || text === 'MD5') return 'MD5';
  return DIGEST_ALGORITHMS.find((algorithm) => algorithm === text.toUpperCase());
}
