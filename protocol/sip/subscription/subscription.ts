// One subscription as its notifier holds it (RFC 6665 §4.2): the dialog that SUBSCRIBE made, its expiry, and the NOTIFY
// requests in it (RFC 3261 §12). Pure values: every change gives a new one. Used by the services that publish events.
import { createRequest } from '../build-message.ts';
import { MAX_SEQUENCE, parseCSeq, serializeCSeq } from '../header/cseq.ts';
import { type Event, parseEvent, serializeEvent } from '../header/event.ts';
import { parseNameAddr, tagOf } from '../header/name-addr.ts';
import { isLooseRouter } from '../header/route.ts';
import { serializeSubscriptionState } from '../header/subscription-state.ts';
import type { HeaderFields } from '../header-fields.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { parseSipUri } from '../uri.ts';

/** Why a subscription ended, as Subscription-State says it (RFC 6665 §4.1.3). */
export type TerminationReason =
  | 'deactivated'
  | 'giveup'
  | 'invariant'
  | 'noresource'
  | 'probation'
  | 'rejected'
  | 'timeout';

export interface Subscription {
  /** `subscriptionKey` of every later SUBSCRIBE in this subscription. */
  readonly key: string;
  readonly eventPackage: string;
  readonly eventId: string | undefined;
  readonly state: 'pending' | 'active' | 'terminated';
  readonly reason: TerminationReason | undefined;
  readonly retryAfterS: number | undefined;
  /** Milliseconds on the clock of `now`. */
  readonly expiresAt: number;
  readonly callId: string;
  /** Our From, with our tag: the To of the SUBSCRIBE. */
  readonly localParty: string;
  /** Their To, with their tag: the From of the SUBSCRIBE. */
  readonly remoteParty: string;
  /** Our Contact URI. */
  readonly localContact: string;
  /** Their Contact URI: where NOTIFY goes (RFC 3261 §12.1.1 "remote target"). */
  readonly remoteTarget: string;
  /** Record-Route of the first SUBSCRIBE, in order. */
  readonly routeSet: readonly string[];
  /** CSeq of the last NOTIFY; 0 before the first. */
  readonly localSequence: number;
  /** CSeq of the last SUBSCRIBE. */
  readonly remoteSequence: number;
}

export type SubscribeOutcome =
  | { readonly ok: true; readonly subscription: Subscription }
  /** How to refuse the SUBSCRIBE. */
  | { readonly ok: false; readonly status: number; readonly reason: string };

export interface CreateOptions {
  /** URI under which the subscriber reaches us inside the dialog. */
  readonly localContact: string;
  /** Our tag, unguessable; put the same into the response. */
  readonly toTag: string;
  /** Granted duration; 0 for a fetch (RFC 6665 §4.4.3), which gets one NOTIFY that ends it. */
  readonly expiresS: number;
  readonly now: number;
  /** `pending` until someone has allowed it. */
  readonly state?: 'pending' | 'active';
}

/** The first SUBSCRIBE of a subscription: one without a To tag. */
export function createSubscription(subscribe: SipRequest, options: CreateOptions): SubscribeOutcome {
  const { headers } = subscribe;
  const event = parseEvent(headers.get('Event') ?? '');
  if (event === undefined) return refused(489, 'Bad Event');
  const remoteParty = headers.get('From');
  const to = headers.get('To');
  const callId = headers.get('Call-ID');
  const sequence = parseCSeq(headers.get('CSeq') ?? '');
  const target = contactOf(headers);
  if (to === undefined || remoteParty === undefined || callId === undefined || sequence === undefined) {
    return refused(400, 'Missing or Bad Dialog Header');
  }
  const remoteTag = tagOf(remoteParty);
  if (remoteTag === undefined) return refused(400, 'Missing From Tag');
  // RFC 3261 §8.1.1.8: Contact "MUST be present and contain exactly one SIP or SIPS URI".
  if (target === undefined) return refused(400, 'Missing or Bad Contact');
  const localParty = tagOf(to) === undefined ? `${to};tag=${options.toTag}` : to;
  return {
    ok: true,
    subscription: {
      key: keyOf(callId, tagOf(localParty) ?? '', remoteTag, event),
      eventPackage: event.type,
      eventId: event.id,
      state: options.state ?? 'active',
      reason: undefined,
      retryAfterS: undefined,
      expiresAt: options.now + options.expiresS * 1000,
      callId,
      localParty,
      remoteParty,
      localContact: options.localContact,
      remoteTarget: target,
      routeSet: headers.getAll('Record-Route'),
      localSequence: 0,
      remoteSequence: sequence.sequence,
    },
  };
}

/** The key of the subscription that a SUBSCRIBE is in, or undefined when it starts one (no To tag). */
export function subscriptionKey(subscribe: SipRequest): string | undefined {
  const { headers } = subscribe;
  const event = parseEvent(headers.get('Event') ?? '');
  const localTag = tagOf(headers.get('To'));
  if (localTag === undefined || event === undefined) return undefined;
  return keyOf(headers.get('Call-ID') ?? '', localTag, tagOf(headers.get('From')) ?? '', event);
}

/** A SUBSCRIBE inside the subscription: longer life, or its end with `expiresS` 0. */
export function refreshSubscription(
  subscription: Subscription,
  subscribe: SipRequest,
  { expiresS, now }: { readonly expiresS: number; readonly now: number },
): SubscribeOutcome {
  if (isExpired(subscription, now)) return refused(481, 'Subscription Does Not Exist');
  const sequence = parseCSeq(subscribe.headers.get('CSeq') ?? '')?.sequence;
  // RFC 3261 §12.2.2: a lower number is out of order and "MUST be rejected with a 500".
  if (sequence === undefined || sequence <= subscription.remoteSequence)
    return refused(500, 'CSeq Out of Order');
  const hasContact = subscribe.headers.has('Contact');
  const target = contactOf(subscribe.headers);
  if (hasContact && target === undefined) return refused(400, 'Bad Contact');
  return {
    ok: true,
    subscription: {
      ...subscription,
      // SUBSCRIBE is a target refresh request (RFC 6665 §3.1).
      remoteTarget: target ?? subscription.remoteTarget,
      remoteSequence: sequence,
      expiresAt: now + expiresS * 1000,
    },
  };
}

/** Fields of the 2xx to a SUBSCRIBE (RFC 6665 §4.2.1.1, RFC 3261 §12.1.1): the granted Expires, Contact, Record-Route. */
export function acceptHeaders(subscription: Subscription, now: number): [string, string][] {
  return [
    ...subscription.routeSet.map((route): [string, string] => ['Record-Route', route]),
    ['Contact', `<${subscription.localContact}>`],
    ['Expires', String(remainingS(subscription, now))],
  ];
}

/** Allows a pending subscription. */
export function activate(subscription: Subscription): Subscription {
  return subscription.state === 'pending' ? { ...subscription, state: 'active' } : subscription;
}

/** Ends it from our side; send one more `notifyRequest`, then forget it. */
export function terminate(
  subscription: Subscription,
  reason: TerminationReason,
  retryAfterS?: number,
): Subscription {
  return subscription.state === 'terminated'
    ? subscription
    : { ...subscription, state: 'terminated', reason, retryAfterS };
}

/** True when the time is over or it was ended: after a last NOTIFY it is to be forgotten. */
export function isExpired(subscription: Subscription, now: number): boolean {
  return subscription.state === 'terminated' || now >= subscription.expiresAt;
}

export interface NotifyContent {
  /** Absent where there is nothing to show: pending, rejected, or a partial state without a change. */
  readonly contentType?: string;
  readonly body?: Uint8Array;
  /** What the event package or an extension adds. */
  readonly headers?: readonly (readonly [string, string])[];
  readonly now: number;
}

/** The next NOTIFY, without Via. Keep the returned subscription: its CSeq has grown. */
export function notifyRequest(
  subscription: Subscription,
  { contentType, body, headers: added = [], now }: NotifyContent,
): { readonly subscription: Subscription; readonly request: SipRequest } {
  const localSequence = Math.min(subscription.localSequence + 1, MAX_SEQUENCE);
  const { requestUri, routes } = dialogRoute(subscription);
  const headers: (readonly [string, string])[] = [
    ['Max-Forwards', '70'],
    ...routes.map((route): [string, string] => ['Route', route]),
    ['From', subscription.localParty],
    ['To', subscription.remoteParty],
    ['Call-ID', subscription.callId],
    ['CSeq', serializeCSeq({ sequence: localSequence, method: 'NOTIFY' })],
    ['Contact', `<${subscription.localContact}>`],
    ['Event', serializeEvent({ type: subscription.eventPackage, id: subscription.eventId })],
    ['Subscription-State', subscriptionState(subscription, now)],
    ...added,
  ];
  if (contentType !== undefined) headers.push(['Content-Type', contentType]);
  const request = createRequest({ method: 'NOTIFY', uri: requestUri, headers, body });
  return { subscription: { ...subscription, localSequence }, request };
}

/**
 * What the answer to a NOTIFY means. RFC 6665 §4.2.2: when the NOTIFY fails (no response, or an error without
 * Retry-After) "the notifier MUST remove the corresponding subscription".
 * @returns the subscription as it was, or undefined when it is to be forgotten without another NOTIFY.
 */
export function notifyAnswered(
  subscription: Subscription,
  outcome: { readonly kind: 'response'; readonly response: SipResponse } | { readonly kind: 'failed' },
): Subscription | undefined {
  if (outcome.kind === 'failed') return undefined;
  const { status, headers } = outcome.response;
  if (status < 300) return subscription;
  return status !== 481 && headers.has('Retry-After') ? subscription : undefined;
}

function subscriptionState(subscription: Subscription, now: number): string {
  if (isExpired(subscription, now)) {
    const { reason = 'timeout', retryAfterS } = subscription;
    return serializeSubscriptionState({ state: 'terminated', reason, retryAfterS });
  }
  return serializeSubscriptionState({ state: subscription.state, expiresS: remainingS(subscription, now) });
}

function remainingS(subscription: Subscription, now: number): number {
  return Math.max(0, Math.ceil((subscription.expiresAt - now) / 1000));
}

/** RFC 3261 §12.2.1.1: Request-URI and Route of a request inside the dialog, loose and strict routing. */
function dialogRoute(subscription: Subscription): { requestUri: string; routes: readonly string[] } {
  const { remoteTarget, routeSet } = subscription;
  const first = routeSet[0] === undefined ? undefined : parseNameAddr(routeSet[0])?.uri;
  if (first === undefined || isLooseRouter(first)) {
    return { requestUri: remoteTarget, routes: routeSet };
  }
  return { requestUri: first, routes: [...routeSet.slice(1), `<${remoteTarget}>`] };
}

/** The one SIP Contact URI, or undefined. */
function contactOf(headers: HeaderFields): string | undefined {
  const contacts = headers.getAll('Contact');
  const uri = contacts.length === 1 ? parseNameAddr(contacts[0] ?? '')?.uri : undefined;
  return uri !== undefined && parseSipUri(uri) !== undefined ? uri : undefined;
}

function keyOf(callId: string, localTag: string, remoteTag: string, { type, id }: Event): string {
  // RFC 6665 §8.2.1: package and id identify the subscription; other parameters of Event do not.
  return [callId, localTag, remoteTag, serializeEvent({ type, id })].join('\u0000');
}

function refused(status: number, reason: string): SubscribeOutcome {
  return { ok: false, status, reason };
}
