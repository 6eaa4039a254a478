// How a call sounds, out of what is measured of it: the E-model (ITU-T G.107) with all that is not measured at its default, and
// scores from it. R is 0 … 93 here, the mean opinion score 1 … 4.5.

/** R with the default of everything: no delay, no loss, nothing lost by the codec (ITU-T G.107, table 2). */
export const MOST_R = 93.2;

export interface CodecImpairment {
  /** What the codec takes from R without loss (Ie). */
  readonly equipment: number;
  /** The loss in percent at which half of the rest is gone (Bpl). */
  readonly lossRobustness: number;
}

/**
 * ITU-T G.113 Appendix I has figures for the narrow-band codecs. It has none on this scale for G.722 and Opus: they are taken as
 * G.711 is, which is how the field does it; what is better about them than a telephone, R does not say.
 */
export const CODEC_IMPAIRMENTS: Readonly<Record<string, CodecImpairment>> = Object.freeze({
  PCMU: { equipment: 0, lossRobustness: 25.1 },
  PCMA: { equipment: 0, lossRobustness: 25.1 },
  G722: { equipment: 0, lossRobustness: 25.1 },
  OPUS: { equipment: 0, lossRobustness: 25.1 },
  G729: { equipment: 11, lossRobustness: 19 },
});

/** G.711 at a receiver that conceals nothing. */
export const UNCONCEALED: CodecImpairment = Object.freeze({ equipment: 0, lossRobustness: 4.3 });

export interface QualityInput {
  /** From mouth to ear: half of the round trip, the jitter buffer, and what coding takes. */
  readonly oneWayMs: number;
  /** Lost and late: 0 … 1. */
  readonly lossRate: number;
  /** How much longer losses are in a row than chance has it: 1 and more. Default 1. */
  readonly burstRatio?: number;
  /** Default: G.711 with concealment. */
  readonly codec?: CodecImpairment;
}

export interface Quality {
  /** With the delay. */
  readonly conversationR: number;
  /** As somebody hears it who does not answer. */
  readonly listeningR: number;
  readonly conversationMos: number;
  readonly listeningMos: number;
}

export function callQuality(input: QualityInput): Quality {
  const codec = input.codec ?? CODEC_IMPAIRMENTS['PCMU']!;
  const listeningR = clampR(MOST_R - lossImpairment(codec, input.lossRate, input.burstRatio ?? 1));
  const conversationR = clampR(listeningR - delayImpairment(input.oneWayMs));
  return {
    conversationR,
    listeningR,
    conversationMos: mosOfR(conversationR),
    listeningMos: mosOfR(listeningR),
  };
}

function clampR(r: number): number {
  return Math.max(0, Math.min(100, r));
}

/** Ie,eff (ITU-T G.107, equation 7-29). */
function lossImpairment({ equipment, lossRobustness }: CodecImpairment, rate: number, burst: number): number {
  const percent = 100 * Math.max(0, Math.min(1, rate));
  if (percent === 0) return equipment;
  return equipment + ((95 - equipment) * percent) / (percent / Math.max(1, burst) + lossRobustness);
}

/** Idd (ITU-T G.107, equations 7-27 and 7-28): up to 100 ms nobody minds. */
function delayImpairment(oneWayMs: number): number {
  if (oneWayMs <= 100) return 0;
  const x = Math.log2(oneWayMs / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}

/** The mean opinion score of an R (ITU-T G.107, equation B-4): 1 … 4.5. */
export function mosOfR(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}
