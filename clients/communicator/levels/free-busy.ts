// The strip of a day: from when to when somebody is busy, as far as their calendar says. Pure; drawn by free-busy-strip.tsx.
import type { FreeBusy } from '../../kit/contracts.ts';

export type Kind = FreeBusy['kind'];

export interface Segment {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
}

export interface Strip {
  readonly start: number;
  readonly end: number;
  readonly segments: readonly Segment[];
}

const HOUR_MS = 3_600_000;
const HOURS = 10;
/** Where times overlap, the stronger word stands. */
const STRENGTH: readonly Kind[] = ['tentative', 'elsewhere', 'busy', 'outOfOffice'];

/** From the full hour before now on. */
export function stripOf(times: readonly FreeBusy[], nowMs: number): Strip {
  const start = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const end = start + HOURS * HOUR_MS;
  const inside = times.filter((time) => time.start < end && time.end > start && time.start < time.end);
  const edges = [
    ...new Set(inside.flatMap((time) => [Math.max(time.start, start), Math.min(time.end, end)])),
  ];
  edges.sort((one, other) => one - other);
  const segments: Segment[] = [];
  for (const [index, from] of edges.entries()) {
    const to = edges[index + 1];
    if (to === undefined) break;
    const here = inside.filter((time) => time.start <= from && time.end >= to).map(({ kind }) => kind);
    const kind = STRENGTH.findLast((one) => here.includes(one));
    if (kind === undefined) continue;
    const last = segments.at(-1);
    if (last?.kind === kind && last.end === from) segments[segments.length - 1] = { ...last, end: to };
    else segments.push({ kind, start: from, end: to });
  }
  return { start, end, segments };
}

/** Until when what is now goes on; null where it does all the way along the strip. */
export function nowOn(
  { segments, end }: Strip,
  nowMs: number,
): { readonly kind: Kind | 'free'; readonly until: number | null } {
  const now = segments.find((segment) => segment.start <= nowMs && segment.end > nowMs);
  if (now !== undefined) return { kind: now.kind, until: now.end < end ? now.end : null };
  return { kind: 'free', until: segments.find((segment) => segment.start > nowMs)?.start ?? null };
}
