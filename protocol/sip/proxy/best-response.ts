// Which of several final responses goes back to the caller (RFC 3261 §16.7 steps 6 and 7). Pure. Used by the response
// context.
import type { SipResponse } from '../message.ts';

/** Answers that tell the caller how to try again come first within 4xx (RFC 3261 §16.7 step 6). */
const TELLING: ReadonlySet<number> = new Set([401, 407, 415, 420, 484]);
const CHALLENGES = ['WWW-Authenticate', 'Proxy-Authenticate'] as const;

/**
 * 6xx first, then the lowest class; within a class the one that came first, but for those that tell how to try again. A
 * challenge carries those of all who challenged (step 7). Undefined for no response at all.
 */
export function bestResponse(finals: readonly SipResponse[]): SipResponse | undefined {
  let best = finals[0];
  for (const response of finals)
    if (best === undefined || rank(response.status) < rank(best.status)) best = response;
  if (best === undefined || finals.length === 1 || !isChallenge(best)) return best;
  const headers = best.headers.clone();
  for (const other of finals) {
    if (other === best || !isChallenge(other)) continue;
    for (const name of CHALLENGES)
      for (const value of other.headers.getAll(name)) headers.append(name, value);
  }
  return { ...best, headers };
}

function isChallenge({ status }: SipResponse): boolean {
  return status === 401 || status === 407;
}

function rank(status: number): number {
  const statusClass = Math.floor(status / 100);
  if (statusClass === 6) return 0;
  return statusClass * 10 + (TELLING.has(status) ? 0 : 1);
}
