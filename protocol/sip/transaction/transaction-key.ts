// How messages find their transaction: RFC 3261 §17.1.3 (responses) and §17.2.3 (requests, also of clients from before
// the magic cookie). Used by transaction-layer.ts.
import { parseCSeq } from '../header/cseq.ts';
import { tagOf } from '../header/name-addr.ts';
import { transactionBranch, type Via } from '../header/via.ts';
import type { SipRequest, SipResponse } from '../message.ts';

/** Stands in no token, host or URI. */
const SEPARATOR = '\u0000';
const LEGACY = `2543${SEPARATOR}`;

/** RFC 3261 §17.1.3: the branch of the top Via and the method of the CSeq. */
export function clientKey(branch: string, method: string): string {
  return branch + SEPARATOR + method;
}

export function clientKeyOf(response: SipResponse, via: Via): string | undefined {
  const branch = via.params.get('branch');
  const sequence = parseCSeq(response.headers.get('CSeq') ?? '');
  return branch === undefined || sequence === undefined ? undefined : clientKey(branch, sequence.method);
}

/**
 * RFC 3261 §17.2.3: the key of the transaction that this request starts, repeats or (ACK) ends. To be read before the
 * Via is stamped.
 * @param method replaces the request's own, to find the INVITE that a CANCEL is about.
 */
export function serverKeyOf(request: SipRequest, via: Via, method = request.method): string {
  const matched = method === 'ACK' ? 'INVITE' : method;
  const branch = transactionBranch(via);
  if (branch !== undefined) {
    const port = via.port === undefined ? '' : String(via.port);
    return [branch, via.host.toLowerCase(), port, matched].join(SEPARATOR);
  }
  // RFC 3261 §17.2.3, without a cookie: "the Request-URI, To tag, From tag, Call-ID, CSeq, and top Via header field" are equal. The To tag is left
  // out: an ACK carries that of the response (compared by the layer), and within one CSeq it cannot differ otherwise.
  const { headers } = request;
  const sequence = parseCSeq(headers.get('CSeq') ?? '')?.sequence ?? '';
  const from = tagOf(headers.get('From')) ?? '';
  return (
    LEGACY +
    [request.uri, from, headers.get('Call-ID'), sequence, headers.get('Via'), matched].join(SEPARATOR)
  );
}

/** True where the client sends no magic cookie and the To tag of an ACK has to be compared too. */
export function isLegacyKey(key: string): boolean {
  return key.startsWith(LEGACY);
}
