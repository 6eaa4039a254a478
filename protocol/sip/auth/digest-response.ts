// The digest itself: what proves the password (RFC 7616 §3.4.1, §3.4.2, §3.4.3; RFC 3261 §22.4). The server keeps
// H(username:realm:password) for each algorithm and never the password.
import { equalInConstantTime } from './constant-time.ts';
import type { DigestAlgorithm, Hash } from './digest-algorithm.ts';
import type { DigestChallenge } from './digest-challenge.ts';
import { type DigestCredentials, nonceCountText } from './digest-credentials.ts';

/** H(username:realm:password), RFC 7616 §3.4.2: as good as the password for this realm, so a secret. */
export function digestSecret(
  hash: Hash,
  algorithm: DigestAlgorithm,
  account: { readonly username: string; readonly realm: string; readonly password: string },
): string {
  return hash(algorithm, `${account.username}:${account.realm}:${account.password}`);
}

/** H(method:uri), RFC 7616 §3.4.3: the same for every request of that method to that URI. */
export function requestDigest(hash: Hash, algorithm: DigestAlgorithm, method: string, uri: string): string {
  return hash(algorithm, `${method}:${uri}`);
}

/** The response that these credentials must carry. */
export function digestResponse(
  hash: Hash,
  secret: string,
  method: string,
  credentials: Pick<DigestCredentials, 'algorithm' | 'nonce' | 'uri' | 'auth'>,
): string {
  const { algorithm, uri } = credentials;
  return responseFor(hash, secret, requestDigest(hash, algorithm, method, uri), credentials);
}

function responseFor(
  hash: Hash,
  secret: string,
  request: string,
  { algorithm, nonce, auth }: Pick<DigestCredentials, 'algorithm' | 'nonce' | 'auth'>,
): string {
  // RFC 3261 §22.4: without qop the response is made as in RFC 2069 §2.1.2.
  if (auth === undefined) return hash(algorithm, `${secret}:${nonce}:${request}`);
  return hash(
    algorithm,
    `${secret}:${nonce}:${nonceCountText(auth.nonceCount)}:${auth.cnonce}:auth:${request}`,
  );
}

/**
 * Whether the credentials prove the secret for this method. Says nothing about nonce, realm and URI: check those too.
 * @param request `requestDigest` of the method and the credentials' URI, where the caller has it already.
 */
export function verifyResponse(
  hash: Hash,
  secret: string,
  method: string,
  credentials: DigestCredentials,
  request = requestDigest(hash, credentials.algorithm, method, credentials.uri),
): boolean {
  return equalInConstantTime(responseFor(hash, secret, request, credentials), credentials.response);
}

/** The credentials that answer a challenge: the client's side. */
export function answerChallenge(
  hash: Hash,
  challenge: DigestChallenge,
  request: {
    readonly method: string;
    readonly uri: string;
    readonly username: string;
    readonly password: string;
    /** Fresh and hard to guess (RFC 7616 §3.4). */
    readonly cnonce: string;
    /** 1 for the first request with this nonce. */
    readonly nonceCount: number;
  },
): DigestCredentials {
  const { username, password, uri } = request;
  const { realm, nonce, algorithm, opaque } = challenge;
  const auth = challenge.qopAuth ? { cnonce: request.cnonce, nonceCount: request.nonceCount } : undefined;
  const secret = digestSecret(hash, algorithm, { username, realm, password });
  const response = digestResponse(hash, secret, request.method, { algorithm, nonce, uri, auth });
  return { username, realm, nonce, uri, response, algorithm, opaque, auth };
}
