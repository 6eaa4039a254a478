// Every header field of which we know the form, with what reads and writes it: for the corpus of field values, the
// properties and the fuzz target, so that none of them forgets one.
import { parseAuthenticationInfo, serializeAuthenticationInfo } from '../auth/authentication-info.ts';
import { parseChallenge, serializeChallenge } from '../auth/digest-challenge.ts';
import { parseCredentials, serializeCredentials } from '../auth/digest-credentials.ts';
import { parseAccept, serializeAccept } from '../header/accept.ts';
import { parseAllow, serializeAllow } from '../header/allow.ts';
import { parseAnswerMode, serializeAnswerMode } from '../header/answer-mode.ts';
import { parseIdentities, serializeIdentities } from '../header/asserted-identity.ts';
import { parseCallId, parseInReplyTo, serializeInReplyTo } from '../header/call-id.ts';
import {
  parseContactPreferences,
  parseRequestDisposition,
  serializeContactPreferences,
  serializeRequestDisposition,
} from '../header/caller-preferences.ts';
import { parseContact, serializeContact } from '../header/contact.ts';
import { parseContentDisposition, serializeContentDisposition } from '../header/content-disposition.ts';
import { parseContentType, serializeContentType } from '../header/content-type.ts';
import { parseCSeq, serializeCSeq } from '../header/cseq.ts';
import { parseDate, serializeDate } from '../header/date.ts';
import { parseJoin, parseReplaces, serializeDialogReference } from '../header/dialog-reference.ts';
import { parseDiversions, serializeDiversions } from '../header/diversion.ts';
import { parseEtag } from '../header/etag.ts';
import { parseEvent, serializeEvent } from '../header/event.ts';
import { parseExpires, serializeExpires } from '../header/expires.ts';
import { parseHistoryInfo, serializeHistoryInfo } from '../header/history-info.ts';
import {
  parseInfoPackage,
  parseRecvInfo,
  serializeInfoPackage,
  serializeRecvInfo,
} from '../header/info-package.ts';
import { type InfoHeader, parseInfoUris, serializeInfoUris } from '../header/info-uri.ts';
import { parseMaxBreadth, serializeMaxBreadth } from '../header/max-breadth.ts';
import { parseMaxForwards } from '../header/max-forwards.ts';
import { parseMimeVersion, serializeMimeVersion } from '../header/mime-version.ts';
import { parseNameAddr, serializeNameAddr } from '../header/name-addr.ts';
import { parseFlowTimer, serializeFlowTimer } from '../header/outbound.ts';
import { parsePriority } from '../header/priority.ts';
import { parsePrivacy, serializePrivacy } from '../header/privacy.ts';
import { parseProducts, serializeProducts } from '../header/product.ts';
import { parseReasons, serializeReasons } from '../header/reason.ts';
import { parseReferredBy, parseReferTo, serializeReferredBy, serializeReferTo } from '../header/refer.ts';
import { parseRAck, parseRSeq, serializeRAck, serializeRSeq } from '../header/reliable-response.ts';
import { parseRetryAfter, serializeRetryAfter } from '../header/retry-after.ts';
import { parseRouteSet, type RouteHeader, serializeRouteSet } from '../header/route.ts';
import {
  parseMinSe,
  parseSessionExpires,
  serializeMinSe,
  serializeSessionExpires,
} from '../header/session-timer.ts';
import { parseSubscriptionState, serializeSubscriptionState } from '../header/subscription-state.ts';
import { parseTimestamp, serializeTimestamp } from '../header/timestamp.ts';
import { parseTokenList, serializeTokenList } from '../header/token-list.ts';
import { serializeValues } from '../header/value-list.ts';
import { parseVia, serializeVia } from '../header/via.ts';
import { parseWarnings, serializeWarnings } from '../header/warning.ts';
import { parseWeightedList, serializeWeightedList } from '../header/weighted-list.ts';
import type { HeaderFields } from '../header-fields.ts';
import { HeaderList } from '../header-list.ts';
import { headerKey } from '../header-name.ts';

export interface HeaderForm {
  /** What the text of one field means, and what that means when it is written and read again; undefined if nothing. */
  readonly readTwice: (text: string) => { readonly value: unknown; readonly again: unknown } | undefined;
}

function field<T>(parse: (text: string) => T | undefined, serialize: (value: T) => string): HeaderForm {
  return {
    readTwice(text) {
      const value = parse(text);
      return value === undefined ? undefined : { value, again: parse(serialize(value)) };
    },
  };
}

/** A field that is read from the header as a whole. */
function list<T>(
  name: string,
  parse: (headers: HeaderFields) => T | undefined,
  serialize: (value: T) => string,
): HeaderForm {
  return field((text) => parse(new HeaderList([headerKey(name)], [name], [text])), serialize);
}

const route = (name: RouteHeader) => list(name, (headers) => parseRouteSet(headers, name), serializeRouteSet);
const infoUri = (name: InfoHeader) =>
  list(name, (headers) => parseInfoUris(headers, name), serializeInfoUris);
const tokens = (name: string) => list(name, (headers) => parseTokenList(headers, name), serializeTokenList);
const identity = (name: 'P-Asserted-Identity' | 'P-Preferred-Identity') =>
  list(name, (headers) => parseIdentities(headers, name), serializeIdentities);
const preference = (name: 'Accept-Contact' | 'Reject-Contact') =>
  list(name, (headers) => parseContactPreferences(headers, name), serializeContactPreferences);
const weighted = (name: 'Accept-Encoding' | 'Accept-Language') =>
  list(name, (headers) => parseWeightedList(headers, name), serializeWeightedList);
const address = field(parseNameAddr, serializeNameAddr);
const seconds = field(parseExpires, serializeExpires);
const text = (parse: (value: string) => string | undefined) => field(parse, String);
const credentials = field(parseCredentials, serializeCredentials);
const challenge = field(parseChallenge, serializeChallenge);
const authenticationInfo = field(parseAuthenticationInfo, serializeAuthenticationInfo);
const answerMode = field(parseAnswerMode, serializeAnswerMode);

/** `q` is in `priority`; its own digits are not kept. */
function acceptRanges(headers: HeaderFields) {
  return parseAccept(headers)?.map((range) => ({
    ...range,
    params: new Map([...range.params].filter(([name]) => name !== 'q')),
  }));
}

export const HEADER_FORMS: Readonly<Record<string, HeaderForm>> = {
  Accept: list('Accept', acceptRanges, serializeAccept),
  'Accept-Contact': preference('Accept-Contact'),
  'Accept-Encoding': weighted('Accept-Encoding'),
  'Accept-Language': weighted('Accept-Language'),
  'Alert-Info': infoUri('Alert-Info'),
  Allow: list('Allow', parseAllow, serializeAllow),
  'Allow-Events': tokens('Allow-Events'),
  'Answer-Mode': answerMode,
  'Authentication-Info': authenticationInfo,
  Authorization: credentials,
  'Call-ID': text(parseCallId),
  'Call-Info': infoUri('Call-Info'),
  Contact: list('Contact', parseContact, serializeContact),
  'Content-Disposition': field(parseContentDisposition, serializeContentDisposition),
  'Content-Encoding': tokens('Content-Encoding'),
  'Content-Language': tokens('Content-Language'),
  'Content-Type': field(parseContentType, serializeContentType),
  CSeq: field(parseCSeq, serializeCSeq),
  Date: field(parseDate, serializeDate),
  Diversion: list('Diversion', parseDiversions, serializeDiversions),
  'Error-Info': infoUri('Error-Info'),
  Event: field(parseEvent, serializeEvent),
  Expires: seconds,
  'Flow-Timer': field(parseFlowTimer, serializeFlowTimer),
  From: address,
  'History-Info': list('History-Info', parseHistoryInfo, serializeHistoryInfo),
  'In-Reply-To': list('In-Reply-To', parseInReplyTo, serializeInReplyTo),
  'Info-Package': field(parseInfoPackage, serializeInfoPackage),
  Join: field(parseJoin, serializeDialogReference),
  'MIME-Version': field(parseMimeVersion, serializeMimeVersion),
  'Max-Breadth': field(parseMaxBreadth, serializeMaxBreadth),
  'Max-Forwards': field(parseMaxForwards, String),
  'Min-Expires': seconds,
  'Min-SE': field(parseMinSe, serializeMinSe),
  'P-Asserted-Identity': identity('P-Asserted-Identity'),
  'P-Preferred-Identity': identity('P-Preferred-Identity'),
  Path: route('Path'),
  Priority: text(parsePriority),
  'Priv-Answer-Mode': answerMode,
  Privacy: list('Privacy', parsePrivacy, serializePrivacy),
  'Proxy-Authenticate': challenge,
  'Proxy-Authorization': credentials,
  'Proxy-Require': tokens('Proxy-Require'),
  RAck: field(parseRAck, serializeRAck),
  RSeq: field(parseRSeq, serializeRSeq),
  Reason: list('Reason', parseReasons, serializeReasons),
  'Record-Route': route('Record-Route'),
  'Recv-Info': list('Recv-Info', parseRecvInfo, serializeRecvInfo),
  'Refer-To': field(parseReferTo, serializeReferTo),
  'Referred-By': field(parseReferredBy, serializeReferredBy),
  'Reject-Contact': preference('Reject-Contact'),
  Replaces: field(parseReplaces, serializeDialogReference),
  'Reply-To': address,
  'Request-Disposition': list('Request-Disposition', parseRequestDisposition, serializeRequestDisposition),
  Require: tokens('Require'),
  'Retry-After': field(parseRetryAfter, serializeRetryAfter),
  Route: route('Route'),
  'SIP-ETag': text(parseEtag),
  'SIP-If-Match': text(parseEtag),
  Server: field(parseProducts, serializeProducts),
  'Service-Route': route('Service-Route'),
  'Session-Expires': field(parseSessionExpires, serializeSessionExpires),
  'Subscription-State': field(parseSubscriptionState, serializeSubscriptionState),
  Supported: tokens('Supported'),
  Timestamp: field(parseTimestamp, serializeTimestamp),
  To: address,
  Unsupported: tokens('Unsupported'),
  'User-Agent': field(parseProducts, serializeProducts),
  Via: list(
    'Via',
    (headers) => {
      const vias = headers.getAll('Via').map(parseVia);
      return vias.includes(undefined) ? undefined : (vias as NonNullable<(typeof vias)[number]>[]);
    },
    (vias) => serializeValues(vias, serializeVia),
  ),
  'WWW-Authenticate': challenge,
  Warning: list('Warning', parseWarnings, serializeWarnings),
};

/** For comparing: maps in order, and an empty display name as none, which is how it is written. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (name, inner) => {
    if (name === 'displayName' && inner === '') return undefined;
    if (inner instanceof Map) return [...inner].map(([key, param]) => [key, param ?? null]);
    if (inner instanceof Set) return [...inner];
    return inner instanceof Uint8Array ? [...inner] : inner;
  });
}
