// How a call went, in one word. Pure.
import { isBad } from '@parley/services/quality/contract';

export type QualityWord = 'good' | 'fair' | 'bad' | 'unknown';

/** From here on nobody complains (ITU-T G.107, annex B: “satisfied”). */
const GOOD_MOS = 4;
const FAIR_LOSS = 0.02;

export function wordOf(measured: {
  readonly worstMos: number | null;
  readonly mostLost: number | null;
  readonly stars: number | null;
}): QualityWord {
  const { worstMos, mostLost } = measured;
  if (isBad({ recordId: '', ...measured })) return 'bad';
  if (worstMos === null && mostLost === null) return 'unknown';
  return (worstMos ?? GOOD_MOS) >= GOOD_MOS && (mostLost ?? 0) < FAIR_LOSS ? 'good' : 'fair';
}

export const TONES = { good: 'good', fair: 'warn', bad: 'bad', unknown: undefined } as const;
