// calls: one person's calls, whoever carries them: a browser window or a phone. A call has a side for each person of ours
// in it; a side is what the person sees, holds, moves and hangs up. What a window says and hears as SDP stands apart.

import { command, type EventOf, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { PlanStep } from '../call-routing/contract.ts';
import { UserId } from '../identity/contract.ts';

/** SDP of one media session; a browser's with two videos stays below 20 kB. */
export const SDP_LIMIT_CHARS = 64_000;
export const CALLS_AT_ONCE = 10;

const SideId = Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' });
const WindowId = Type.String({ minLength: 1, maxLength: 100 });
const Sdp = Type.String({ minLength: 1, maxLength: SDP_LIMIT_CHARS });

/** Whom one calls: as chosen from the list, or as typed or pasted into the search box. */
export const Callee = Type.Union([
  Type.Object({ userId: UserId }),
  /** A SIP address or a number in any spelling. */
  Type.Object({ dialled: Type.String({ minLength: 1, maxLength: 300 }) }),
]);
export type Callee = Static<typeof Callee>;

export const Party = Type.Object({
  userId: Type.Optional(UserId),
  /** `local@domain`, or the number in E.164. */
  address: Type.String({ maxLength: 300 }),
  name: Type.String({ maxLength: 200 }),
});
export type Party = Static<typeof Party>;

/** Where this side's sound is: one of the person's windows, or a phone. */
export const Device = Type.Object({
  kind: Type.Union([Type.Literal('window'), Type.Literal('phone')]),
  /** The window's id; for a phone its deviceId. */
  id: Type.String({ maxLength: 200 }),
  name: Type.String({ maxLength: 200 }),
});
export type Device = Static<typeof Device>;

export const EndReason = Type.Union([
  Type.Literal('hung-up'),
  Type.Literal('cancelled'),
  Type.Literal('declined'),
  Type.Literal('busy'),
  Type.Literal('unanswered'),
  Type.Literal('answered-elsewhere'),
  Type.Literal('transferred'),
  Type.Literal('forwarded'),
  Type.Literal('voicemail'),
  Type.Literal('unreachable'),
  Type.Literal('not-found'),
  Type.Literal('refused'),
  Type.Literal('no-common-media'),
  Type.Literal('media-lost'),
  Type.Literal('failed'),
]);
export type EndReason = Static<typeof EndReason>;

/** One side of a call, as its person sees it; each event carries the whole and takes the place of what was there. */
export const CallSide = Type.Object({
  sideId: SideId,
  /** The same for all sides of one logical call: its call detail record. */
  recordId: Type.String(),
  userId: UserId,
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  state: Type.Union([
    /** On its way. */
    Type.Literal('trying'),
    Type.Literal('ringing'),
    Type.Literal('connected'),
    Type.Literal('ended'),
  ]),
  other: Party,
  /** Null while it rings; for a call out, where it was begun. */
  device: Type.Union([Device, Type.Null()]),
  /** What both want: sound always; picture and screen as the sessions agreed. */
  video: Type.Boolean(),
  screen: Type.Boolean(),
  heldByMe: Type.Boolean(),
  heldByOther: Type.Boolean(),
  /** Media goes between the two ends and not through the server. */
  isDirect: Type.Boolean(),
  /** Who sent it here: a transfer, or a forward. */
  via: Type.Optional(
    Type.Object({
      kind: Type.Union([Type.Literal('transfer'), Type.Literal('forward'), Type.Literal('returned')]),
      by: Party,
    }),
  ),
  /** Nobody of ours is at the other end, but the server: it takes a message, or gives some. */
  attendedBy: Type.Optional(Type.Literal('voicemail')),
  /** Where messages of the same two people are. */
  conversationId: Type.Optional(Type.String()),
  startedAt: Type.Integer(),
  answeredAt: Type.Optional(Type.Integer()),
  endedAt: Type.Optional(Type.Integer()),
  end: Type.Optional(
    Type.Object({
      reason: EndReason,
      sentence: Type.String(),
      remedy: Type.Optional(Type.String()),
      by: Type.Union([Type.Literal('me'), Type.Literal('other'), Type.Literal('server')]),
    }),
  ),
  /** Grows with every change of this side. */
  version: Type.Integer(),
});
export type CallSide = Static<typeof CallSide>;

/**
 * Offer and answer of one window for one side (RFC 3264 §4), and candidates as they are found (RFC 8838 §4). `round` counts the
 * offers of both ends: an answer names the offer it is for, and what belongs to an older round is dropped.
 */
export const Signal = Type.Union([
  Type.Object({
    kind: Type.Literal('offer'),
    round: Type.Integer(),
    sdp: Sdp,
    /** The other end is another device than before: this window makes a new media connection for it. */
    renewed: Type.Optional(Type.Literal(true)),
  }),
  Type.Object({ kind: Type.Literal('answer'), round: Type.Integer(), sdp: Sdp }),
  /** Both offered at once: the window that hears this takes its own back and answers the other's (RFC 3261 §14.1). */
  Type.Object({ kind: Type.Literal('rollback'), round: Type.Integer() }),
  /** To a window: what it is to hear is another device now; it makes a new media connection and offers with this round. */
  Type.Object({ kind: Type.Literal('begin'), round: Type.Integer() }),
  /** `candidate` as in SDP without `a=`; empty text: no more will come. */
  Type.Object({
    kind: Type.Literal('candidate'),
    round: Type.Integer(),
    candidate: Type.String({ maxLength: 2_000 }),
    mid: Type.String({ maxLength: 100 }),
  }),
]);
export type Signal = Static<typeof Signal>;

export const sideChanged = event('calls.side.changed', CallSide);
export type SideChanged = EventOf<typeof sideChanged>;

/** To one window. */
export const signalled = event(
  'calls.window.signalled',
  Type.Object({ userId: UserId, windowId: WindowId, sideId: SideId, signal: Signal }),
);

const Who = {
  userId: UserId,
  windowId: WindowId,
  deviceId: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
};
const OfSide = { ...Who, sideId: SideId };
const Nothing = Type.Object({});

/** Begins a call from a window with its offer; `clientId` repeated begins no second one. */
export const placeCall = command('calls.place', {
  request: Type.Object({
    ...Who,
    clientId: Type.String({ minLength: 8, maxLength: 100 }),
    to: Callee,
    sdp: Sdp,
    video: Type.Boolean(),
    /** A second call to the person that the first one is to be handed to. */
    consultsFor: Type.Optional(SideId),
  }),
  reply: CallSide,
});

/** The window has heard of the call and rings: its offer comes as a signal. */
export const ringingCall = command('calls.ringing', { request: Type.Object(OfSide), reply: Nothing });
/** Takes a call here, with the answer to its offer; other windows and phones stop ringing. */
export const answerCall = command('calls.answer', {
  request: Type.Object({ ...OfSide, sdp: Sdp, round: Type.Integer() }),
  reply: CallSide,
});
/** "Continue here": this window takes over a call that runs on another device of the same person. */
export const moveCall = command('calls.move', {
  request: Type.Object({ ...OfSide, sdp: Sdp }),
  reply: CallSide,
});
/** "Continue on my phone": the person's phones ring, and the one that is taken has the sound from then on. */
export const toPhoneCall = command('calls.toPhone', { request: Type.Object(OfSide), reply: Nothing });
export const declineCall = command('calls.decline', {
  request: Type.Object({ ...OfSide, to: Type.Union([Type.Literal('caller'), Type.Literal('voicemail')]) }),
  reply: Nothing,
});
/** Sends a call that rings somewhere else. */
export const redirectCall = command('calls.redirect', {
  request: Type.Object({ ...OfSide, to: Callee }),
  reply: Nothing,
});
export const hangUpCall = command('calls.hangUp', { request: Type.Object(OfSide), reply: Nothing });
export const holdCall = command('calls.hold', {
  request: Type.Object({ ...OfSide, held: Type.Boolean() }),
  reply: CallSide,
});
/** Blind to `to`, or to the other party of `to.sideId` (RFC 3515 §2.4, RFC 3891 §3); an unanswered one comes back. */
export const transferCall = command('calls.transfer', {
  request: Type.Object({ ...OfSide, to: Type.Union([Callee, Type.Object({ sideId: SideId })]) }),
  reply: Nothing,
});
/** Between front ends: a call that runs goes on at the place `to`, which takes it out of the rows when this is answered. */
export const giveCall = command('calls.give', {
  request: Type.Object({ userId: UserId, sideId: SideId, to: Type.String({ maxLength: 64 }) }),
  reply: Type.Object({ recordId: Type.String(), from: Type.String() }),
});
/** What a window says to the other end: a new offer (picture, screen, hold, other network), an answer, a candidate. */
export const signalCall = command('calls.signal', {
  request: Type.Object({
    ...OfSide,
    signal: Signal,
    video: Type.Optional(Type.Boolean()),
    screen: Type.Optional(Type.Boolean()),
  }),
  reply: Nothing,
});
/** A page that the server knows by another name now goes on with its call: its media runs, and is not made anew. */
export const continueCall = command('calls.continue', {
  request: Type.Object({
    ...OfSide,
    /** As this window was called until now; it stood in the side's device. */
    formerWindowId: WindowId,
    /** How many offers it made or heard. */
    round: Type.Integer({ minimum: 0 }),
  }),
  reply: CallSide,
});

const Place = Type.String({ pattern: '^[0-9a-f]{16}$' });
/** A front end that holds calls lives; one that is leaving tells so, and another goes on with its calls. */
export const placeTold = event('calls.place.told', Type.Object({ place: Place, isLeaving: Type.Boolean() }));
/** Another front end has taken over what was at that place: should its owner live after all, it gives up its calls. */
export const placeTaken = event('calls.place.taken', Type.Object({ place: Place }));
/** Asked at a place that was not heard of for a while. */
export const isPlaceThere = command('calls.isThere', { request: Nothing, reply: Nothing });

/** Voicemail is done with a caller: the call ends as `voicemail`. */
export const endAttended = command('calls.endAttended', {
  request: Type.Object({ sideId: SideId }),
  reply: Nothing,
});
/** The sides of a person that have not ended, and how many calls were missed and not looked at. */
export const listCalls = command('calls.list', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({ sides: Type.Array(CallSide), missed: Type.Integer() }),
});

/** One line of the call history of one person. */
export const HistoryEntry = Type.Object({
  sideId: SideId,
  recordId: Type.String(),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  other: Party,
  startedAt: Type.Integer(),
  /** 0 where it was not answered. */
  durationMs: Type.Integer(),
  /** Rang here and nobody took it, on any device. */
  missed: Type.Boolean(),
  seen: Type.Boolean(),
  end: EndReason,
  video: Type.Boolean(),
});
export type HistoryEntry = Static<typeof HistoryEntry>;

export const readCallHistory = command('calls.history', {
  request: Type.Object({
    userId: UserId,
    missedOnly: Type.Optional(Type.Boolean()),
    /** Older than this entry's `startedAt`. */
    before: Type.Optional(Type.Integer()),
    limit: Type.Integer({ minimum: 1, maximum: 200 }),
  }),
  reply: Type.Object({ entries: Type.Array(HistoryEntry), more: Type.Boolean(), missed: Type.Integer() }),
});
export const seenCallHistory = command('calls.seen', {
  request: Type.Object({ userId: UserId, until: Type.Integer() }),
  reply: Nothing,
});
export const removeCallHistory = command('calls.forget', {
  request: Type.Object({ userId: UserId, sideIds: Type.Array(SideId, { maxItems: 200 }) }),
  reply: Nothing,
});
/** A line of somebody's history is new or has changed. */
export const historyChanged = event(
  'calls.history.changed',
  Type.Object({ userId: UserId, entry: HistoryEntry, missed: Type.Integer() }),
);

/** One logical call as it stands in the books: the call detail record, with a leg for each side. For administrators. */
export const CallRecord = Type.Object({
  recordId: Type.String(),
  startedAt: Type.Integer(),
  answeredAt: Type.Union([Type.Integer(), Type.Null()]),
  endedAt: Type.Union([Type.Integer(), Type.Null()]),
  sides: Type.Array(CallSide),
});
export type CallRecord = Static<typeof CallRecord>;

export const listRecords = command('calls.records', {
  request: Type.Object({
    /** Somebody whose side it is. */
    userId: Type.Optional(UserId),
    since: Type.Optional(Type.Integer()),
    /** Begun before. */
    before: Type.Optional(Type.Integer()),
    limit: Type.Integer({ minimum: 1, maximum: 200 }),
  }),
  reply: Type.Object({ records: Type.Array(CallRecord), more: Type.Boolean() }),
});
/** Which side of that person a phone speaks of that names the call as SIP does. */
export const sideOfCallId = command('calls.sideOfCallId', {
  request: Type.Object({ userId: UserId, callId: Type.String({ minLength: 1, maxLength: 1024 }) }),
  reply: Type.Object({ side: CallSide }),
});
/** With what explains it, and the Call-IDs under which phones spoke: their ladders. */
export const showRecord = command('calls.record', {
  request: Type.Object({ recordId: Type.String() }),
  reply: Type.Object({
    record: CallRecord,
    /** `userId`: whose rule it was; it is told to nobody else but administrators. */
    steps: Type.Array(Type.Object({ ...PlanStep.properties, userId: Type.Optional(UserId) })),
    callIds: Type.Array(Type.String(), { maxItems: 100 }),
  }),
});
export type ShownRecord = Static<typeof showRecord.reply>;

export const callErrors = errors({
  CALL_GONE: { http: 404, sip: 481, sentence: 'This call is over.', remedy: 'Call again.' },
  CALL_NO_RECORD: {
    http: 404,
    sentence: 'Nothing is written down of this call any more.',
    remedy: 'Records are kept for a time: see monitoring.keepDays in parley.yaml.',
  },
  CALL_TAKEN: { http: 409, sip: 486, sentence: 'This call was taken on another device.' },
  CALL_GLARE: {
    http: 409,
    sip: 491,
    sentence: 'Both ends changed the call at the same moment.',
    remedy: 'Try again.',
  },
  CALL_TOO_MANY: {
    http: 429,
    sip: 403,
    sentence: 'There are too many calls at once.',
    remedy: 'End a call or wait for a minute, then call again.',
  },
  CALL_NO_SUCH_NUMBER: {
    http: 404,
    sip: 404,
    sentence: 'Nobody has this number or address.',
    remedy: 'Check what you typed.',
  },
  CALL_UNREACHABLE: {
    http: 480,
    sip: 480,
    sentence: 'This person cannot be reached now.',
    remedy: 'Write a message or call later.',
  },
  CALL_NO_COMMON_MEDIA: {
    http: 488,
    sip: 488,
    sentence: 'The two devices have no way of speaking in common.',
    remedy: 'Call from another device.',
  },
  CALL_BAD_SDP: {
    http: 400,
    sip: 400,
    sentence: 'The description of the media cannot be read.',
    remedy: 'Load the page again.',
  },
  CALL_NO_PHONE: {
    http: 409,
    sip: 480,
    sentence: 'None of your phones is registered.',
    remedy: 'Switch a phone on, then try again.',
  },
  CALL_NOT_ALLOWED: { http: 403, sip: 403, sentence: 'You may not do this with this call.' },
  CALL_MEDIA_AWAY: {
    http: 503,
    sip: 503,
    sentence: 'No media server is there.',
    remedy: 'Try again in a moment.',
  },
});
