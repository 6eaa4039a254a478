// True-up: what is bought after the fact, yearly or by the quarter (licensing rule S13). Money in integer minor units.
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from './fault.ts';
import { countsOf, priceOf } from './terms.ts';

export interface AnnualTrueUp {
  readonly peak: number;
  /** Licences to order: the most that were used since the last order, less what is owned. Never negative. */
  readonly add: number;
  readonly cost: number;
  readonly ownedAfter: number;
  /** Without growth a signed statement takes the place of the order. */
  readonly updateStatementRequired: boolean;
  readonly rules: readonly string[];
}

export function annualTrueUp(
  owned: number,
  peaks: readonly number[],
  unitPrice: number,
): Outcome<AnnualTrueUp> {
  const checked = inputOf(owned, peaks, unitPrice);
  if (!checked.ok) return checked;
  const peak = peaks.reduce((most, each) => Math.max(most, each), 0);
  const add = Math.max(0, peak - owned);
  return done({
    peak,
    add,
    cost: add * unitPrice,
    ownedAfter: owned + add,
    updateStatementRequired: add === 0,
    rules: ['S13'],
  });
}

export interface QuarterlyTrueUp {
  /** For each quarter: what is owed at its end. */
  readonly charges: readonly number[];
  /** Licences added in each quarter. */
  readonly added: readonly number[];
  readonly cost: number;
  /** What the yearly form would have cost. */
  readonly annualCost: number;
  readonly ownedAfter: number;
  readonly rules: readonly string[];
}

export const QUARTERS = 4;

/** Growth of a quarter is paid for the quarters of the year that remain; the last quarter's growth goes into the renewal. */
export function quarterlyTrueUp(
  owned: number,
  peaks: readonly number[],
  pricePerYear: number,
): Outcome<QuarterlyTrueUp> {
  const checked = inputOf(owned, peaks, pricePerYear);
  if (!checked.ok) return checked;
  if (peaks.length > QUARTERS)
    return licensingErrors.fault(
      'LICENCE_BAD_COUNT',
      `A year has ${QUARTERS} quarters, not ${peaks.length}.`,
    );
  let licensed = owned;
  const added: number[] = [];
  const charges = peaks.map((peak, index) => {
    const add = Math.max(0, peak - licensed);
    licensed += add;
    added.push(add);
    return Math.round((add * pricePerYear * (QUARTERS - 1 - index)) / QUARTERS);
  });
  return done({
    charges,
    added,
    cost: charges.reduce((sum, each) => sum + each, 0),
    annualCost: (licensed - owned) * pricePerYear,
    ownedAfter: licensed,
    rules: ['S13'],
  });
}

function inputOf(owned: number, peaks: readonly number[], price: number): Outcome<undefined> {
  const counts = countsOf({ owned, ...Object.fromEntries(peaks.map((each, i) => [`peak ${i + 1}`, each])) });
  return counts.ok ? priceOf('A licence', price) : counts;
}
