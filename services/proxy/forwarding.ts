// What changes in a request on its way through us (RFC 3261 §16.6 steps 1 to 7, RFC 5393 §5.3.3). Pure. Used by fork.ts.
import {
  type HeaderFields,
  INITIAL_MAX_BREADTH,
  INITIAL_MAX_FORWARDS,
  parseMaxBreadth,
  parseMaxForwards,
  type SipRequest,
} from '@parley/protocol/sip';
import { DIGEST_REALM } from '../authentication/contract.ts';
import { isInDialog } from './routes.ts';

/** Requests that begin a dialog whose later requests have to come through us again. */
const DIALOG_MAKERS: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);
const OUR_REALM = `realm="${DIGEST_REALM}"`;

export function makesDialog(request: SipRequest): boolean {
  return DIALOG_MAKERS.has(request.method) && !isInDialog(request);
}

/** What every branch has in common; undefined where no hop is left (483). */
export function forwardedHeaders(request: SipRequest): HeaderFields | undefined {
  const left = parseMaxForwards(request.headers.get('Max-Forwards') ?? '') ?? INITIAL_MAX_FORWARDS;
  if (left === 0) return undefined;
  const headers = request.headers.clone();
  headers.set('Max-Forwards', String(left - 1));
  removeOwnProof(headers, 'Authorization');
  removeOwnProof(headers, 'Proxy-Authorization');
  return headers;
}

/** The proof for us is of no use to anyone behind us; those for other realms are theirs (RFC 3261 §22.3). */
function removeOwnProof(headers: HeaderFields, name: string): void {
  if (!headers.has(name)) return;
  const others = headers.getAll(name).filter((value) => !value.includes(OUR_REALM));
  headers.remove(name);
  for (const value of others) headers.append(name, value);
}

/**
 * RFC 5393 §5.3.3.1: the breadth of all branches that are open together is no more than what the request came with.
 * @returns that of each branch, or undefined where there is not one for each (440).
 */
export function breadthOfEach(request: SipRequest, branches: number): number | undefined {
  const breadth = parseMaxBreadth(request.headers.get('Max-Breadth') ?? '') ?? INITIAL_MAX_BREADTH;
  const each = Math.floor(breadth / branches);
  return each === 0 ? undefined : each;
}
