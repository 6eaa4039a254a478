// Where lanes and arrows stand in a row of the diagram, in hundredths of its width. Pure; the style sheet mirrors it from
// right to left.
import type { Participant, Step } from './trace-api.ts';

/** Below this a lane holds no name and no arrow a word: steps are told one below the other instead. */
const LEAST_LANE_PX = 92;
/** A pause that is worth a line of its own. */
const PAUSE_MS = 1_000;

export function isCrowded(lanes: number, widthPx: number): boolean {
  return widthPx / Math.max(1, lanes) < LEAST_LANE_PX;
}

export function laneAt(lane: number, lanes: number): number {
  return ((lane + 0.5) * 100) / lanes;
}

export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** Where its words may stand. */
  readonly labelStart: number;
  readonly labelWidth: number;
  readonly pointsToEnd: boolean;
}

export function arrowOf({ source, target }: Pick<Step, 'source' | 'target'>, lanes: number): Arrow {
  const [from, to] = [laneAt(source, lanes), laneAt(target, lanes)];
  return {
    from,
    to,
    labelStart: Math.min(from, to),
    labelWidth: Math.abs(to - from),
    pointsToEnd: to > from,
  };
}

export function hasPause({ gapMs }: Pick<Step, 'gapMs'>): boolean {
  return gapMs >= PAUSE_MS;
}

/** Front ends are numbered where there are several. */
export function nodeNumber(participants: readonly Participant[], lane: number): number | undefined {
  const nodes = participants.flatMap(({ kind }, at) => (kind === 'node' ? [at] : []));
  return nodes.length < 2 ? undefined : nodes.indexOf(lane) + 1;
}
