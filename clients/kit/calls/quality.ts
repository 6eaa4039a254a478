// How well a call goes, from what the browser measured (getStats): numbers, and the one thing worth saying about them. Pure.
import { type CodecImpairment, callQuality } from '@parley/protocol/rtp';

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
/** Taken for Opus in browsers: a little sooner lost than G.711 with concealment, so that people are told in time. */
const OPUS_HERE: CodecImpairment = { equipment: 0, lossRobustness: 20 };
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
  const { jitterMs, roundTripMs } = now;
  const isSilent = !muted && now.spokenEnergy - before.spokenEnergy <= SILENCE;
  return {
    advice: held ? 'good' : advise({ ...now, loss, isSilent, nothingCame: received === 0 }),
    lossPercent: Math.round(loss * 1000) / 10,
    jitterMs: Math.round(jitterMs),
    roundTripMs: Math.round(roundTripMs),
    mos: meanOpinionScore(loss, roundTripMs, jitterMs),
  };
}

interface Findings extends Pick<Measured, 'jitterMs' | 'roundTripMs' | 'lostThere'> {
  readonly loss: number;
  readonly isSilent: boolean;
  readonly nothingCame: boolean;
}

/** The worst comes first: it is the one that is said. */
function advise({ nothingCame, loss, lostThere, roundTripMs, jitterMs, isSilent }: Findings): Advice {
  if (nothingCame) return 'nothingHeard';
  if (loss >= LOSS_HEARD) return 'lossHere';
  if (lostThere >= LOSS_HEARD) return 'lossThere';
  if (roundTripMs >= SLOW_MS) return 'slow';
  if (jitterMs >= UNEVEN_MS) return 'uneven';
  return isSilent ? 'silentMicrophone' : 'good';
}

/** By the E-model, as everywhere in Parley. */
export function meanOpinionScore(loss: number, roundTripMs: number, jitterMs: number): number {
  // One way, with the jitter buffer and the time that a codec takes.
  const oneWayMs = roundTripMs / 2 + jitterMs * 2 + 20;
  return Math.round(callQuality({ oneWayMs, lossRate: loss, codec: OPUS_HERE }).conversationMos * 10) / 10;
}
