// CALs for what is provisioned, used or not (licensing rules A16a, A16c, D28): an identity on the server needs a Standard
// CAL, one that may use a voice extension or another Enterprise feature both. Used by compliance and the help desk's page.
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from './fault.ts';
import { featureOf } from './feature.ts';

export interface ProvisionedIdentity {
  readonly id: string;
  readonly im: boolean;
  readonly voiceExtension: boolean;
  /** Other features that are switched on for it. */
  readonly features: readonly string[];
}

export interface ProvisionedNeed {
  readonly standard: number;
  readonly enterprise: number;
  /** What each identity needs and by which rules. */
  readonly identities: readonly {
    readonly id: string;
    readonly standard: boolean;
    readonly enterprise: boolean;
    readonly rules: readonly string[];
  }[];
  readonly rules: readonly string[];
}

/** An identity that is named twice counts once, with all that it was named with. */
export function requiredForProvisioned(identities: readonly ProvisionedIdentity[]): Outcome<ProvisionedNeed> {
  const needs = new Map<string, { standard: boolean; enterprise: boolean; rules: Set<string> }>();
  for (const { id, im, voiceExtension, features } of identities) {
    const need = needs.get(id) ?? { standard: false, enterprise: false, rules: new Set<string>() };
    needs.set(id, need);
    if (im) add(need, false, ['A16c']);
    if (voiceExtension) add(need, true, ['A16a', 'D28', 'A10']);
    for (const name of features) {
      const feature = featureOf(name);
      if (feature === undefined) {
        return licensingErrors.fault('LICENCE_UNKNOWN_FEATURE', `The catalogue has no feature ${name}.`);
      }
      add(need, feature.cal === 'enterprise', feature.rules);
    }
  }
  const rows = [...needs].map(([id, { rules, ...need }]) => ({ id, ...need, rules: [...rules] }));
  return done({
    standard: rows.filter((each) => each.standard).length,
    enterprise: rows.filter((each) => each.enterprise).length,
    identities: rows,
    rules: [...new Set(['A3', ...rows.flatMap((each) => each.rules)])],
  });
}

function add(
  need: { standard: boolean; enterprise: boolean; readonly rules: Set<string> },
  isEnterprise: boolean,
  rules: readonly string[],
): void {
  need.standard = true;
  need.enterprise ||= isEnterprise;
  for (const rule of rules) need.rules.add(rule);
}
