// Links in messages, as the policy of the sender wants them: left alone, made unclickable, refused, or made unclickable
// below a warning. Applied once, where a message is accepted, whoever sends it. Pure.
import { done, type Outcome } from '@parley/platform/contract';
import type { Settings } from '../policy/contract.ts';
import { imErrors } from './contract.ts';

export type LinkPolicy = Pick<Settings, 'linkFilter' | 'linkPrefixes' | 'linkDomains' | 'linkWarning'>;

/** The text as it may be stored. */
export function filterLinks(text: string, policy: LinkPolicy): Outcome<string> {
  if (policy.linkFilter === 'allow' || policy.linkPrefixes.length === 0) return done(text);
  const begins = patternOf(policy.linkPrefixes);
  let isFound = false;
  // Each beginning is judged for itself: one link may hide behind another that is allowed.
  const dead = text.replace(begins, (prefix: string, ...rest: unknown[]) => {
    const at = rest.find((given) => typeof given === 'number') ?? 0;
    const link = /^[^\s<>"()[\]]*/u.exec(text.slice(at, at + LINK_CHARS))?.[0] ?? prefix;
    if (isAllowed(link, policy.linkDomains)) return prefix;
    isFound = true;
    return `_${prefix.replace(/^http/i, 'hxxp')}`;
  });
  if (!isFound) return done(text);
  if (policy.linkFilter === 'block') return imErrors.fault('IM_LINK_BLOCKED');
  return done(policy.linkFilter === 'warn' ? `${policy.linkWarning}\n${dead}` : dead);
}

/** The same of all that a message says. */
export function withoutLinks<Said extends { readonly text: string }>(
  said: Said,
  policy: LinkPolicy,
): Outcome<Said> {
  const text = filterLinks(said.text, policy);
  if (!text.ok) return text;
  return done(text.value === said.text ? said : { ...said, text: text.value });
}

/** As much of a link as tells where it leads. */
const LINK_CHARS = 2_000;
/** Policies are few and long-lived, and each message asks. */
const patterns = new WeakMap<readonly string[], RegExp>();

function patternOf(prefixes: readonly string[]): RegExp {
  const known = patterns.get(prefixes);
  if (known !== undefined) return known;
  // The longest first: `https:` is not `http` and something.
  const longest = [...prefixes].sort((one, other) => other.length - one.length);
  const either = longest.map((prefix) => prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
  // `see http: below` and `hotel:yes` are no links; with `//` it is one wherever it stands.
  const pattern = new RegExp(`(?:${either})(?=//\\S)|(?<![A-Za-z0-9_])(?:${either})(?=[^\\s<>"])`, 'giu');
  patterns.set(prefixes, pattern);
  return pattern;
}

/** Whether the link leads to one of these domains, as a browser would read it: what stands before an `@` is no host. */
function isAllowed(link: string, domains: readonly string[]): boolean {
  if (domains.length === 0) return false;
  const address = /^[a-z][a-z\d+-]*:/i.test(link) ? link : `http://${link}`;
  if (!/^(?:https?|ftp):/i.test(address) || !URL.canParse(address)) return false;
  const host = new URL(address).hostname.toLowerCase().replace(/\.$/, '');
  return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}
