// CAL suites (licensing rules A4, A8, A12, S23, D26): what one licence contains. Used by the catalogue page and by quotes.
import { done, type Outcome } from '@parley/platform/contract';
import { type Sku, skuOf } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import { openedUp } from './holding.ts';
import type { Metric } from './model.ts';

export interface SuiteContents {
  readonly suite: string;
  readonly name: string;
  readonly licences: readonly string[];
  /** Suites that are wholly inside it. */
  readonly suites: readonly string[];
  /** Licences of other products, by name. */
  readonly parts: readonly string[];
  readonly includesServerLicence: boolean;
  /** One licence, one subject: its parts never go to two (S23). */
  readonly divisibleBetweenSubjects: false;
  readonly metrics: readonly Metric[];
  readonly rules: readonly string[];
}

/** @param id `ecal-suite` or another name of it. */
export function suiteContents(id: string): Outcome<SuiteContents> {
  const suite = skuOf(id);
  if (suite?.model !== 'suite') {
    return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no CAL suite ${id}.`);
  }
  const inside = openedUp(suite).filter((each) => each !== suite);
  return done({
    suite: suite.id,
    name: suite.name,
    licences: ids(inside, (each) => each.model !== 'suite'),
    suites: ids(inside, (each) => each.model === 'suite'),
    parts: openedUp(suite).flatMap((each) => each.parts ?? []),
    includesServerLicence: inside.some((each) => each.model === 'server' || each.model === 'processor'),
    divisibleBetweenSubjects: false,
    metrics: suite.metrics,
    rules: [...new Set(['A4', 'A8', ...suite.rules])],
  });
}

function ids(skus: readonly Sku[], wanted: (sku: Sku) => boolean): string[] {
  return skus.filter(wanted).map((each) => each.id);
}
