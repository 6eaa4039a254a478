// Offers and answers of two windows that send media to each other (RFC 3264 §4), and candidates as they are found (RFC 8838 §4).
// Each window counts the offers that it made or heard; the server translates the counts. Pure.
import { done, type Outcome } from '@parley/platform/contract';
import { callErrors, type Signal } from './contract.ts';

/** More than any browser finds; a flood is cut off here. */
const CANDIDATES_KEPT = 80;

export interface Told {
  readonly windowId: string;
  readonly signal: Signal;
}

type Candidate = Extract<Signal, { kind: 'candidate' }>;

/** One window's half of a media session. */
export class WindowLeg {
  readonly windowId: string;
  round: number;
  /** `offered`: it waits for an answer; `asked`: it owes one; `beginning`: it was told to offer anew. */
  state: 'stable' | 'offered' | 'asked' | 'beginning';
  /** Its own offer without an answer, with what it found since. */
  offer: string | undefined;
  candidates: Candidate[] = [];
  /** Candidates of this round, kept or not. */
  #found = 0;

  constructor(windowId: string, round: number, offer?: string) {
    this.windowId = windowId;
    this.round = round;
    this.offer = offer;
    this.state = offer === undefined ? 'stable' : 'offered';
  }

  offers(round: number, sdp: string): void {
    this.#nextRound(round);
    this.offer = sdp;
    this.state = 'offered';
  }

  /** The other end's offer comes to it. */
  hears(): number {
    this.#nextRound(this.round + 1);
    this.offer = undefined;
    this.state = 'asked';
    return this.round;
  }

  settles(): void {
    this.offer = undefined;
    this.candidates = [];
    this.state = 'stable';
  }

  /** @returns whether it may be passed on: one of this round, and not one of a flood. */
  finds(candidate: Candidate): boolean {
    if (candidate.round !== this.round || this.#found >= CANDIDATES_KEPT) return false;
    this.#found += 1;
    if (this.state === 'offered') this.candidates.push(candidate);
    return true;
  }

  #nextRound(round: number): void {
    this.round = round;
    this.candidates = [];
    this.#found = 0;
  }
}

/** Tells a window to begin anew, whatever it was about to agree on. */
export function begin(leg: WindowLeg): Told {
  leg.settles();
  leg.state = 'beginning';
  return { windowId: leg.windowId, signal: { kind: 'begin', round: leg.round + 1 } };
}

/** The open offer of `from` and all that it found, for a window that rings. */
export function offerTo(windowId: string, from: WindowLeg): Told[] {
  if (from.offer === undefined) return [];
  return [
    { windowId, signal: { kind: 'offer', round: 1, sdp: from.offer } },
    ...from.candidates.map((candidate) => ({ windowId, signal: { ...candidate, round: 1 } })),
  ];
}

/** A window that rang answers the open offer of `from`. */
export function take(from: WindowLeg, windowId: string, sdp: string): { leg: WindowLeg; told: Told } {
  from.settles();
  const told: Told = { windowId: from.windowId, signal: { kind: 'answer', round: from.round, sdp } };
  return { leg: new WindowLeg(windowId, 1), told };
}

/** Passes the open offer of `from` to the other window; an offer of that one's own is taken back first. */
export function renew(from: WindowLeg, to: WindowLeg): Told[] {
  if (from.offer === undefined) return [];
  const told: Told[] = [];
  if (to.state === 'offered') told.push(rollbackOf(to));
  const { offer: sdp, candidates } = from;
  const round = to.hears();
  told.push({ windowId: to.windowId, signal: { kind: 'offer', round, sdp, renewed: true } });
  for (const candidate of candidates) told.push({ windowId: to.windowId, signal: { ...candidate, round } });
  return told;
}

function rollbackOf(leg: WindowLeg): Told {
  return { windowId: leg.windowId, signal: { kind: 'rollback', round: leg.round } };
}

/**
 * What one window of a connected pair says to the other. @returns what to tell whom; `CALL_GLARE` where its offer has no
 * place. Of two offers at once the one that was here first counts (RFC 3261 §14.1).
 */
export function signalFrom(from: WindowLeg, to: WindowLeg, signal: Signal): Outcome<Told[]> {
  const { round } = signal;
  switch (signal.kind) {
    case 'offer': {
      if (from.state === 'asked' && round === from.round) return done([rollbackOf(from)]);
      const isNext = round === from.round + 1;
      if (from.state === 'beginning' && isNext) {
        from.offers(round, signal.sdp);
        return done(renew(from, to));
      }
      if (from.state !== 'stable' || to.state !== 'stable' || !isNext) return callErrors.fault('CALL_GLARE');
      from.offers(round, signal.sdp);
      const heard: Signal = { kind: 'offer', round: to.hears(), sdp: signal.sdp };
      return done([{ windowId: to.windowId, signal: heard }]);
    }
    case 'answer':
    case 'rollback': {
      // What belongs to an older round was overtaken.
      if (from.state !== 'asked' || to.state !== 'offered' || round !== from.round) return done([]);
      from.settles();
      to.settles();
      return done([{ windowId: to.windowId, signal: { ...signal, round: to.round } }]);
    }
    case 'candidate': {
      const isPassed = from.finds(signal) && to.state !== 'beginning';
      return done(isPassed ? [{ windowId: to.windowId, signal: { ...signal, round: to.round } }] : []);
    }
    case 'begin':
      return callErrors.fault('CALL_NOT_ALLOWED');
  }
}
