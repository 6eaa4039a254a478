// How well a call goes, from what the browser measured (getStats): numbers, and the one thing worth saying about them. Pure.

/** Counters of one moment. */
export interface Measured {
  readonly atMs: number;
  readonly received: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
  /** Share of what we sent that the other end missed lately, from 0 to 1. */
  readonly lostThere: number;
  /** Energy that the microphone has given so far. */
  readonly spokenEnergy: number;
}

export type Advice =
  | 'good'
  /** Packets to us are lost. */
  | 'lossHere'
  /** Packets from us are lost. */
  | 'lossThere'
  | 'slow'
  | 'uneven'
  | 'nothingHeard'
  | 'silentMicrophone';

export interface Quality {
  readonly advice: Advice;
  /** From 0 to 100 %. */
  readonly lossPercent: number;
  readonly jitterMs: number;
  readonly roundTripMs: number;
  /** Mean opinion score by the E-model (ITU-T G.107), from 1 to 4.5. */
  readonly mos: number;
}

export const UNKNOWN_QUALITY: Quality = {
  advice: 'good',
  lossPercent: 0,
  jitterMs: 0,
  roundTripMs: 0,
  mos: 4.4,
};

const LOSS_HEARD = 0.03;
const SLOW_MS = 400;
const UNEVEN_MS = 60;
/** Even a quiet room gives more than this in a second. */
const SILENCE = 1e-9;

export interface Circumstances {
  readonly muted: boolean;
  /** One of the two holds the call: nothing is expected to come or go. */
  readonly held: boolean;
}

/** What happened between two moments, some seconds apart. */
export function judge(before: Measured, now: Measured, { muted, held }: Circumstances): Quality {
  const received = Math.max(0, now.received - before.received);
  const lost = Math.max(0, now.lost - before.lost);
  const loss = received + lost === 0 ? 0 : lost / (received + lost);
  const { jitterMs, roundTripMs, lostThere } = now;
  const isSilent = now.spokenEnergy - before.spokenEnergy <= SILENCE;
  const advice: Advice = held
    ? 'good'
    : received === 0
      ? 'nothingHeard'
      : loss >= LOSS_HEARD
        ? 'lossHere'
        : lostThere >= LOSS_HEARD
          ? 'lossThere'
          : roundTripMs >= SLOW_MS
            ? 'slow'
            : jitterMs >= UNEVEN_MS
              ? 'uneven'
              : isSilent && !muted
                ? 'silentMicrophone'
                : 'good';
  return {
    advice,
    lossPercent: Math.round(loss * 1000) / 10,
    jitterMs: Math.round(jitterMs),
    roundTripMs: Math.round(roundTripMs),
    mos: meanOpinionScore(loss, roundTripMs, jitterMs),
  };
}

/** ITU-T G.107 with its default values, for Opus (`Ie` 0, `Bpl` 20). */
export function meanOpinionScore(loss: number, roundTripMs: number, jitterMs: number): number {
  // One way, with the jitter buffer and the time that a codec takes.
  const delayMs = roundTripMs / 2 + jitterMs * 2 + 20;
  const delayImpairment = 0.024 * delayMs + (delayMs > 177.3 ? 0.11 * (delayMs - 177.3) : 0);
  const percent = loss * 100;
  const equipmentImpairment = (95 * percent) / (percent + 20);
  const rating = Math.min(100, Math.max(0, 93.2 - delayImpairment - equipmentImpairment));
  const score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
  return Math.round(Math.min(4.5, Math.max(1, score)) * 10) / 10;
}
