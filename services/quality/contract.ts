// quality: what each end of a call measured, over time: browsers (getStats), phones (RTCP-XR, RFC 3611 §4.7; vq-rtcpxr, RFC 6035 §4)
// and media hosts. Reports go under the call's record; who called whom, and why it went where it went, is told by `calls`.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { PlanStep } from '../call-routing/contract.ts';
import { CallSide } from '../calls/contract.ts';
import { UserId } from '../identity/contract.ts';

const RecordId = Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' });
export const STREAMS_IN_REPORT = 16;
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
  streams: Type.Array(StreamReport, { maxItems: STREAMS_IN_REPORT }),
  path: Type.Optional(Path),
  /** `Chrome 150 · Jabra Evolve 40`, or the phone's User-Agent. */
  device: Type.Optional(Type.String({ maxLength: 200 })),
});
export type QualityReport = Static<typeof QualityReport>;

/** Legs of calls here publish what their media host measured; windows and phones report by `report`. Kept by one of the front ends. */
export const measured = event('quality.measured', QualityReport);

/** From a window: its own side of a call, every ten seconds and at the end. */
export const report = command('quality.report', {
  request: Type.Object({
    ...QualityReport.properties,
    /** The call is over in that window. */
    isLast: Type.Optional(Type.Boolean()),
  }),
  reply: Type.Object({
    /** Whether the person is to be asked how the call was. */
    asks: Type.Boolean(),
  }),
});

/** From a phone in a call, as its body says it (RFC 6035 §4.6): by PUBLISH, or by NOTIFY within the dialog. */
export const phoneReported = command('quality.phoneReported', {
  request: Type.Object({
    recordId: RecordId,
    sideId: Type.String({ maxLength: 64 }),
    userId: UserId,
    device: Type.String({ maxLength: 200 }),
    body: Type.String({ maxLength: 16_384 }),
  }),
  reply: Nothing,
});

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
  request: Type.Object({
    recordId: RecordId,
    /** Reports of that side alone. */
    sideId: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  reply: Type.Object({
    reports: Type.Array(QualityReport),
    ratings: Type.Array(
      Type.Object({ userId: UserId, stars: Type.Integer(), words: Type.Optional(Type.String()) }),
    ),
  }),
});
export type RecordQuality = Static<typeof ofRecord.reply>;

export const Summary = Type.Object({
  recordId: RecordId,
  worstMos: Type.Union([Type.Number(), Type.Null()]),
  mostLost: Type.Union([Share, Type.Null()]),
  /** The worst that anybody gave. */
  stars: Type.Union([Type.Integer(), Type.Null()]),
});
export type Summary = Static<typeof Summary>;

/** Of each of these records the worst: what stands in a list of calls. */
export const summaryOf = command('quality.summary', {
  request: Type.Object({ recordIds: Type.Array(RecordId, { maxItems: 200 }) }),
  reply: Type.Object({
    summaries: Type.Array(Summary),
  }),
});

/** One's own side of a call that is over: what was measured there, and what one's own rules did with it. */
export const OwnCall = Type.Object({
  side: CallSide,
  steps: Type.Array(PlanStep),
  reports: Type.Array(QualityReport),
  stars: Type.Union([Type.Integer(), Type.Null()]),
});
export type OwnCall = Static<typeof OwnCall>;

/** What a window may ask, in the name of who is signed in (web-access). */
export const qualityCommands = {
  'call.quality': { request: Type.Omit(report.request, ['userId', 'reporter']), reply: report.reply },
  'call.rate': { request: Type.Omit(rate.request, ['userId']), reply: rate.reply },
  'call.explain': {
    request: Type.Object({ recordId: RecordId, sideId: Type.String({ maxLength: 64 }) }),
    reply: OwnCall,
  },
} as const;

export const qualityErrors = errors({
  QUALITY_NOT_YOURS: { http: 403, sentence: 'You were not in this call.' },
  QUALITY_TOO_MUCH: { http: 429, sip: 503, sentence: 'There are too many reports of this call.' },
  QUALITY_NOT_READ: { http: 400, sip: 400, sentence: 'This report cannot be read.' },
});
