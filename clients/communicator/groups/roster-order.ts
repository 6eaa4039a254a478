// The people of a group in the order of the roster: those who can be reached first, each part by name. Pure.
import type { LiveState } from '../../kit/live/live-state.ts';
import { presenceOf } from '../../kit/live/selectors.ts';

const AWAY = new Set(['offline', 'unknown']);

export function rosterOrder(
  live: Pick<LiveState, 'users' | 'presence'>,
  userIds: readonly string[],
  locale: string,
): string[] {
  const collator = new Intl.Collator(locale.startsWith('qps') ? 'en' : locale, { sensitivity: 'base' });
  const nameOf = (userId: string) => live.users[userId]?.name ?? '';
  const rank = (userId: string) => (AWAY.has(presenceOf(live as LiveState, userId)) ? 1 : 0);
  return [...userIds].sort(
    (one, other) => rank(one) - rank(other) || collator.compare(nameOf(one), nameOf(other)),
  );
}
