// Blocked callers are told what everybody hears who calls somebody without a device: nothing shows that they are blocked. Pure.
import { canonical } from './number.ts';
import type { Caller, Rule } from './situation.ts';
import { callerOf } from './target.ts';

export const blocked: Rule = (situation) => {
  const { caller, isBlocked, rules } = situation;
  const values = { caller: callerOf(situation) };
  if (!isBlocked && !isListed(caller, rules.blocked))
    return { said: [{ wording: 'blockedNot', matched: false, values }] };
  return {
    said: [{ wording: isBlocked ? 'blockedLevel' : 'blockedListed', matched: true, values }],
    course: { ends: true, rings: [], busy: null, lastly: { kind: 'refuse', reason: 'unreachable' } },
  };
};

/** Entries are kept in their one spelling. */
export function isListed({ addresses }: Caller, entries: readonly string[]): boolean {
  return addresses.some((address) => entries.includes(canonical(address) ?? address));
}
