// Whether a request was here before with nothing changed (RFC 3261 §16.3 step 4, §16.6 step 8; RFC 5393 §4.2). Pure.
// Used by the proxy: the mark goes to the end of each branch that it makes, and is looked for in the Vias that come back.
import { FNV_START, fnvStep } from '../fnv.ts';
import { tagOf } from '../header/name-addr.ts';
import { parseVia } from '../header/via.ts';
import type { SipRequest } from '../message.ts';

const MARK = '.L';

/**
 * RFC 5393 §4.2.1: what a loop cannot change, "the Request-URI as received", tags, Call-ID, the number of the CSeq, Route
 * and the proxy's proof fields. 52 bits: two requests that share them by chance are one in thousands of millions.
 */
export function loopMark(request: SipRequest): string {
  const { headers } = request;
  let text = request.uri;
  text += `\0${tagOf(headers.get('From')) ?? ''}\0${tagOf(headers.get('To')) ?? ''}\0${headers.get('Call-ID')}`;
  text += `\0${Number.parseInt(headers.get('CSeq') ?? '', 10)}`;
  for (const name of ['Route', 'Proxy-Require', 'Proxy-Authorization'])
    if (headers.has(name)) text += `\0${headers.getAll(name).join('\0')}`;
  return `${MARK}${hash52(text).toString(36)}`;
}

/** True where one of the Vias says that we sent just this request on before. */
export function isLoop(request: SipRequest, mark: string): boolean {
  const { keys, values } = request.headers;
  for (let index = 0; index < keys.length; index++)
    // Most requests have one Via, and nobody's branch but ours ends so.
    if (keys[index] === 'via' && values[index]!.includes(mark)) return hasBranchEnd(request, mark);
  return false;
}

function hasBranchEnd(request: SipRequest, mark: string): boolean {
  return request.headers
    .getAll('Via')
    .some((value) => parseVia(value)?.params.get('branch')?.endsWith(mark) === true);
}

/** Two FNV-1a sums over the same text from different beginnings, 52 bits of them; not a secret. */
function hash52(text: string): number {
  let one = FNV_START;
  let other = 0x2f1d36b7;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    one = fnvStep(one, code);
    other = fnvStep(other, code + 0x9e);
  }
  return (one >>> 0) * 0x100000 + (other >>> 12);
}
