// What must be right before a message means anything: mandatory fields, single ones once, values that can be read
// (RFC 3261 §8.1.1, §8.1.3.3, §8.2, §16.3). Used by the proxy before it looks further.
import { parseContact } from './header/contact.ts';
import { parseCSeq } from './header/cseq.ts';
import { parseMaxForwards } from './header/max-forwards.ts';
import { parseNameAddr } from './header/name-addr.ts';
import { parseRouteSet } from './header/route.ts';
import { topVia } from './header/via.ts';
import type { HeaderFields } from './header-fields.ts';
import { headerKey } from './header-name.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { parseSipUri, schemeOf } from './uri.ts';

/** Why a request is refused, with the status to refuse it with. */
export interface RequestFault {
  readonly status: number;
  readonly reason: string;
}

const MANDATORY = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
/** Fields that may stand once, each with a bit of its own. */
const SINGLE: ReadonlyMap<string, number> = new Map(
  [
    'From',
    'To',
    'Call-ID',
    'CSeq',
    'Max-Forwards',
    'Content-Type',
    'Expires',
    'Event',
    'SIP-If-Match',
    'Subscription-State',
  ].map((name, i) => [headerKey(name), 1 << i]),
);
const MAX_CALL_ID_CHARS = 1_024;

/**
 * RFC 3261 §16.3 steps 1 to 3. @returns 400, 416, or undefined where nothing is wrong.
 * A missing Max-Forwards is no fault (RFC 3261 §16.3 step 3), and neither is a From without tag: clients
 * from before RFC 3261 §8.1.1 send neither.
 */
export function validateRequest(request: SipRequest): RequestFault | undefined {
  const { headers } = request;
  const flaw = flawOfCommon(headers) ?? flawOfAddresses(request);
  if (flaw !== undefined) return { status: 400, reason: flaw };
  // RFC 3261 §8.1.1.5: the method MUST match that of the request.
  if (parseCSeq(headers.get('CSeq')!)!.method !== request.method) {
    return { status: 400, reason: 'CSeq names another method' };
  }
  return faultOfRequestUri(request.uri);
}

/** Why a response is to be discarded; undefined where it may be used. */
export function validateResponse(
  response: SipResponse,
  /** For the user agent that sent the request; a proxy has Vias of others below its own. */
  options: { readonly isUserAgent?: boolean } = {},
): string | undefined {
  // RFC 3261 §8.1.3.3: more than one Via at a user agent means that the response went astray.
  if (options.isUserAgent === true && response.headers.getAll('Via').length > 1) return 'more than one Via';
  return flawOfCommon(response.headers);
}

function flawOfCommon(headers: HeaderFields): string | undefined {
  for (const name of MANDATORY) if (!headers.has(name)) return `${name} is missing`;
  let seen = 0;
  for (const [i, key] of headers.keys.entries()) {
    const bit = SINGLE.get(key) ?? 0;
    if ((seen & bit) !== 0) return `more than one ${headers.names[i]}`;
    seen |= bit;
  }
  if (topVia(headers) === undefined) return 'Via is malformed';
  for (const name of ['From', 'To']) {
    if (parseNameAddr(headers.get(name)!) === undefined) return `${name} is malformed`;
  }
  const callId = headers.get('Call-ID')!;
  if (callId.length === 0 || callId.length > MAX_CALL_ID_CHARS || /[\s]/.test(callId))
    return 'Call-ID is malformed';
  return parseCSeq(headers.get('CSeq')!) === undefined ? 'CSeq is malformed' : undefined;
}

function flawOfAddresses(request: SipRequest): string | undefined {
  const { headers, method } = request;
  const maxForwards = headers.get('Max-Forwards');
  if (maxForwards !== undefined && parseMaxForwards(maxForwards) === undefined) {
    return 'Max-Forwards is not between 0 and 255';
  }
  const contact = parseContact(headers);
  if (contact === undefined) return 'Contact is malformed';
  // RFC 3261 §10.2.2: `*` is for REGISTER alone.
  if (contact === '*' && method !== 'REGISTER') return 'Contact is malformed';
  if (parseRouteSet(headers, 'Route') === undefined) return 'Route is malformed';
  if (parseRouteSet(headers, 'Record-Route') === undefined) return 'Record-Route is malformed';
  return undefined;
}

function faultOfRequestUri(text: string): RequestFault | undefined {
  const scheme = schemeOf(text);
  if (scheme === 'tel') return undefined;
  if (scheme !== 'sip' && scheme !== 'sips') return { status: 416, reason: 'Unsupported URI Scheme' };
  const uri = parseSipUri(text);
  if (uri === undefined) return { status: 400, reason: 'Request-URI is malformed' };
  // RFC 3261 §19.1.1: a Request-URI has no header components and no method parameter.
  if (uri.headers.length > 0) return { status: 400, reason: 'Request-URI holds header fields' };
  return undefined;
}
