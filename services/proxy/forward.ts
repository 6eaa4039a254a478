// Forwarding a request to the devices of a user (RFC 3261 §16.6, §16.7): what changes on the way, and which of several
// answers goes back. Pure. Used by walk.ts.
import {
  createHeaderFields,
  parseMaxForwards,
  type SipRequest,
  type SipResponse,
} from '@parley/protocol/sip';

/** A final answer as it comes from one device, or why there is none. */
export type BranchOutcome =
  | {
      readonly kind: 'response';
      readonly response: Pick<SipResponse, 'status' | 'reason' | 'headers' | 'body'>;
    }
  | { readonly kind: 'failed' };

/** RFC 3261 §16.6 steps 1 to 3; the Via of step 8 is the transport's. @returns undefined where no hop is left: 483. */
export function forwardedRequest(request: SipRequest, contact: string): SipRequest | undefined {
  const headers = request.headers.clone();
  const left = parseMaxForwards(headers.get('Max-Forwards') ?? '') ?? 70;
  if (left === 0) return undefined;
  headers.set('Max-Forwards', String(left - 1));
  // The proof was for us; a device has no use for it (RFC 3261 §22.3).
  headers.remove('Authorization');
  headers.remove('Proxy-Authorization');
  return { ...request, uri: contact, headers };
}

/** Answers that tell the caller how to try again come first within 4xx (RFC 3261 §16.7 step 6). */
const TELLING = new Set([401, 407, 415, 420, 484]);

/** RFC 3261 §16.7 step 6: 2xx, then 6xx, then the lowest class; undefined where no device answered. */
export function bestOutcome(
  outcomes: readonly BranchOutcome[],
): (BranchOutcome & { kind: 'response' }) | undefined {
  const answers = outcomes.filter((outcome) => outcome.kind === 'response');
  return answers.sort((one, other) => rank(one.response.status) - rank(other.response.status))[0];
}

function rank(status: number): number {
  const statusClass = Math.floor(status / 100);
  if (statusClass === 2) return 0;
  if (statusClass === 6) return 1;
  return statusClass * 1000 + (TELLING.has(status) ? 0 : status);
}

/** Fields that belong to one hop or are written anew from the request. */
const OWN_FIELDS = ['Via', 'From', 'Call-ID', 'CSeq', 'Content-Length'];

/** RFC 3261 §16.7 step 9: the answer goes back as it came, To tag included. */
export function returnedHeaders(response: Pick<SipResponse, 'headers'>): [string, string][] {
  const headers = createHeaderFields(response.headers.entries());
  for (const name of OWN_FIELDS) headers.remove(name);
  return [...headers.entries()].map(([name, value]): [string, string] => [name, value]);
}

/** Resolves with the first 2xx at once, else with the best when all branches are done. */
export async function race(
  branches: readonly Promise<BranchOutcome>[],
): Promise<(BranchOutcome & { kind: 'response' }) | undefined> {
  const { promise, resolve } = Promise.withResolvers<(BranchOutcome & { kind: 'response' }) | undefined>();
  for (const branch of branches) {
    void branch.then((outcome) => {
      if (outcome.kind === 'response' && outcome.response.status < 300) resolve(outcome);
    });
  }
  void Promise.all(branches).then((outcomes) => resolve(bestOutcome(outcomes)));
  return await promise;
}
