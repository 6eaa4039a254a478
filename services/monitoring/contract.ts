// monitoring: what was said over SIP a moment ago. Every front end keeps its own recent messages in memory; a question is
// asked of all of them and the answers are merged. Secrets are masked before anything leaves the process that holds it.
import { command, errors } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';

export const TraceSetting = Type.Union([Type.Literal('off'), Type.Literal('headers'), Type.Literal('full')]);
export type TraceSetting = Static<typeof TraceSetting>;

/** One end of what a front end saw: its own socket and the peer's. */
export const TraceFlow = Type.Object({
  transport: Type.String(),
  localAddress: Type.String(),
  localPort: Type.Integer(),
  remoteAddress: Type.String(),
  remotePort: Type.Integer(),
  /** Between two front ends of this installation: over the bus, not over any wire; its addresses mean nothing. */
  isInternal: Type.Boolean(),
});
export type TraceFlow = Static<typeof TraceFlow>;

/** One message as one front end saw it, without its text. */
export const Sighting = Type.Object({
  /** Unique among all front ends: node and number. */
  id: Type.String(),
  nodeId: Type.String(),
  /** Unix milliseconds. */
  at: Type.Number(),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  flow: TraceFlow,
  callId: Type.String(),
  /** The method of CSeq, so that an answer has one too. */
  method: Type.String(),
  cseq: Type.Integer(),
  /** Null for a request. */
  status: Type.Union([Type.Integer(), Type.Null()]),
  /** `INVITE sip:bob@example.com SIP/2.0`, `SIP/2.0 180 Ringing`; a password in it is masked. */
  startLine: Type.String(),
  /** Of the top Via: which transaction it belongs to. */
  branch: Type.String(),
  /** `alice@example.com`, or what stands in the header. */
  from: Type.String(),
  to: Type.String(),
  fromTag: Type.String(),
  toTag: Type.String(),
  /** User-Agent or Server. */
  agent: Type.String(),
  contentType: Type.String(),
  bytes: Type.Integer(),
  /** Equal for equal bytes. */
  fingerprint: Type.Integer(),
});
export type Sighting = Static<typeof Sighting>;

/** Everything with one Call-ID: a call, a registration, a message, a subscription. */
export const TraceCall = Type.Object({
  callId: Type.String(),
  /** Of the first request. */
  method: Type.String(),
  from: Type.String(),
  to: Type.String(),
  startedAt: Type.Number(),
  /** When the last message was seen. */
  endedAt: Type.Number(),
  /** The last final answer to `method`; null while there is none. */
  status: Type.Union([Type.Integer(), Type.Null()]),
  /** When that answer was seen. */
  answeredAt: Type.Number(),
  messages: Type.Integer(),
  /** `udp 192.0.2.7:5060`, eight at most. */
  peers: Type.Array(Type.String()),
  nodeIds: Type.Array(Type.String()),
});
export type TraceCall = Static<typeof TraceCall>;

export const TraceFilter = Type.Object({
  /** Found in an address, a number, a Call-ID or a network address. */
  query: Type.Optional(Type.String({ maxLength: 256 })),
  /** From or to that address; `alice` is alice@ any domain. */
  user: Type.Optional(Type.String({ maxLength: 256 })),
  method: Type.Optional(Type.String({ maxLength: 32 })),
  /** 2 for 200 … 299 and so on; 0 for no final answer yet. */
  statusClass: Type.Optional(Type.Integer({ minimum: 0, maximum: 6 })),
  /** The network address of a peer, with or without its port. */
  source: Type.Optional(Type.String({ maxLength: 64 })),
  /** Unix milliseconds: with a message from then on, and begun before. */
  since: Type.Optional(Type.Number()),
  until: Type.Optional(Type.Number()),
});
export type TraceFilter = Static<typeof TraceFilter>;

const Limit = Type.Integer({ minimum: 1, maximum: 500 });
const CallId = Type.String({ minLength: 1, maxLength: 1024 });

export const TraceCalls = Type.Object({
  /** The latest first. */
  calls: Type.Array(TraceCall),
  /** There are more that fit. */
  more: Type.Boolean(),
});

/** How complete an answer of several front ends is. */
export const TraceCover = Type.Object({
  nodes: Type.Integer(),
  /** Front ends that did not answer in time: what they saw is missing. */
  silent: Type.Integer(),
  setting: TraceSetting,
  /** Messages that are held, and the time of the oldest (Unix milliseconds; 0 where there is none). */
  held: Type.Integer(),
  oldestAt: Type.Number(),
});
export type TraceCover = Static<typeof TraceCover>;

export const Participant = Type.Object({
  kind: Type.Union([Type.Literal('peer'), Type.Literal('node')]),
  /** The address of the user at that end where it is known, else the network address; of a front end its id. */
  name: Type.String(),
  /** What the device calls itself. */
  agent: Type.String(),
  /** `udp 192.0.2.7:5060`; empty for a front end. */
  place: Type.String(),
});
export type Participant = Static<typeof Participant>;

export const Step = Type.Object({
  id: Type.String(),
  at: Type.Number(),
  /** Milliseconds since the step before. */
  gapMs: Type.Number(),
  /** Indices of participants. */
  source: Type.Integer(),
  target: Type.Integer(),
  transport: Type.String(),
  /** `INVITE`, `180 Ringing`. */
  label: Type.String(),
  startLine: Type.String(),
  method: Type.String(),
  cseq: Type.Integer(),
  status: Type.Union([Type.Integer(), Type.Null()]),
  /** Which transaction, numbered from 1 in order of appearance. */
  transaction: Type.Integer(),
  /** Number of the dialog, 0 before there is one. */
  dialog: Type.Integer(),
  /** The id of the step that this one repeats; empty where it repeats none. */
  repeats: Type.String(),
  /** For an answer: milliseconds since its request on the same way; null for a request or where it was not seen. */
  answerMs: Type.Union([Type.Number(), Type.Null()]),
  contentType: Type.String(),
  bytes: Type.Integer(),
});
export type Step = Static<typeof Step>;

export const Ladder = Type.Object({
  callId: Type.String(),
  /** In order of appearance. */
  participants: Type.Array(Participant),
  steps: Type.Array(Step),
  /** Only the first of very many steps are here. */
  cut: Type.Boolean(),
});
export type Ladder = Static<typeof Ladder>;

/** A message in full, as far as it may be shown. */
export const TraceText = Type.Object({
  id: Type.String(),
  at: Type.Number(),
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')]),
  flow: TraceFlow,
  /** Header and body with line ends as on the wire; what is secret is masked. */
  text: Type.String(),
  /** Bytes of a body that is not part of `text`. */
  hiddenBytes: Type.Integer(),
  /** Why: what people write is private; the setting keeps headers only; it is no text; it is too long. */
  hidden: Type.Union([
    Type.Literal(''),
    Type.Literal('private'),
    Type.Literal('headers'),
    Type.Literal('binary'),
    Type.Literal('long'),
  ]),
});
export type TraceText = Static<typeof TraceText>;

/** One look at full texts, for the record. */
export const Opening = Type.Object({
  at: Type.Number(),
  actor: Type.String(),
  actorName: Type.String(),
  purpose: Type.String(),
  callId: Type.String(),
  messages: Type.Integer(),
});
export type Opening = Static<typeof Opening>;

// Asked of one front end, by the others.
export const nodeCalls = command('monitoring.nodeCalls', {
  request: Type.Object({ filter: TraceFilter, limit: Limit }),
  reply: Type.Object({
    ...TraceCalls.properties,
    setting: TraceSetting,
    held: Type.Integer(),
    oldestAt: Type.Number(),
  }),
});
export const nodeSightings = command('monitoring.nodeSightings', {
  request: Type.Object({
    filter: TraceFilter,
    callId: Type.Optional(CallId),
    /** Only what was seen from then on. */
    from: Type.Optional(Type.Number()),
    limit: Limit,
  }),
  reply: Type.Object({ sightings: Type.Array(Sighting), more: Type.Boolean() }),
});
export const nodeTexts = command('monitoring.nodeTexts', {
  request: Type.Object({
    callId: CallId,
    /** All of that Call-ID without it. */
    ids: Type.Optional(Type.Array(Type.String({ maxLength: 80 }), { maxItems: 500 })),
    after: Type.Optional(Type.String({ maxLength: 80 })),
  }),
  reply: Type.Object({ texts: Type.Array(TraceText), next: Type.Optional(Type.String()) }),
});

// Asked by pages and the command line; answered by any front end for all of them.
export const listCalls = command('monitoring.calls', {
  request: Type.Object({ filter: TraceFilter, limit: Limit }),
  reply: Type.Object({ ...TraceCalls.properties, cover: TraceCover }),
});
export const showLadder = command('monitoring.ladder', {
  request: Type.Object({ callId: CallId }),
  reply: Type.Object({ ladder: Ladder, silent: Type.Integer() }),
});
export const recentSightings = command('monitoring.sightings', {
  request: Type.Object({ filter: TraceFilter, from: Type.Number(), limit: Limit }),
  reply: Type.Object({ sightings: Type.Array(Sighting), silent: Type.Integer() }),
});
export const openTexts = command('monitoring.openTexts', {
  request: Type.Object({
    /** A user id, or `cli`; stands in the record of openings. */
    actor: Type.String({ minLength: 1, maxLength: 100 }),
    purpose: Type.Union([Type.Literal('view'), Type.Literal('text'), Type.Literal('pcap')]),
    callId: CallId,
    ids: Type.Optional(Type.Array(Type.String({ maxLength: 80 }), { minItems: 1, maxItems: 500 })),
    /** `next` of the page before; the first page is the one that is recorded. */
    after: Type.Optional(Type.String({ maxLength: 200 })),
  }),
  reply: Type.Object({ texts: Type.Array(TraceText), next: Type.Optional(Type.String()) }),
});
export const listOpenings = command('monitoring.openings', {
  request: Type.Object({ before: Type.Optional(Type.Number()), limit: Limit }),
  reply: Type.Object({ openings: Type.Array(Opening) }),
});

/** The command line beside the data, in the record of openings. */
export const TRACE_ACTOR = 'cli';
/** The socket in the data directory at which the command line asks: `trace.sock`. */
export const TRACE_DOOR = 'trace';

export const DoorQuestion = Type.Union([
  Type.Object({ ask: Type.Literal('calls'), filter: TraceFilter, limit: Limit }),
  Type.Object({ ask: Type.Literal('sightings'), filter: TraceFilter, from: Type.Number(), limit: Limit }),
  Type.Object({ ask: Type.Literal('ladder'), callId: CallId }),
  Type.Object({
    ask: Type.Literal('export'),
    callIds: Type.Array(CallId, { minItems: 1, maxItems: 500 }),
    format: Type.Union([Type.Literal('text'), Type.Literal('pcap')]),
  }),
]);
export type DoorQuestion = Static<typeof DoorQuestion>;

export const monitoringErrors = errors({
  MONITORING_TRACE_OFF: {
    http: 409,
    sentence: 'This server does not keep SIP messages to be looked at.',
    remedy: 'Set sip.trace to headers or full in parley.yaml and start Parley again.',
  },
  MONITORING_NOT_HELD: {
    http: 404,
    sentence: 'Nothing is held of this Call-ID any more.',
    remedy: 'Only recent messages are kept: look again soon after it happens, or raise limits.traceMinutes.',
  },
  MONITORING_BAD_QUESTION: {
    http: 400,
    sentence: 'The running Parley does not understand this command.',
    remedy: 'Use the command line of the version that runs.',
  },
  MONITORING_TOO_LONG: {
    http: 413,
    sentence: 'This is too much for one file.',
    remedy: 'Export one Call-ID, or a shorter time.',
  },
});
