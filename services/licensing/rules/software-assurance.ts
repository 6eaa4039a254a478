// What Software Assurance gives: the version that a renewal buys, lasting rights to new versions, upgrades of the edition
// (licensing rules A25, S11, S12). Called by the agreement pages and the command line.
import { done, type Outcome } from '@parley/platform/contract';
import transitions from '../catalogue/transitions.json' with { type: 'json' };
import { licensingErrors } from './fault.ts';
import { countsOf, daysOf, isActive, type Term, termsOf } from './terms.ts';
import { r2Release } from './transition.ts';

const renewals = new Map(transitions.renewals.map((each) => [each.held, each]));
const stepUps = new Set(transitions.stepUps.map(([from, to]) => `${from} ${to}`));
const steps = new Set(transitions.stepUps.flat());

export interface Renewal {
  /** What is renewed into, one of each for each licence. */
  readonly into: readonly string[];
  readonly current: '2007' | '2007R2';
  readonly rules: readonly string[];
}

/** A25: renewed on or after the release of R2, Software Assurance is that of the current version. */
export function renewSa(product: string, renewalDay: string, release: string = r2Release): Outcome<Renewal> {
  const days = daysOf({ renewalDay, release });
  if (!days.ok) return days;
  const row = renewals.get(product);
  if (row === undefined)
    return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `Software Assurance of ${product} is not known.`);
  const isCurrent = renewalDay >= release;
  return done({
    into: isCurrent ? row.since : row.before,
    current: isCurrent ? '2007R2' : '2007',
    rules: product.startsWith('lcs') ? ['A25', 'A24', 'D5'] : ['A25'],
  });
}

/** When a version was made available; where both days are known the earlier counts (S11). */
export interface VersionRelease {
  readonly version: string;
  readonly priceList?: string | undefined;
  readonly download?: string | undefined;
}

export interface VersionRights {
  readonly maxVersion: string;
  /** Every version that may be used, the licensed one first, then by day. */
  readonly versions: readonly string[];
  readonly rules: readonly string[];
}

/** S11: a lasting right to what was made available during a term; bought later, Software Assurance gives nothing back. */
export function versionRights(
  licensed: string,
  sa: readonly Term[],
  releases: readonly VersionRelease[],
): Outcome<VersionRights> {
  const terms = termsOf('Software Assurance', sa);
  if (!terms.ok) return terms;
  const dated: { version: string; day: string }[] = [];
  for (const { version, priceList, download } of releases) {
    const days = daysOf({
      [`price list date of ${version}`]: priceList,
      [`download date of ${version}`]: download,
    });
    if (!days.ok) return days;
    const [day] = [priceList, download].filter((each) => each !== undefined).sort();
    if (day !== undefined) dated.push({ version, day });
  }
  dated.sort((a, b) => (a.day < b.day ? -1 : 1));
  const own = dated.find(({ version }) => version === licensed)?.day;
  const gained = dated.filter(
    ({ version, day }) =>
      version !== licensed &&
      (own === undefined || day > own) &&
      terms.value.some((term) => isActive(term, day)),
  );
  return done({
    maxVersion: gained.at(-1)?.version ?? licensed,
    versions: [licensed, ...gained.map(({ version }) => version)],
    rules: ['S11'],
  });
}

export interface StepUp {
  readonly allowed: boolean;
  readonly error?: 'no-such-step-up' | 'step-up-needs-active-sa' | 'step-up-is-one-for-one';
  /** Licences of the higher edition; the lower ones are used up. */
  readonly quantity: number;
  readonly ratio: '1:1';
  readonly rules: readonly string[];
}

/** S12. `wanted` is how many of the higher edition are asked for: as many as are given up, never fewer or more. */
export function stepUp(
  from: string,
  to: string,
  {
    quantity,
    wanted = quantity,
    saActive,
  }: { readonly quantity: number; readonly wanted?: number | undefined; readonly saActive: boolean },
): Outcome<StepUp> {
  const counts = countsOf({ quantity, wanted });
  if (!counts.ok) return counts;
  for (const sku of [from, to]) {
    if (!steps.has(sku) && !renewals.has(sku))
      return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `${sku} has no editions to step up between.`);
  }
  const refused = (error: NonNullable<StepUp['error']>) =>
    done<StepUp>({ allowed: false, error, quantity: 0, ratio: '1:1', rules: ['S12'] });
  if (!stepUps.has(`${from} ${to}`)) return refused('no-such-step-up');
  if (!saActive) return refused('step-up-needs-active-sa');
  if (wanted !== quantity) return refused('step-up-is-one-for-one');
  return done({ allowed: true, quantity, ratio: '1:1', rules: ['S12'] });
}
