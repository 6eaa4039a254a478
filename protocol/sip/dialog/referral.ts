// REFER and the subscription it makes (RFC 3515 §2.4): whom to contact, and NOTIFYs with the outcome as message/sipfrag.
// Pure values; the requests themselves go through the dialog that the REFER came in or made.
import { parseCSeq } from '../header/cseq.ts';
import { parseEvent } from '../header/event.ts';
import { parseNameAddr } from '../header/name-addr.ts';
import { parseSubscriptionState, serializeSubscriptionState } from '../header/subscription-state.ts';
import type { HeaderFields } from '../header-fields.ts';
import type { SipRequest } from '../message.ts';
import { reasonPhrase } from '../reason-phrase.ts';
import { parseSipUri, type SipUri, serializeSipUri } from '../uri.ts';
import { unescapeUri } from '../uri-escape.ts';
import { type Refusal, refusal } from './dialog.ts';

/** What a REFER asks for, and the subscription to its outcome. */
export interface Referral {
  /** Whom to contact, ready for a Request-URI. */
  readonly target: string;
  readonly method: string;
  /**
   * Header fields that the target's URI brings along: Replaces of an attended transfer (RFC 3891 §7.1), Accept-
   * Contact, …
   */
  readonly headers: readonly (readonly [string, string])[];
  readonly referredBy: string | undefined;
  /** RFC 3515 §2.4.6: the CSeq number of the REFER; the `id` of Event where it is not the first in the dialog. */
  readonly eventId: string | undefined;
  /** Milliseconds on the clock of `now`. */
  readonly expiresAt: number;
  readonly state: 'active' | 'terminated';
}

export type ReferralOutcome = { readonly ok: true; readonly referral: Referral } | Refusal;

/** Fields that a URI may not set in a request that is made for its sake (RFC 3261 §19.1.5). */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'from',
  'to',
  'call-id',
  'cseq',
  'via',
  'record-route',
  'route',
  'contact',
  'max-forwards',
  'content-length',
]);
const MAX_URI_HEADERS = 16;

export interface ReferralOptions {
  /** False for a second REFER in one dialog: its NOTIFYs carry an id. */
  readonly isFirst: boolean;
  readonly expiresS: number;
  readonly now: number;
}

/** RFC 3515 §2.4.2: a REFER is accepted with 202, or refused with 400 where it has not exactly one Refer-To. */
export function receiveRefer(request: SipRequest, options: ReferralOptions): ReferralOutcome {
  const values = request.headers.getAll('Refer-To');
  const address = values.length === 1 ? parseNameAddr(values[0]!) : undefined;
  if (address === undefined) return refusal(400, 'Missing or Bad Refer-To');
  const uri = parseSipUri(address.uri);
  // RFC 3515 §2.4.2: another scheme is refused by who cannot use it; we cannot.
  if (uri === undefined) return refusal(416, 'Unsupported URI Scheme');
  const sequence = parseCSeq(request.headers.get('CSeq') ?? '')?.sequence;
  if (sequence === undefined) return refusal(400, 'Missing or Bad CSeq');
  const params = new Map(uri.params);
  params.delete('method');
  return {
    ok: true,
    referral: {
      target: serializeSipUri({ ...uri, params, headers: [] }),
      method: uri.params.get('method')?.toUpperCase() ?? 'INVITE',
      headers: headersOf(uri),
      referredBy: request.headers.get('Referred-By'),
      eventId: options.isFirst ? undefined : String(sequence),
      expiresAt: options.now + options.expiresS * 1000,
      state: 'active',
    },
  };
}

function headersOf(uri: SipUri): [string, string][] {
  return uri.headers
    .slice(0, MAX_URI_HEADERS)
    .map(([name, value]): [string, string] => [unescapeUri(name), unescapeUri(value)])
    .filter(([name, value]) => /^[A-Za-z][A-Za-z-]*$/.test(name) && !/[\r\n\0]/.test(value))
    .filter(([name]) => name.toLowerCase() !== 'body' && !FORBIDDEN.has(name.toLowerCase()));
}

export interface ReferNotify {
  readonly referral: Referral;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/**
 * The next NOTIFY (RFC 3515 §2.4.4, §2.4.5): one at once with status 100, then one for what happened; a final status
 * ends the subscription with reason `noresource` (RFC 3515 §2.4.7).
 */
export function referNotify(
  referral: Referral,
  status: number,
  now: number,
  reason = reasonPhrase(status),
): ReferNotify {
  const isOver = status >= 200 || now >= referral.expiresAt;
  const state = isOver
    ? serializeSubscriptionState({ state: 'terminated', reason: 'noresource', retryAfterS: undefined })
    : serializeSubscriptionState({
        state: 'active',
        expiresS: Math.ceil((referral.expiresAt - now) / 1000),
      });
  return {
    referral: isOver ? { ...referral, state: 'terminated' } : referral,
    headers: [
      ['Event', referral.eventId === undefined ? 'refer' : `refer;id=${referral.eventId}`],
      ['Subscription-State', state],
      ['Content-Type', 'message/sipfrag;version=2.0'],
    ],
    body: new TextEncoder().encode(`SIP/2.0 ${status} ${reason.replace(/[\r\n]+/g, ' ')}\r\n`),
  };
}

export interface ReferProgress {
  /** The status of what was referred to; undefined where the body says none. */
  readonly status: number | undefined;
  readonly eventId: string | undefined;
  readonly isOver: boolean;
}

const MAX_FRAGMENT_BYTES = 8_192;

/** What a NOTIFY tells who sent the REFER; undefined where it belongs to another event package. */
export function readReferNotify(request: SipRequest): ReferProgress | undefined {
  const event = parseEvent(request.headers.get('Event') ?? '');
  if (request.method !== 'NOTIFY' || event?.type.toLowerCase() !== 'refer') return undefined;
  const text = new TextDecoder().decode(request.body.subarray(0, MAX_FRAGMENT_BYTES));
  const status = /^SIP\/2\.0 ([1-6][0-9]{2})(?: |\r|\n|$)/i.exec(text)?.[1];
  return {
    status: status === undefined ? undefined : Number(status),
    eventId: event.id,
    isOver: stateOf(request.headers) === 'terminated',
  };
}

function stateOf(headers: HeaderFields): string | undefined {
  return parseSubscriptionState(headers.get('Subscription-State') ?? '')?.state;
}
