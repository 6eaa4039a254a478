// When a call went badly. Pure.

/** Below it people ask one another to say it again (ITU-T G.107, annex B: “many dissatisfied”). */
export const BAD_MOS = 3.2;
/** Lost so much, a call is bad whatever the model makes of it. */
export const BAD_LOSS = 0.05;
const BAD_STARS = 2;

export interface WorstKnown {
  readonly worstMos: number | null;
  readonly mostLost: number | null;
  readonly stars: number | null;
}

export function isBad({ worstMos, mostLost, stars }: WorstKnown): boolean {
  return (
    (worstMos !== null && worstMos < BAD_MOS) ||
    (mostLost !== null && mostLost >= BAD_LOSS) ||
    (stars !== null && stars <= BAD_STARS)
  );
}
