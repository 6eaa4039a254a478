// Session timers (RFC 4028 §7, §9, §10): who refreshes a call, how often, and when a silent one is over. Pure
// functions on both sides' messages; InviteSession keeps the running timer.
import {
  LEAST_MIN_SE_S,
  parseMinSe,
  parseSessionExpires,
  serializeSessionExpires,
} from '../header/session-timer.ts';
import { parseTokenList } from '../header/token-list.ts';
import type { HeaderFields } from '../header-fields.ts';

export interface SessionTimerPolicy {
  /** The interval we want; undefined asks for none and takes what the peer wants. */
  readonly intervalS: number | undefined;
  /** RFC 4028 §4: not below 90. */
  readonly minS: number;
}

/** RFC 4028 §4: 30 minutes are recommended. */
export const DEFAULT_SESSION_TIMER: SessionTimerPolicy = { intervalS: 1800, minS: LEAST_MIN_SE_S };

export interface SessionTimer {
  readonly intervalS: number;
  readonly weRefresh: boolean;
  /** When to send the refresh, on the clock of `now`; undefined where the peer does. */
  readonly refreshAt: number | undefined;
  /** When to give the session up with BYE. */
  readonly giveUpAt: number;
}

type Entries = readonly (readonly [string, string])[];

/** RFC 4028 §7.1, §7.4: what our INVITE or UPDATE says. A refresh names the refresher that is agreed on. */
export function sessionTimerRequest(
  policy: SessionTimerPolicy,
  current?: { readonly timer: SessionTimer | undefined; readonly minS: number },
): Entries {
  const minS = Math.max(policy.minS, current?.minS ?? 0);
  const interval = current?.timer?.intervalS ?? policy.intervalS;
  const fields: (readonly [string, string])[] = [];
  if (interval !== undefined) {
    // RFC 4028 §7.4: in a refresh the refresher parameter is "uac" where we refresh: we are this transaction's UAC.
    const timer = current?.timer;
    const refresher = timer && (timer.weRefresh ? 'uac' : 'uas');
    fields.push([
      'Session-Expires',
      serializeSessionExpires({ intervalS: Math.max(interval, minS), refresher }),
    ]);
  }
  if (minS > LEAST_MIN_SE_S) fields.push(['Min-SE', String(minS)]);
  return fields;
}

export type SessionTimerAnswer =
  /** RFC 4028 §9: refuse with 422 and this Min-SE. */
  | { readonly ok: false; readonly status: 422; readonly minS: number }
  | { readonly ok: true; readonly headers: Entries; readonly timer: SessionTimer | undefined };

/** RFC 4028 §9: the answer of a UAS, with Table 2 for the refresher. */
export function answerSessionTimer(
  request: HeaderFields,
  policy: SessionTimerPolicy,
  now: number,
): SessionTimerAnswer {
  const peerSupports = supportsTimer(request);
  const asked = parseSessionExpires(request.get('Session-Expires') ?? '');
  const minAskedS = parseMinSe(request.get('Min-SE') ?? '') ?? LEAST_MIN_SE_S;
  if (asked === undefined) {
    if (policy.intervalS === undefined) return { ok: true, headers: [], timer: undefined };
    // A UAS that wants a session timer puts in a Session-Expires of its own, not below the Min-SE of the request.
    return agreed(Math.max(policy.intervalS, minAskedS, policy.minS), 'uas', peerSupports, now);
  }
  if (asked.intervalS < policy.minS && peerSupports) return { ok: false, status: 422, minS: policy.minS };
  // It "MUST NOT increase the value of the Session-Expires" and may lower it, but not below Min-SE.
  const floorS = Math.max(minAskedS, policy.minS);
  const wantedS = Math.max(policy.intervalS ?? asked.intervalS, floorS);
  const intervalS = Math.max(Math.min(asked.intervalS, wantedS), LEAST_MIN_SE_S);
  const refresher = peerSupports ? (asked.refresher ?? 'uac') : 'uas';
  return agreed(intervalS, refresher, peerSupports, now);
}

function agreed(
  intervalS: number,
  refresher: 'uac' | 'uas',
  peerSupports: boolean,
  now: number,
): SessionTimerAnswer {
  const headers: (readonly [string, string])[] = [
    ['Session-Expires', serializeSessionExpires({ intervalS, refresher })],
  ];
  // "If the refresher parameter in the Session-Expires header field in the 2xx response has a value of 'uac', the UAS
  // MUST place a Require header field into the response with the value 'timer'."
  if (refresher === 'uac' && peerSupports) headers.push(['Require', 'timer']);
  return { ok: true, headers, timer: startSessionTimer(intervalS, refresher === 'uas', now) };
}

/** RFC 4028 §7.2: what the 2xx to our request agreed on; undefined where there is no session timer. */
export function agreedSessionTimer(response: HeaderFields, now: number): SessionTimer | undefined {
  const value = parseSessionExpires(response.get('Session-Expires') ?? '');
  if (value === undefined) return undefined;
  const intervalS = Math.max(value.intervalS, LEAST_MIN_SE_S);
  // Without a refresher parameter it was put in by a proxy for a UAS that knows none: the UAC refreshes.
  return startSessionTimer(intervalS, value.refresher !== 'uas', now);
}

/** RFC 4028 §7.3: the Min-SE that a 422 wants us to come back with; undefined where it is no such answer. */
export function minSessionIntervalOf(status: number, response: HeaderFields): number | undefined {
  return status === 422 ? parseMinSe(response.get('Min-SE') ?? '') : undefined;
}

/**
 * RFC 4028 §10: the refresher sends at "half the session interval"; both give up "the minimum of 32 seconds and one
 * third of the session interval" before it is over.
 */
export function startSessionTimer(intervalS: number, weRefresh: boolean, now: number): SessionTimer {
  const intervalMs = intervalS * 1000;
  return {
    intervalS,
    weRefresh,
    refreshAt: weRefresh ? now + intervalMs / 2 : undefined,
    giveUpAt: now + intervalMs - Math.min(32_000, Math.floor(intervalMs / 3)),
  };
}

function supportsTimer(headers: HeaderFields): boolean {
  return parseTokenList(headers, 'Supported')?.some((tag) => tag.toLowerCase() === 'timer') ?? false;
}
