// Levels of access: which one somebody has with a person. The more specific entry wins; who is not named has the usual one.
import type { Access, AccessEntry, AccessMember, Level } from '../contract.ts';

/** From what shows least to what shows most. */
export const LEVELS: readonly Level[] = ['blocked', 'public', 'company', 'team', 'personal'];

/** What one sees of somebody: by their level, or everything of oneself. */
export type Sight = Level | 'self';

/** Where a watcher comes from: this server, one that it federates with, or a public network. */
export type Origin = 'enterprise' | 'federated' | 'public';

/** What everybody from there has whom nothing more specific names. */
export const USUAL: Readonly<Record<Origin, Level>> = {
  enterprise: 'company',
  federated: 'public',
  public: 'blocked',
};

export interface Watcher {
  /** The `userId` of a person of this server; elsewhere the address. */
  readonly id: string;
  /** Lower case. */
  readonly domain: string;
  readonly origin: Origin;
}

/** One person's entries, laid out for the question that is asked for every watcher. */
export interface AccessRules {
  readonly access: Access;
  readonly byKey: ReadonlyMap<string, Level>;
}

/** One member has one key; the keys of two kinds never meet. */
export function memberKey({ kind, value = '' }: AccessMember): string {
  return `${kind} ${value}`;
}

export function rulesOf(access: Access): AccessRules {
  return { access, byKey: new Map(access.entries.map(({ member, level }) => [memberKey(member), level])) };
}

/** @param rules of the person who is looked at; undefined where they have given no level to anybody. */
export function levelFor(rules: AccessRules | undefined, { id, domain, origin }: Watcher): Level {
  if (rules === undefined || rules.byKey.size === 0) return USUAL[origin];
  const { byKey } = rules;
  return byKey.get(`user ${id}`) ?? byKey.get(`domain ${domain}`) ?? byKey.get(`${origin} `) ?? USUAL[origin];
}

/** The entries after one member was given a level, or with null the usual one; in one order, whoever came first. */
export function withMember(
  entries: readonly AccessEntry[],
  member: AccessMember,
  level: Level | null,
): AccessEntry[] {
  const key = memberKey(member);
  const others = entries.filter((entry) => memberKey(entry.member) !== key);
  const all = level === null ? others : [...others, { member, level }];
  return all.sort((one, other) => (memberKey(one.member) < memberKey(other.member) ? -1 : 1));
}

const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(.+)$/;

/** The one spelling of a member, or undefined where it names nobody. */
export function normaliseMember({ kind, value = '' }: AccessMember): AccessMember | undefined {
  const text = value.trim();
  if (kind === 'domain') {
    const domain = text.toLowerCase().replace(/^@/, '');
    return DOMAIN.test(domain) ? { kind, value: domain } : undefined;
  }
  if (kind !== 'user') return { kind };
  if (!text.includes('@')) return text === '' || text.length > 64 ? undefined : { kind, value: text };
  const address = text.toLowerCase().replace(/^sips?:/, '');
  return DOMAIN.test(ADDRESS.exec(address)?.[1] ?? '') ? { kind, value: address } : undefined;
}
