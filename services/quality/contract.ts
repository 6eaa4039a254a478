// quality: what each end of a call measured, over time: browsers (getStats), phones (RTCP-XR, RFC 3611 §4.7; vq-rtcpxr, RFC 6035 §4)
// and media hosts. Reports go under the call's record; who called whom, and why it went where it went, is told by `calls`.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

const RecordId = Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' });
const Nothing = Type.Object({});
const Share = Type.Number({ minimum: 0, maximum: 1 });
const Ms = Type.Number({ minimum: 0, maximum: 600_000 });

/** Who measured. */
export const Reporter = Type.Union([
  Type.Literal('browser'),
  /** The phone itself. */
  Type.Literal('phone'),
  Type.Literal('host'),
]);
export type Reporter = Static<typeof Reporter>;

/** One stream in one direction over one interval. */
export const StreamReport = Type.Object({
  kind: Type.Union([Type.Literal('audio'), Type.Literal('video'), Type.Literal('screen')]),
  /** `received`: what arrived where it was measured; `sent`: what the far end told of what went out from there. */
  way: Type.Union([Type.Literal('received'), Type.Literal('sent')]),
  codec: Type.String({ maxLength: 40 }),
  packets: Type.Integer({ minimum: 0 }),
  lost: Type.Integer({ minimum: 0 }),
  jitterMs: Ms,
  roundTripMs: Type.Optional(Ms),
  /** Share that concealment made up, where it is known. */
  concealed: Type.Optional(Share),
  /** E-model (ITU-T G.107), audio only: 1 to 4.5. */
  mos: Type.Optional(Type.Number({ minimum: 1, maximum: 5 })),
  /** Video: frames in the interval, and its size. */
  frames: Type.Optional(Type.Integer({ minimum: 0 })),
  width: Type.Optional(Type.Integer({ minimum: 0 })),
  height: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type StreamReport = Static<typeof StreamReport>;

/** How media goes from that end: `host`: at once; `relay`: through TURN. */
export const Path = Type.Object({
  via: Type.Union([Type.Literal('host'), Type.Literal('reflexive'), Type.Literal('relay')]),
  transport: Type.Union([Type.Literal('udp'), Type.Literal('tcp'), Type.Literal('tls')]),
  /** Network addresses as the end knows them, without ports. */
  local: Type.Optional(Type.String({ maxLength: 64 })),
  remote: Type.Optional(Type.String({ maxLength: 64 })),
});
export type Path = Static<typeof Path>;

export const QualityReport = Type.Object({
  recordId: RecordId,
  sideId: Type.String({ maxLength: 64 }),
  userId: UserId,
  reporter: Reporter,
  /** Unix milliseconds: the interval. */
  from: Type.Integer(),
  until: Type.Integer(),
  streams: Type.Array(StreamReport, { maxItems: 16 }),
  path: Type.Optional(Path),
  /** `Chrome 150 · Jabra Evolve 40`, or the phone's User-Agent. */
  device: Type.Optional(Type.String({ maxLength: 200 })),
});
export type QualityReport = Static<typeof QualityReport>;

/** Legs of calls here publish what their media host measured; windows and phones report by `report`. Kept by one of the front ends. */
export const measured = event('quality.measured', QualityReport);

/** From a window: its own side of a call, every ten seconds and at the end. */
export const report = command('quality.report', { request: QualityReport, reply: Nothing });

/** Stars that a person gave, 1 to 5, and what was bad in their words. */
export const rate = command('quality.rate', {
  request: Type.Object({
    userId: UserId,
    sideId: Type.String({ maxLength: 64 }),
    recordId: RecordId,
    stars: Type.Integer({ minimum: 1, maximum: 5 }),
    words: Type.Optional(Type.String({ maxLength: 1_000 })),
  }),
  reply: Nothing,
});

/** All that is known of one call's media. */
export const ofRecord = command('quality.ofRecord', {
  request: Type.Object({ recordId: RecordId }),
  reply: Type.Object({
    reports: Type.Array(QualityReport),
    ratings: Type.Array(
      Type.Object({ userId: UserId, stars: Type.Integer(), words: Type.Optional(Type.String()) }),
    ),
  }),
});

/** Of each of these records the worst: what stands in a list of calls. */
export const summaryOf = command('quality.summary', {
  request: Type.Object({ recordIds: Type.Array(RecordId, { maxItems: 200 }) }),
  reply: Type.Object({
    summaries: Type.Array(
      Type.Object({
        recordId: RecordId,
        worstMos: Type.Union([Type.Number(), Type.Null()]),
        mostLost: Type.Union([Share, Type.Null()]),
        stars: Type.Union([Type.Integer(), Type.Null()]),
      }),
    ),
  }),
});

export const qualityErrors = errors({
  QUALITY_NOT_YOURS: { http: 403, sentence: 'You were not in this call.' },
});
