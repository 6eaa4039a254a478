// How a call went, in one word. Pure.
import { isBad, type WorstKnown } from '@parley/services/quality/rules/bad';

export type QualityWord = 'good' | 'fair' | 'bad' | 'unknown';

/** From here on nobody complains (ITU-T G.107, annex B: “satisfied”). */
const GOOD_MOS = 4;
const FAIR_LOSS = 0.02;

export function wordOf(known: WorstKnown): QualityWord {
  const { worstMos, mostLost } = known;
  if (isBad(known)) return 'bad';
  if (worstMos === null && mostLost === null) return 'unknown';
  return (worstMos ?? GOOD_MOS) >= GOOD_MOS && (mostLost ?? 0) < FAIR_LOSS ? 'good' : 'fair';
}

export const TONES = { good: 'good', fair: 'warn', bad: 'bad', unknown: undefined } as const;
