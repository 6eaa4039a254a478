// The grandfathered right to Communicator 2007 R2 without a client licence (licensing rules A13, A5, D6).
import { done, type Outcome } from '@parley/platform/contract';
import transitions from '../catalogue/transitions.json' with { type: 'json' };
import type { Profile } from './model.ts';
import { coversWithoutGap, daysOf, isActive, type Term, termsOf } from './terms.ts';
import { r2Release } from './transition.ts';

export interface SoftwareAssuranceHistory {
  readonly lcsCal: readonly Term[];
  readonly lcsServer: readonly Term[];
  readonly ocsStandardCal: readonly Term[];
}

export interface Grandfathering {
  readonly right: boolean;
  readonly failed: readonly ('lcs-cal-sa' | 'lcs-server-sa' | 'ocs-standard-cal-sa')[];
  /** When the OCS 2007 CALs came to the price list, as this profile reads it (D6). */
  readonly priceList: string;
  readonly release: string;
  readonly rules: readonly string[];
  /** The printed date is very probably wrong, so every answer that hangs on it is doubtful. */
  readonly discrepancy: boolean;
}

export function grandfatherCommunicator(
  history: SoftwareAssuranceHistory,
  {
    profile,
    release = r2Release,
    priceList,
  }: {
    readonly profile: Profile;
    readonly release?: string | undefined;
    readonly priceList?: string | undefined;
  },
): Outcome<Grandfathering> {
  const onList = priceList ?? transitions.calPriceList[profile];
  const days = daysOf({ release, priceList: onList });
  if (!days.ok) return days;
  const lcsCal = termsOf('Software Assurance of the LCS CAL', history.lcsCal);
  if (!lcsCal.ok) return lcsCal;
  const lcsServer = termsOf('Software Assurance of the LCS server', history.lcsServer);
  if (!lcsServer.ok) return lcsServer;
  const ocsCal = termsOf('Software Assurance of the OCS 2007 Standard CAL', history.ocsStandardCal);
  if (!ocsCal.ok) return ocsCal;
  const failed: Grandfathering['failed'][number][] = [];
  if (!lcsCal.value.some((term) => isActive(term, onList))) failed.push('lcs-cal-sa');
  if (!lcsServer.value.some((term) => isActive(term, onList))) failed.push('lcs-server-sa');
  if (!coversWithoutGap(ocsCal.value, onList, release)) failed.push('ocs-standard-cal-sa');
  const right = failed.length === 0;
  return done({
    right,
    failed,
    priceList: onList,
    release,
    rules: ['A13', 'D6', ...(right ? [] : ['A5'])],
    discrepancy: priceList === undefined,
  });
}
