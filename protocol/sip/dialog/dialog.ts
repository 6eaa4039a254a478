// A dialog and the requests in it (RFC 3261 §12): a peer-to-peer relation of two user agents. Pure values: every change
// gives a new one. Used by InviteSession and by everyone who sends requests in a dialog of their own.
import { createRequest } from '../build-message.ts';
import { MAX_SEQUENCE, parseCSeq, serializeCSeq } from '../header/cseq.ts';
import { parseNameAddr, serializeNameAddr } from '../header/name-addr.ts';
import { isLooseRouter, parseRouteSet } from '../header/route.ts';
import type { HeaderFields } from '../header-fields.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { parseSipUri, serializeSipUri } from '../uri.ts';

export interface Dialog {
  readonly state: 'early' | 'confirmed' | 'terminated';
  /** Which side of the request that made the dialog we are. */
  readonly role: 'uac' | 'uas';
  readonly callId: string;
  readonly localTag: string;
  /** Empty where the peer is older than tags and sent none (RFC 3261 §12.1.1, §12.1.2). */
  readonly remoteTag: string;
  /** Our From, with our tag, and their To, with theirs. */
  readonly localParty: string;
  readonly remoteParty: string;
  /** Our Contact URI and theirs. */
  readonly localContact: string;
  readonly remoteTarget: string;
  /** Route values, in the order in which our requests visit them. */
  readonly routeSet: readonly string[];
  /** RFC 3261 §12.1.1: made by a request to a sips URI over TLS. */
  readonly secure: boolean;
  /** CSeq of our last request and of theirs; undefined before the first. */
  readonly localSequence: number | undefined;
  readonly remoteSequence: number | undefined;
}

export interface Refusal {
  readonly ok: false;
  readonly status: number;
  readonly reason: string;
}
export type DialogOutcome = { readonly ok: true; readonly dialog: Dialog } | Refusal;

export function refusal(status: number, reason: string): Refusal {
  return { ok: false, status, reason };
}

/**
 * Methods that make a dialog, and those that move its remote target (RFC 3261 §12.1, §12.2; RFC 3311 §5; RFC
 * 6665 §3.1).
 */
const TARGET_REFRESH: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

export function isTargetRefresh(method: string): boolean {
  return TARGET_REFRESH.has(method);
}

export interface UasDialogOptions {
  /** Our tag, unguessable; the same goes into the response. */
  readonly localTag: string;
  readonly localContact: string;
  readonly state: 'early' | 'confirmed';
  /** Whether the request came over TLS. */
  readonly overTls?: boolean | undefined;
}

/** RFC 3261 §12.1.1: the dialog that our 101 … 299 to this request makes. */
export function createUasDialog(request: SipRequest, options: UasDialogOptions): DialogOutcome {
  const { headers } = request;
  const common = commonFields(headers);
  const remoteTarget = contactUri(headers);
  const routes = parseRouteSet(headers, 'Record-Route');
  if (common === undefined) return refusal(400, 'Missing or Bad Dialog Header');
  if (remoteTarget === undefined) return refusal(400, 'Missing or Bad Contact');
  if (routes === undefined) return refusal(400, 'Bad Record-Route');
  return {
    ok: true,
    dialog: {
      state: options.state,
      role: 'uas',
      callId: common.callId,
      localTag: common.toTag ?? options.localTag,
      remoteTag: common.fromTag ?? '',
      localParty: common.toTag === undefined ? `${common.to};tag=${options.localTag}` : common.to,
      remoteParty: common.from,
      localContact: options.localContact,
      remoteTarget,
      // "MUST be set to the list of URIs in the Record-Route header field from the request, taken in order".
      routeSet: headers.getAll('Record-Route'),
      secure: options.overTls === true && parseSipUri(request.uri)?.scheme === 'sips',
      localSequence: undefined,
      remoteSequence: common.sequence,
    },
  };
}

/**
 * RFC 3261 §12.1.2: the dialog that a 101 … 299 to our request makes. `status` is of no use: there is nobody to
 * answer.
 */
export function createUacDialog(
  request: SipRequest,
  response: SipResponse,
  options: { readonly overTls?: boolean } = {},
): DialogOutcome {
  const { headers } = response;
  const common = commonFields(headers);
  const remoteTarget = contactUri(headers);
  const localContact = contactUri(request.headers);
  const routes = parseRouteSet(headers, 'Record-Route');
  if (response.status <= 100 || response.status >= 300) return refusal(400, 'Response Makes No Dialog');
  if (common === undefined || localContact === undefined || common.fromTag === undefined)
    return refusal(400, 'Missing or Bad Dialog Header');
  if (remoteTarget === undefined) return refusal(400, 'Missing or Bad Contact');
  if (routes === undefined) return refusal(400, 'Bad Record-Route');
  return {
    ok: true,
    dialog: {
      state: response.status < 200 ? 'early' : 'confirmed',
      role: 'uac',
      callId: common.callId,
      localTag: common.fromTag,
      remoteTag: common.toTag ?? '',
      localParty: common.from,
      remoteParty: common.to,
      localContact,
      remoteTarget,
      // "… from the response, taken in reverse order".
      routeSet: headers.getAll('Record-Route').toReversed(),
      secure: options.overTls === true && parseSipUri(request.uri)?.scheme === 'sips',
      localSequence: common.sequence,
      remoteSequence: undefined,
    },
  };
}

/**
 * The 2xx of an early dialog. RFC 3261 §13.2.2.4: it "MUST be transitioned to the 'confirmed' state, and the route
 * set for the dialog MUST be recomputed based on the 2xx"; a 2xx whose fields cannot be read leaves them as they are.
 */
export function confirmUacDialog(dialog: Dialog, response: SipResponse): Dialog {
  if (dialog.state !== 'early') return dialog;
  const routes = parseRouteSet(response.headers, 'Record-Route');
  return {
    ...dialog,
    state: 'confirmed',
    remoteTarget: contactUri(response.headers) ?? dialog.remoteTarget,
    routeSet: routes === undefined ? dialog.routeSet : response.headers.getAll('Record-Route').toReversed(),
  };
}

export interface InDialogParts {
  readonly headers?: Iterable<readonly [string, string]> | undefined;
  readonly body?: Uint8Array | undefined;
  /** CSeq of our first request where none was sent yet; 1 by default (RFC 3261 §12.2.1.1). */
  readonly firstSequence?: number | undefined;
}

/**
 * RFC 3261 §12.2.1.1: our next request, without Via; keep the dialog returned, its CSeq has grown. Not for ACK
 * and CANCEL.
 */
export function requestInDialog(
  dialog: Dialog,
  method: string,
  parts: InDialogParts = {},
): { readonly dialog: Dialog; readonly request: SipRequest } {
  const { localSequence } = dialog;
  const sequence =
    localSequence === undefined ? (parts.firstSequence ?? 1) : Math.min(localSequence + 1, MAX_SEQUENCE);
  const request = writeRequest(dialog, method, sequence, parts);
  return { dialog: { ...dialog, localSequence: sequence }, request };
}

/** RFC 3261 §13.2.2.4: the ACK for a 2xx has the CSeq number of its INVITE and is otherwise a request in the dialog. */
export function acknowledgeInDialog(
  dialog: Dialog,
  inviteSequence: number,
  parts: InDialogParts = {},
): SipRequest {
  return writeRequest(dialog, 'ACK', inviteSequence, parts);
}

function writeRequest(dialog: Dialog, method: string, sequence: number, parts: InDialogParts): SipRequest {
  const { requestUri, routes } = routeOf(dialog);
  const headers: [string, string][] = [
    ['Max-Forwards', '70'],
    ...routes.map((route): [string, string] => ['Route', route]),
    ['From', dialog.localParty],
    ['To', dialog.remoteParty],
    ['Call-ID', dialog.callId],
    ['CSeq', serializeCSeq({ sequence, method })],
  ];
  // "A UAC SHOULD include a Contact header field in any target refresh requests within a dialog".
  if (isTargetRefresh(method)) headers.push(['Contact', serializeNameAddr({ uri: dialog.localContact })]);
  return createRequest({
    method,
    uri: requestUri,
    headers: [...headers, ...(parts.headers ?? [])],
    body: parts.body,
  });
}

/** RFC 3261 §12.2.1.1: Request-URI and Route for a loose first hop, a strict one, and none. */
function routeOf(dialog: Dialog): { requestUri: string; routes: readonly string[] } {
  const { remoteTarget, routeSet } = dialog;
  const first = routeSet[0] === undefined ? undefined : parseNameAddr(routeSet[0])?.uri;
  if (first === undefined || isLooseRouter(first)) return { requestUri: remoteTarget, routes: routeSet };
  return {
    requestUri: asRequestUri(first),
    routes: [...routeSet.slice(1), serializeNameAddr({ uri: remoteTarget })],
  };
}

/** RFC 3261 §12.2.1.1: where our next request goes first: a strict router is a next hop as a loose one is. */
export function nextHopOf({ routeSet, remoteTarget }: Dialog): string {
  return (routeSet[0] === undefined ? undefined : parseNameAddr(routeSet[0])?.uri) ?? remoteTarget;
}

/**
 * "… stripping any parameters that are not allowed in a Request-URI": header fields and `method`
 * (RFC 3261 §19.1.1).
 */
function asRequestUri(text: string): string {
  const uri = parseSipUri(text);
  if (uri === undefined || (uri.headers.length === 0 && !uri.params.has('method'))) return text;
  const params = new Map(uri.params);
  params.delete('method');
  return serializeSipUri({ ...uri, params, headers: [] });
}

/** RFC 3261 §12.2.2: the order of their requests. A refused number changes nothing. Not for ACK and CANCEL. */
export function receiveSequence(dialog: Dialog, request: SipRequest): DialogOutcome {
  const sequence = parseCSeq(request.headers.get('CSeq') ?? '')?.sequence;
  if (sequence === undefined) return refusal(400, 'Missing or Bad CSeq');
  // An equal number is no retransmission (the transaction layer keeps those): it is out of order as a lower one is.
  if (dialog.remoteSequence !== undefined && sequence <= dialog.remoteSequence)
    return refusal(500, 'CSeq Out of Order');
  return { ok: true, dialog: { ...dialog, remoteSequence: sequence } };
}

/**
 * The Contact of a target refresh request that was accepted, or of its 2xx, becomes the remote target
 * (RFC 3261 §12.2.1.2, §12.2.2). Requests are atomic there: "if the request is rejected, none of the state changes are
 * performed".
 */
export function refreshTarget(dialog: Dialog, headers: HeaderFields): Dialog {
  const target = contactUri(headers);
  return target === undefined || target === dialog.remoteTarget
    ? dialog
    : { ...dialog, remoteTarget: target };
}

/** RFC 3261 §12.2.1.2: 481 and 408 mean that the peer has no such dialog, or is gone. */
export function endsDialog(status: number): boolean {
  return status === 481 || status === 408;
}

/** The one SIP or SIPS URI of Contact (RFC 3261 §8.1.1.8), or undefined. */
export function contactUri(headers: HeaderFields): string | undefined {
  const contacts = headers.getAll('Contact');
  const uri = contacts.length === 1 ? parseNameAddr(contacts[0]!)?.uri : undefined;
  return uri !== undefined && parseSipUri(uri) !== undefined ? uri : undefined;
}

function commonFields(headers: HeaderFields) {
  const from = headers.get('From');
  const to = headers.get('To');
  const callId = headers.get('Call-ID');
  const sequence = parseCSeq(headers.get('CSeq') ?? '')?.sequence;
  if (from === undefined || to === undefined || callId === undefined || sequence === undefined)
    return undefined;
  const fromParams = parseNameAddr(from)?.params;
  const toParams = parseNameAddr(to)?.params;
  if (fromParams === undefined || toParams === undefined) return undefined;
  return { from, to, callId, sequence, fromTag: fromParams.get('tag'), toTag: toParams.get('tag') };
}
