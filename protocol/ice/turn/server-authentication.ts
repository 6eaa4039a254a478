// Who asks the TURN server, by long-term credentials (RFC 8489 §9.2.4, RFC 8656 §5). Used by turn/server.ts.
import type { Hashes, Mac } from '../hashes.ts';
import type { StunAttribute } from '../stun/attribute.ts';
import { hasStunAttribute, stunAttribute } from '../stun/attribute-value.ts';
import { buildStunError, type StunSeal } from '../stun/build.ts';
import {
  longTermKey,
  OFFERED_ALGORITHMS,
  PASSWORD_ALGORITHM_MD5,
  type StunKey,
  sameAlgorithms,
} from '../stun/credential.ts';
import { verifyIntegrity } from '../stun/protection.ts';
import type { Allocation, TurnClient } from './allocation.ts';
import { isFreshNonce, makeNonce } from './nonce.ts';

export interface TurnPassword {
  readonly password: string;
  /** Whose quota counts. */
  readonly user: string;
  /** No new allocation may be made with it; one that is there lives on. */
  readonly hasExpired: boolean;
}

export interface TurnAuthenticationOptions {
  readonly hashes: Hashes;
  /** A secret of this server. */
  readonly nonceKey: Uint8Array;
  readonly realm: string;
  passwordOf(username: string): TurnPassword | undefined;
}

export type Authenticated =
  | {
      readonly ok: true;
      readonly username: string;
      readonly user: string;
      readonly hasExpired: boolean;
      readonly key: StunKey;
      /** How the password became the key. */
      readonly algorithm: number;
      /** How responses are signed: as the request was. */
      readonly seal: StunSeal;
    }
  | { readonly ok: false; readonly code: 400 | 401 | 438; readonly answer: Uint8Array };

export class TurnAuthentication {
  readonly #options: TurnAuthenticationOptions;
  readonly #nonceMac: Mac;

  constructor(options: TurnAuthenticationOptions) {
    this.#options = options;
    this.#nonceMac = options.hashes.hmacSha256(options.nonceKey);
  }

  /**
   * @param known what made the allocation of that client: spares the hash of a password.
   */
  check(
    request: Uint8Array,
    client: TurnClient,
    nowMs: number,
    known?: Pick<Allocation, 'username' | 'key' | 'algorithm'>,
  ): Authenticated {
    const { passwordOf, realm, hashes } = this.#options;
    if (
      !hasStunAttribute(request, 'MESSAGE-INTEGRITY') &&
      !hasStunAttribute(request, 'MESSAGE-INTEGRITY-SHA256')
    )
      return this.#challenge(request, client, nowMs, 401);
    const username = stunAttribute(request, 'USERNAME');
    const nonce = stunAttribute(request, 'NONCE');
    if (hasStunAttribute(request, 'USERHASH') && username === undefined)
      return this.#challenge(request, client, nowMs, 401);
    if (username === undefined || nonce === undefined || stunAttribute(request, 'REALM') === undefined)
      return { ok: false, code: 400, answer: buildStunError(request, 400) };
    const algorithm = chosenAlgorithm(request);
    if (algorithm === undefined) return { ok: false, code: 400, answer: buildStunError(request, 400) };
    const found = passwordOf(username);
    if (found === undefined) return this.#challenge(request, client, nowMs, 401);
    const { password, user, hasExpired } = found;
    const isKnown = known?.username === username && known.algorithm === algorithm;
    const key = isKnown ? known.key : longTermKey({ username, realm, password, algorithm }, hashes);
    const verdict = verifyIntegrity(request, key);
    if (verdict !== 'sha1' && verdict !== 'sha256') return this.#challenge(request, client, nowMs, 401);
    // The address alone: a NAT may choose another port.
    if (!isFreshNonce(this.#nonceMac, client.address, nonce, nowMs))
      return this.#challenge(request, client, nowMs, 438);
    return { ok: true, username, user, hasExpired, key, algorithm, seal: { key, integrity: verdict } };
  }

  #challenge(request: Uint8Array, client: TurnClient, nowMs: number, code: 401 | 438): Authenticated {
    const attributes: StunAttribute[] = [
      ['REALM', this.#options.realm],
      ['NONCE', makeNonce(this.#nonceMac, client.address, nowMs)],
      ['PASSWORD-ALGORITHMS', OFFERED_ALGORITHMS],
    ];
    return { ok: false, code, answer: buildStunError(request, code, attributes) };
  }
}

/** RFC 8489 §9.2.4. @returns undefined where what the client says about algorithms is not what we offered. */
function chosenAlgorithm(request: Uint8Array): number | undefined {
  const hasAny =
    hasStunAttribute(request, 'PASSWORD-ALGORITHM') || hasStunAttribute(request, 'PASSWORD-ALGORITHMS');
  if (!hasAny) return PASSWORD_ALGORITHM_MD5;
  const chosen = stunAttribute(request, 'PASSWORD-ALGORITHM');
  const offered = stunAttribute(request, 'PASSWORD-ALGORITHMS');
  if (chosen === undefined || offered === undefined || !sameAlgorithms(offered, OFFERED_ALGORITHMS))
    return undefined;
  return OFFERED_ALGORITHMS.some(({ algorithm }) => algorithm === chosen.algorithm)
    ? chosen.algorithm
    : undefined;
}
