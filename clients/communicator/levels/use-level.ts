// Which level of access a colleague has with oneself, and whether they were given it or have the usual one.
import { levelFor, rulesOf } from '@parley/services/presence/rules/levels';
import type { Access, Level } from '../../kit/contracts.ts';
import { useLive } from '../../kit/live/live-context.tsx';

export interface GivenLevel {
  readonly level: Level;
  /** What they would have without an entry of their own. */
  readonly usual: Level;
  readonly isOwn: boolean;
}

export function useLevelOf(userId: string): GivenLevel {
  const access = useLive(({ live }) => live.access);
  const domain = useLive(({ live }) => domainOf(live.me?.address ?? ''));
  return levelOf(access, userId, domain);
}

export function levelOf(access: Access, userId: string, domain: string): GivenLevel {
  const watcher = { id: userId, domain, origin: 'enterprise' } as const;
  const isTheirs = ({ member }: Access['entries'][number]) =>
    member.kind === 'user' && member.value === userId;
  const others = access.entries.filter((entry) => !isTheirs(entry));
  return {
    level: levelFor(rulesOf(access), watcher),
    usual: levelFor(rulesOf({ ...access, entries: others }), watcher),
    isOwn: others.length < access.entries.length,
  };
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}
