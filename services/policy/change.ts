// What may be written into a policy: prefixes and domains in one spelling, null as "not set here". Pure.
import { done, type Outcome } from '@parley/platform/contract';
import {
  policyErrors,
  type SettingChanges,
  type SettingName,
  type Settings,
  settingNames,
} from './contract.ts';

const PREFIX = /^[\p{L}\p{N}+-]+(?:[.-][\p{L}\p{N}+-]+)*[:.]$/u;
const DOMAIN =
  /^(?=.{1,253}$)[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*$/u;
/** Written over text, so what could turn it round or break it is taken out. */
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The settings of a scope after these changes. */
export function changedSettings(
  held: Partial<Settings>,
  changes: SettingChanges,
): Outcome<Partial<Settings>> {
  const prefixes = changes.linkPrefixes?.map((prefix) => prefix.trim().toLowerCase());
  if (prefixes?.some((prefix) => !PREFIX.test(prefix)) === true)
    return policyErrors.fault('POLICY_BAD_PREFIX');
  const domains = changes.linkDomains?.map((domain) => domain.trim().toLowerCase().replace(/^\*\./, ''));
  if (domains?.some((domain) => !DOMAIN.test(domain)) === true)
    return policyErrors.fault('POLICY_BAD_DOMAIN');
  const spelled: SettingChanges = {
    ...changes,
    ...(prefixes === undefined ? {} : { linkPrefixes: [...new Set(prefixes)] }),
    ...(domains === undefined ? {} : { linkDomains: [...new Set(domains)] }),
    ...(typeof changes.banner === 'string' ? { banner: plain(changes.banner) } : {}),
    ...(typeof changes.linkWarning === 'string' ? { linkWarning: plain(changes.linkWarning) || null } : {}),
  };
  const next: Record<string, unknown> = {};
  for (const name of settingNames) {
    const value = spelled[name] === undefined ? held[name] : spelled[name];
    if (value !== undefined && value !== null) next[name] = value;
  }
  return done(next as Partial<Settings>);
}

/** What differs between two states of a scope. */
export function differences(before: Partial<Settings>, after: Partial<Settings>): SettingName[] {
  return settingNames.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function plain(text: string): string {
  return text.replace(FORBIDDEN, ' ').trim();
}
