// Reports as lines over time: each leg, who measured, kind and direction apart. Pure.
import type { QualityReport, StreamReport } from './calls-api.ts';

export interface Point {
  readonly at: number;
  readonly mos: number | null;
  /** Percent. */
  readonly loss: number | null;
  readonly jitter: number;
  readonly trip: number | null;
}
export type Line = 'mos' | 'loss' | 'jitter' | 'trip';
export const LINES: readonly Line[] = ['mos', 'loss', 'jitter', 'trip'];

export interface Stream {
  readonly key: string;
  readonly sideId: string;
  readonly reporter: QualityReport['reporter'];
  readonly kind: StreamReport['kind'];
  readonly way: StreamReport['way'];
  readonly codecs: readonly string[];
  readonly points: readonly Point[];
}

export function streamsIn(reports: readonly QualityReport[]): Stream[] {
  const found = new Map<string, Stream & { readonly codecs: string[]; readonly points: Point[] }>();
  for (const { sideId, reporter, until, streams } of reports)
    for (const stream of streams) {
      const { kind, way, codec } = stream;
      const key = [sideId, reporter, kind, way].join(' ');
      const known = found.get(key) ?? { key, sideId, reporter, kind, way, codecs: [], points: [] };
      found.set(key, known);
      if (codec !== '' && !known.codecs.includes(codec)) known.codecs.push(codec);
      known.points.push(pointOf(stream, until));
    }
  return [...found.values()].map((stream) => ({
    ...stream,
    points: stream.points.toSorted((a, b) => a.at - b.at),
  }));
}

function pointOf({ way, packets, lost, jitterMs, roundTripMs, mos }: StreamReport, at: number): Point {
  const expected = way === 'received' ? packets + lost : Math.max(packets, lost);
  const loss = expected === 0 ? null : (100 * lost) / expected;
  return { at, mos: mos ?? null, loss, jitter: jitterMs, trip: roundTripMs ?? null };
}

/** The lowest score, the highest of all else; null where nothing is known. */
export function worstOf(points: readonly Point[], line: Line): number | null {
  const values = points.flatMap((point) => point[line] ?? []);
  if (values.length === 0) return null;
  return line === 'mos' ? Math.min(...values) : Math.max(...values);
}

/** As it is shown: a score with one digit behind the point, loss too, times in whole milliseconds. */
export function rounded(value: number, line: Line): number {
  return line === 'mos' || line === 'loss' ? Math.round(value * 10) / 10 : Math.round(value);
}
