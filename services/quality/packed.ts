// Reports as they are kept: points of one minute, each an array without names, rounded to what anybody can hear. Pure.
import type { QualityReport, StreamReport } from './contract.ts';

const KINDS = ['audio', 'video', 'screen'] as const;
const WAYS = ['received', 'sent'] as const;
export const MINUTE_MS = 60_000;

/** Kind, way, codec, packets, lost, jitter, round trip, concealed, score, frames, width, height; what is not known is null. */
type PackedStream = readonly (number | string | null)[];
/** Milliseconds into the minute, how long, and the streams. */
export type PackedPoint = readonly [number, number, readonly PackedStream[]];

export function minuteOf({ until }: Pick<QualityReport, 'until'>): number {
  return Math.floor(until / MINUTE_MS);
}

export function packPoint({ from, until, streams }: QualityReport): PackedPoint {
  return [until - minuteOf({ until }) * MINUTE_MS, Math.max(0, until - from), streams.map(packStream)];
}

function packStream(stream: StreamReport): PackedStream {
  const { kind, way, codec, packets, lost, jitterMs, roundTripMs, concealed, mos } = stream;
  const packed = [
    KINDS.indexOf(kind),
    WAYS.indexOf(way),
    codec,
    packets,
    lost,
    rounded(jitterMs, 10),
    rounded(roundTripMs, 1),
    rounded(concealed, 1000),
    rounded(mos, 100),
    stream.frames ?? null,
    stream.width ?? null,
    stream.height ?? null,
  ];
  return packed.slice(0, packed.findLastIndex((value) => value !== null) + 1);
}

function rounded(value: number | undefined, parts: number): number | null {
  return value === undefined ? null : Math.round(value * parts) / parts;
}

export function unpackPoint(
  minute: number,
  [at, lastedMs, streams]: PackedPoint,
): Pick<QualityReport, 'from' | 'until' | 'streams'> {
  const until = minute * MINUTE_MS + at;
  return { from: until - lastedMs, until, streams: streams.map(unpackStream) };
}

function unpackStream(packed: PackedStream): StreamReport {
  const [kind, way, codec, packets, lost, jitterMs, ...optional] = packed;
  const [roundTripMs, concealed, mos, frames, width, height] = optional as (number | null | undefined)[];
  return {
    kind: KINDS[kind as number] ?? 'audio',
    way: WAYS[way as number] ?? 'received',
    codec: codec as string,
    packets: packets as number,
    lost: lost as number,
    jitterMs: jitterMs as number,
    ...known({ roundTripMs, concealed, mos, frames, width, height }),
  };
}

function known<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], null | undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], null | undefined> };
}
