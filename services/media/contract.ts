// media: hosts that carry sound and picture for calls. Whoever calls deals in SDP and in verbs; which ports, keys and
// threads carry it is the host's own affair. A host tells of itself and its load; `{ node }` on a command names the host.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';

const LegId = Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' });
const Sdp = Type.String({ minLength: 1, maxLength: 64_000 });
const Nothing = Type.Object({});

/** Whom a leg faces: a browser (ICE, DTLS-SRTP, one port for all) or a phone (RTP or SRTP with keys in SDP). */
export const LegKind = Type.Union([Type.Literal('browser'), Type.Literal('phone')]);

export const Direction = Type.Union([
  Type.Literal('sendrecv'),
  Type.Literal('sendonly'),
  Type.Literal('recvonly'),
  Type.Literal('inactive'),
]);

/** What an offer and its answer agreed for this leg, from the host's point of view. */
export const Agreed = Type.Object({
  audio: Type.Object({ direction: Direction, codec: Type.String() }),
  video: Type.Optional(Type.Object({ direction: Direction, codec: Type.String() })),
});
export type Agreed = Static<typeof Agreed>;

/** Makes a leg of a call; it ends by `closeLeg`, or when nothing arrives for longer than `idleMs` while not on hold. */
export const openLeg = command('media.openLeg', {
  request: Type.Object({
    kind: LegKind,
    /** Node that owns the call: it hears the events of the leg, and its death ends the leg. */
    ownerNodeId: Type.String({ maxLength: 100 }),
    video: Type.Boolean(),
    /** Offers a phone SRTP and nothing else; what a phone offers is taken either way. Default false. */
    isProtected: Type.Optional(Type.Boolean()),
    idleMs: Type.Optional(Type.Integer({ minimum: 5_000, maximum: 3_600_000 })),
  }),
  reply: Type.Object({ legId: LegId }),
});

/** Of a picture nothing is coded anew: what the other end of the call cannot show is not agreed on. Left out: all that are known. */
const VideoCodecs = Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { maxItems: 16 }));

/** An offer for the peer; `direction` holds (`sendonly` with music, `inactive`) and resumes. `iceRestart` for a browser that moved. */
export const offerLeg = command('media.offer', {
  request: Type.Object({
    legId: LegId,
    direction: Direction,
    video: Type.Optional(Direction),
    videoCodecs: VideoCodecs,
    iceRestart: Type.Optional(Type.Boolean()),
  }),
  reply: Type.Object({ sdp: Sdp }),
});
/** The peer's answer to the last offer. */
export const acceptLeg = command('media.accept', {
  request: Type.Object({ legId: LegId, sdp: Sdp }),
  reply: Type.Object({ agreed: Agreed }),
});
/** The peer's offer, answered. */
export const answerLeg = command('media.answer', {
  request: Type.Object({
    legId: LegId,
    sdp: Sdp,
    direction: Direction,
    video: Type.Optional(Direction),
    videoCodecs: VideoCodecs,
  }),
  reply: Type.Object({ sdp: Sdp, agreed: Agreed }),
});
/** Takes the last offer back: it was refused, or lost a glare. */
export const rollbackLeg = command('media.rollback', {
  request: Type.Object({ legId: LegId }),
  reply: Nothing,
});
/** A candidate that a browser found later; phones have none. */
export const addCandidate = command('media.candidate', {
  request: Type.Object({ legId: LegId, candidate: Type.String({ maxLength: 2_000 }) }),
  reply: Nothing,
});

/** Two legs hear and see each other, through relay or transcoding as their codecs need; null parts them. */
export const joinLegs = command('media.join', {
  request: Type.Object({ legId: LegId, with: Type.Union([LegId, Type.Null()]) }),
  reply: Nothing,
});

export const Sound = Type.Union([
  Type.Literal('music'),
  Type.Literal('ringback'),
  Type.Literal('busy'),
  Type.Literal('silence'),
  /** Says back what it hears after a second: the test call. */
  Type.Literal('echo'),
  /** Audio that was stored: a greeting, a message. WAV or Ogg Opus by its id. */
  Type.Object({ audioId: Type.String({ maxLength: 100 }) }),
  Type.Object({
    tonesHz: Type.Array(Type.Integer({ minimum: 20, maximum: 20_000 }), { maxItems: 4 }),
    forMs: Type.Integer(),
  }),
]);
export type Sound = Static<typeof Sound>;

/** Plays to the peer of this leg instead of what it is joined with; `null` ends it. */
export const playTo = command('media.play', {
  request: Type.Object({ legId: LegId, sound: Type.Union([Sound, Type.Null()]), loop: Type.Boolean() }),
  reply: Nothing,
});
/** Sends keys as events of RFC 4733 §2.3 to the peer. */
export const pressKeys = command('media.pressKeys', {
  request: Type.Object({ legId: LegId, keys: Type.String({ pattern: '^[0-9A-D*#,]{1,64}$' }) }),
  reply: Nothing,
});
/** Records what the peer says until `stopRecording`, silence for `silenceMs`, or `maxMs`. */
export const record = command('media.record', {
  request: Type.Object({
    legId: LegId,
    maxMs: Type.Integer({ minimum: 1_000, maximum: 3_600_000 }),
    silenceMs: Type.Optional(Type.Integer({ minimum: 1_000 })),
    /** Ends it as well. */
    endKeys: Type.Optional(Type.String({ maxLength: 16 })),
  }),
  reply: Type.Object({ recordingId: Type.String() }),
});
export const stopRecording = command('media.stopRecording', {
  request: Type.Object({ legId: LegId }),
  reply: Nothing,
});

/** Audio goes over the bus in pieces of so many bytes, as Base64. */
export const AUDIO_PIECE_BYTES = 256 * 1024;
const AudioId = Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' });
const AudioPiece = Type.String({ maxLength: Math.ceil(AUDIO_PIECE_BYTES / 3) * 4 });
/** A recording as far as it is written, from `offset` on; it stays on its host until `dropAudio`. */
export const readAudio = command('media.readAudio', {
  request: Type.Object({ audioId: AudioId, offset: Type.Integer({ minimum: 0 }) }),
  reply: Type.Object({ data: AudioPiece, totalBytes: Type.Integer(), isFinished: Type.Boolean() }),
});
/** Brings audio to a host so that it can be played there by its id; whole once `totalBytes` are there. Hosts forget it when unused for a day. */
export const storeAudio = command('media.storeAudio', {
  request: Type.Object({
    audioId: AudioId,
    offset: Type.Integer({ minimum: 0 }),
    totalBytes: Type.Integer({ minimum: 1, maximum: 16 * 1024 * 1024 }),
    data: AudioPiece,
  }),
  reply: Type.Object({ heldBytes: Type.Integer() }),
});
export const hasAudio = command('media.hasAudio', {
  request: Type.Object({ audioId: AudioId }),
  reply: Type.Object({ isThere: Type.Boolean() }),
});
export const dropAudio = command('media.dropAudio', {
  request: Type.Object({ audioId: AudioId }),
  reply: Nothing,
});

export const closeLeg = command('media.closeLeg', { request: Type.Object({ legId: LegId }), reply: Nothing });
/** The owner is there and has these legs; the host closes others of that owner. */
export const keepLegs = command('media.keep', {
  request: Type.Object({ ownerNodeId: Type.String(), legIds: Type.Array(LegId, { maxItems: 5_000 }) }),
  reply: Type.Object({ unknown: Type.Array(LegId) }),
});

/** The node that owned these legs is gone; from now on they are this one's, and go on as they are. */
export const adoptLegs = command('media.adopt', {
  request: Type.Object({
    ownerNodeId: Type.String({ maxLength: 100 }),
    legIds: Type.Array(LegId, { maxItems: 5_000 }),
  }),
  reply: Type.Object({ unknown: Type.Array(LegId) }),
});

/** Statistics of one stream of a leg over the time since the last report. */
export const StreamQuality = Type.Object({
  kind: Type.Union([Type.Literal('audio'), Type.Literal('video')]),
  /** What the peer sent us, or what it says of what we sent. */
  way: Type.Union([Type.Literal('received'), Type.Literal('sent')]),
  codec: Type.String(),
  packets: Type.Integer(),
  lost: Type.Integer(),
  jitterMs: Type.Number(),
  roundTripMs: Type.Optional(Type.Number()),
  /** E-model (ITU-T G.107); audio only. */
  mos: Type.Optional(Type.Number()),
});
export type StreamQuality = Static<typeof StreamQuality>;

/** To the owner of a leg. */
export const legEvent = event(
  'media.leg.happened',
  Type.Object({
    ownerNodeId: Type.String(),
    legId: LegId,
    what: Type.Union([
      /** Media can flow: ICE and DTLS are through, or the first packet of a phone arrived. */
      Type.Object({ kind: Type.Literal('connected') }),
      Type.Object({ kind: Type.Literal('key'), key: Type.String(), durationMs: Type.Integer() }),
      Type.Object({ kind: Type.Literal('played') }),
      Type.Object({
        kind: Type.Literal('recorded'),
        recordingId: Type.String(),
        durationMs: Type.Integer(),
        /** How much of it somebody speaks. */
        voiceMs: Type.Integer(),
        bytes: Type.Integer(),
        endedBy: Type.String(),
      }),
      Type.Object({ kind: Type.Literal('quality'), streams: Type.Array(StreamQuality, { maxItems: 16 }) }),
      /** Nothing arrives any more, or the worker that carried it died: `openLeg` anew and offer again. */
      Type.Object({
        kind: Type.Literal('lost'),
        reason: Type.Union([
          Type.Literal('silent'),
          Type.Literal('consent'),
          Type.Literal('worker'),
          Type.Literal('dtls'),
        ]),
      }),
    ]),
  }),
);

/** Where browsers send to a host: its one port, at each of its addresses. */
export const Door = Type.Object({
  address: Type.String({ maxLength: 45 }),
  port: Type.Integer({ minimum: 1, maximum: 65_535 }),
});
export type Door = Static<typeof Door>;

/** A host and its load, told every half second: who is silent for longer is asked, and given up. `isLeaving` takes no new legs. */
export const hostTold = event(
  'media.host.told',
  Type.Object({
    nodeId: Type.String(),
    legs: Type.Integer(),
    mostLegs: Type.Integer(),
    isLeaving: Type.Boolean(),
    /** Relays reach these and nothing else inside; none before the first leg. */
    doors: Type.Optional(Type.Array(Door, { maxItems: 16 })),
    at: Type.Integer(),
  }),
);
export const listHosts = event('media.host.asked', Type.Object({ nodeId: Type.String() }));

export const mediaErrors = errors({
  MEDIA_FULL: {
    http: 503,
    sip: 503,
    sentence: 'This media server has no room for another call.',
    remedy: 'Try again in a moment.',
  },
  MEDIA_NO_SUCH_LEG: { http: 404, sip: 481, sentence: 'This media connection is gone.' },
  MEDIA_BAD_SDP: { http: 400, sip: 400, sentence: 'The description of the media cannot be read.' },
  MEDIA_NOTHING_IN_COMMON: {
    http: 488,
    sip: 488,
    sentence: 'No codec or protection is common to both.',
    remedy: 'Call from another device.',
  },
  MEDIA_WRONG_STATE: { http: 409, sip: 491, sentence: 'An offer waits for its answer.' },
  MEDIA_NO_AUDIO: { http: 404, sip: 404, sentence: 'This recording is not there.' },
});
