// The worst of a report, for lists of calls. Pure.
import type { StreamReport } from '../contract.ts';

/** Of fewer packets a share says nothing: of four, one lost is a quarter. */
const ENOUGH_PACKETS = 50;

export interface Worst {
  readonly mos: number | null;
  readonly lost: number | null;
}

export const NOTHING_KNOWN: Worst = { mos: null, lost: null };

/** Packets that were sent count those that were lost with them, packets that came do not. */
export function lossOf({ way, packets, lost }: StreamReport): number | null {
  const expected = way === 'received' ? packets + lost : Math.max(packets, lost);
  return expected < ENOUGH_PACKETS ? null : lost / expected;
}

export function worstOf(streams: readonly StreamReport[]): Worst {
  let worst = NOTHING_KNOWN;
  for (const stream of streams) {
    const lost = lossOf(stream);
    if (stream.kind !== 'audio' || lost === null) continue;
    worst = worseOf(worst, { mos: stream.mos ?? null, lost });
  }
  return worst;
}

export function worseOf(a: Worst, b: Worst): Worst {
  return { mos: chosen(Math.min, a.mos, b.mos), lost: chosen(Math.max, a.lost, b.lost) };
}

function chosen(choose: (a: number, b: number) => number, a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : choose(a, b);
}
