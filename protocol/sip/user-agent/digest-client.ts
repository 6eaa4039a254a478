// The user agent's side of digest authentication (RFC 3261 §22.2, §22.3; RFC 7616 §3.4; RFC 8760 §2.4): remembers the
// challenge of each realm and answers all of them that a request meets on its way.
import type { DigestAlgorithm, Hash } from '../auth/digest-algorithm.ts';
import { type DigestChallenge, parseChallenge } from '../auth/digest-challenge.ts';
import { parseCredentials, serializeCredentials } from '../auth/digest-credentials.ts';
import { answerChallenge } from '../auth/digest-response.ts';
import type { SipRequest, SipResponse } from '../message.ts';

export interface DigestAccount {
  readonly username: string;
  readonly password: string;
}

export interface DigestClientOptions {
  readonly hash: Hash;
  /** Fresh and hard to guess, of token characters: cnonces. */
  readonly token: () => string;
  /** undefined: we are nobody in that realm. */
  readonly accountFor: (realm: string) => DigestAccount | undefined;
  /** Challenges of other algorithms are passed over. */
  readonly algorithms?: readonly DigestAlgorithm[];
}

/** A server that calls every nonce stale would have us ask for ever. */
const MAX_STALE_IN_A_ROW = 3;
/** Realms that are remembered; a proxy that invents new ones pushes out the oldest. */
const MAX_REALMS = 16;

interface Realm {
  readonly challenge: DigestChallenge;
  /** Requests made with this nonce. */
  nonceCount: number;
  staleInARow: number;
}

const FIELDS = [
  [401, 'WWW-Authenticate', 'Authorization'],
  [407, 'Proxy-Authenticate', 'Proxy-Authorization'],
] as const;

export class DigestClient {
  readonly #options: DigestClientOptions;
  readonly #realms = new Map<string, Realm>();

  constructor(options: DigestClientOptions) {
    this.#options = options;
  }

  /**
   * For `SessionOptions.answerChallenge`. @returns the request with credentials for the realms of this challenge and for
   * those that it had met before; undefined where there is no account, or the account was refused.
   */
  readonly answerChallenge = (request: SipRequest, response: SipResponse): SipRequest | undefined => {
    const field = FIELDS.find(([status]) => status === response.status);
    if (field === undefined) return undefined;
    const [, challengeName, credentialsName] = field;
    const asked = this.#chosen(response.headers.getAll(challengeName));
    if (asked.size === 0) return undefined;
    for (const [realm, challenge] of asked) {
      if (!this.#learn(request, credentialsName, realm, challenge)) return undefined;
    }
    const headers = request.headers.clone();
    for (const [, , name] of FIELDS) {
      const realms = new Set(realmsOf(request, name));
      if (name === credentialsName) for (const realm of asked.keys()) realms.add(realm);
      headers.remove(name);
      for (const realm of realms) {
        const credentials = this.#credentials(request, name, realm);
        if (credentials !== undefined) headers.append(name, credentials);
      }
    }
    return { ...request, headers };
  };

  /** RFC 8760 §2.4: of several challenges of one realm "the topmost header field that it supports". */
  #chosen(values: readonly string[]): Map<string, DigestChallenge> {
    const { algorithms } = this.#options;
    const chosen = new Map<string, DigestChallenge>();
    for (const value of values) {
      const challenge = parseChallenge(value);
      if (challenge === undefined || chosen.has(challenge.realm)) continue;
      if (algorithms !== undefined && !algorithms.includes(challenge.algorithm)) continue;
      if (this.#options.accountFor(challenge.realm) !== undefined) chosen.set(challenge.realm, challenge);
    }
    return chosen;
  }

  /** RFC 3261 §22.2: credentials that were refused are not tried again, unless only their nonce was too old. */
  #learn(request: SipRequest, name: string, realm: string, challenge: DigestChallenge): boolean {
    const key = `${name} ${realm}`;
    const before = this.#realms.get(key);
    const wasTried = realmsOf(request, name).includes(realm);
    if (wasTried && challenge.stale !== true) return false;
    const staleInARow = wasTried ? (before?.staleInARow ?? 0) + 1 : 0;
    if (staleInARow > MAX_STALE_IN_A_ROW) return false;
    const isSame = before?.challenge.nonce === challenge.nonce;
    this.#realms.delete(key);
    this.#realms.set(key, { challenge, nonceCount: isSame ? before.nonceCount : 0, staleInARow });
    for (const oldest of this.#realms.keys()) {
      if (this.#realms.size <= MAX_REALMS) break;
      this.#realms.delete(oldest);
    }
    return true;
  }

  #credentials(request: SipRequest, name: string, realm: string): string | undefined {
    const known = this.#realms.get(`${name} ${realm}`);
    const account = this.#options.accountFor(realm);
    if (known === undefined || account === undefined) return undefined;
    known.nonceCount += 1;
    return serializeCredentials(
      answerChallenge(this.#options.hash, known.challenge, {
        method: request.method,
        uri: request.uri,
        ...account,
        cnonce: this.#options.token(),
        nonceCount: known.nonceCount,
      }),
    );
  }
}

function realmsOf(request: SipRequest, name: string): string[] {
  return request.headers.getAll(name).flatMap((value) => parseCredentials(value)?.realm ?? []);
}
