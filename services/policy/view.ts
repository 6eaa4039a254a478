// The policies as every process holds them: snapshot and `policy.policy.changed`, folded.
import { view } from '@parley/platform/contract';
import { type Effective, type Policy, policyChanged, policySnapshot, type Settings } from './contract.ts';
import { effectiveFor, type Subject, scopeKey } from './rules/effective.ts';

export interface PolicyView {
  readonly byScope: Map<string, Policy>;
  /** What was asked for lately, by person and department; emptied with every change. */
  readonly reckoned: Map<string, Effective>;
}

/** People are asked for again and again, and a few thousand of them fit. */
const RECKONED = 20_000;

export function emptyPolicies(): PolicyView {
  return { byScope: new Map(), reckoned: new Map() };
}

/** Takes the newer of what is held and what is told; an older version changes nothing. */
export function foldPolicy(view: PolicyView, policy: Policy): PolicyView {
  const key = scopeKey(policy.scope);
  const held = view.byScope.get(key);
  if (held !== undefined && held.version >= policy.version) return view;
  view.byScope.set(key, policy);
  view.reckoned.clear();
  return view;
}

export function effectiveIn(view: PolicyView, subject: Subject): Effective {
  const key = `${subject.userId}\n${subject.department}`;
  const known = view.reckoned.get(key);
  if (known !== undefined) return known;
  const reckoned = effectiveFor((scope) => view.byScope.get(scopeKey(scope))?.settings, subject);
  if (view.reckoned.size >= RECKONED) view.reckoned.clear();
  view.reckoned.set(key, reckoned);
  return reckoned;
}

export function settingsFor(view: PolicyView, subject: Subject): Settings {
  return effectiveIn(view, subject).settings;
}

export const policyView = view({
  event: policyChanged,
  snapshot: policySnapshot,
  items: (page) => page.policies,
  empty: emptyPolicies,
  fold: foldPolicy,
});
