// States as numbers, so that inputs compare: each state is a range, and half a step up in it is the same without input. Pure.
import type { StateName } from './contract.ts';

/** The number with which a state counts; it lies inside the state's range. */
export const AVAILABILITY: Readonly<Record<StateName, number>> = {
  available: 3500,
  inactive: 5000,
  busy: 6500,
  busyInactive: 8000,
  doNotDisturb: 9500,
  beRightBack: 12_500,
  away: 15_500,
  offline: 18_500,
};

/** Available and Busy each become their inactive kind by this. */
export const INACTIVE_STEP = 1500;

/** Where each range begins, the highest first. */
const RANGES: readonly (readonly [from: number, state: StateName])[] = [
  [18_000, 'offline'],
  [15_000, 'away'],
  [12_000, 'beRightBack'],
  [9000, 'doNotDisturb'],
  [7500, 'busyInactive'],
  [6000, 'busy'],
  [4500, 'inactive'],
];

export function stateOf(availability: number): StateName {
  return RANGES.find(([from]) => availability >= from)?.[1] ?? 'available';
}
