// The feature table (licensing rule A9, D1 to D3) and the fast decision (M1): each feature is a bit, each person and each
// device a mask, worked out when licences are assigned, so that a decision is one line of arithmetic.
import ocs from '../catalogue/ocs.json' with { type: 'json' };
import { newestRelease, type Release } from './catalogue.ts';
import { holdingOf } from './holding.ts';
import type { CalKind } from './model.ts';

export interface Feature {
  readonly feature: string;
  readonly name: string;
  /** Undefined for uses that need a CAL but are no row of the table (A16, A19, A20). */
  readonly workload: string | undefined;
  /** The lowest CAL: an Enterprise feature needs the Standard CAL too (A10). */
  readonly cal: CalKind;
  /** The version of the server that brought it. */
  readonly since: string;
  readonly bit: number;
  readonly rules: readonly string[];
}

interface Row extends Omit<Feature, 'bit' | 'workload' | 'rules'> {
  readonly workload?: string;
  readonly notes?: readonly string[];
  readonly rules?: readonly string[];
}

const all: readonly Feature[] = ([...ocs.features, ...ocs.uses] as readonly Row[]).map((row, bit) => ({
  feature: row.feature,
  name: row.name,
  workload: row.workload,
  cal: row.cal,
  since: row.since,
  bit,
  rules: row.rules ?? ['A9', ...(row.notes ?? [])],
}));

/** The 19 features of table A9, in its order. */
export const features: readonly Feature[] = all.filter(({ workload }) => workload !== undefined);
/** What needs a CAL beside them: a voice extension, an identity, the Speech Server role, the client components. */
export const uses: readonly Feature[] = all.filter(({ workload }) => workload === undefined);

const index = new Map(all.map((each) => [each.feature, each]));

export function featureOf(feature: string): Feature | undefined {
  return index.get(feature);
}

export interface FeatureCounts {
  readonly standard: number;
  readonly enterprise: number;
  readonly newInR2: { readonly standard: number; readonly enterprise: number };
  readonly total: number;
  readonly rules: readonly string[];
}

export function featureCounts(): FeatureCounts {
  const count = (cal: CalKind, since?: string) =>
    features.filter((each) => each.cal === cal && (since === undefined || each.since === since)).length;
  return {
    standard: count('standard'),
    enterprise: count('enterprise'),
    newInR2: { standard: count('standard', '2007R2'), enterprise: count('enterprise', '2007R2') },
    total: features.length,
    rules: ['A9', 'D1', 'D2', 'D3', 'D29'],
  };
}

/** Whether servers of this release have it at all. */
export function isIn(feature: Feature, release: Release): boolean {
  if (release.features !== undefined) return release.features.includes(feature.feature);
  return release.featuresSince?.includes(feature.since) ?? false;
}

/** The bits of everything that these licences, all on one subject, open on servers of this release. */
export function featureMask(held: readonly string[], release: Release): number {
  const { kinds } = holdingOf(held, release);
  // A10: without the Standard CAL on the same subject nothing opens, whatever else it holds.
  if (!kinds.has('standard')) return 0;
  let mask = 0;
  for (const each of all) {
    if (isIn(each, release) && (each.cal === 'standard' || kinds.has('enterprise'))) mask |= 1 << each.bit;
  }
  return mask;
}

/**
 * May this person, on this device, use the feature (M1)? Either end covers alone (A3, S4); masks are never mixed of two
 * subjects' CALs (S7). 0 is the mask of nobody and of no device.
 */
export function decide(maskUser: number, maskDevice: number, bit: number): boolean {
  return (((maskUser | maskDevice) >>> bit) & 1) === 1;
}

export interface FeatureFlags {
  readonly enabled: readonly string[];
  readonly disabled: readonly string[];
  readonly disabledCount: number;
  readonly rules: readonly string[];
}

/** Which of the 19 features a client shows to this person on this device; the rest it hides or explains. */
export function featureFlags(
  held: { readonly user: readonly string[]; readonly device: readonly string[] },
  release: Release = newestRelease('ocs') as Release,
): FeatureFlags {
  const user = featureMask(held.user, release);
  const device = featureMask(held.device, release);
  const enabled = features.filter(({ bit }) => decide(user, device, bit)).map((each) => each.feature);
  const disabled = features.filter(({ bit }) => !decide(user, device, bit)).map((each) => each.feature);
  return { enabled, disabled, disabledCount: disabled.length, rules: ['A3', 'A9', 'A10', 'A11', 'S4', 'S7'] };
}
