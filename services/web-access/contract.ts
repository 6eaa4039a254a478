// web-access: the browser's protocol. One WebSocket (/api/v1/socket) carries JSON frames: a snapshot, then numbered
// events, and commands with replies. A client that returns within the buffer resumes after its last event.
import { errors } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { AlertSettings, MailOffer, PushSubscription } from '../alerts/contract.ts';
import { getRules, planCall, putRules } from '../call-routing/contract.ts';
import {
  answerCall,
  CallSide,
  continueCall,
  declineCall,
  HistoryEntry,
  hangUpCall,
  holdCall,
  listCalls,
  moveCall,
  placeCall,
  readCallHistory,
  redirectCall,
  removeCallHistory,
  ringingCall,
  Signal,
  seenCallHistory,
  signalCall,
  toPhoneCall,
  transferCall,
} from '../calls/contract.ts';
import {
  answerAdded,
  bookChanged,
  Contact,
  changeGroups,
  importContacts,
  lastImport,
  listContacts,
  putContacts,
  removeContacts,
} from '../contacts/contract.ts';
import { iceServers } from '../edge/contract.ts';
import { User, UserId } from '../identity/contract.ts';
import {
  Conversation,
  changeGroup,
  draftFields,
  HistoryPage,
  listReceipts,
  Message,
  Scheduled,
  searchMessages,
} from '../im/contract.ts';
import { Settings } from '../policy/contract.ts';
import {
  Access,
  AccessMember,
  Card,
  CardFields,
  Choice,
  Level,
  MachineUse,
  NoteChange,
  OwnPresence,
  PresenceSettings,
  PresenceState,
} from '../presence/contract.ts';
import { qualityCommands } from '../quality/contract.ts';
import { Light, VoicemailAlert, VoicemailEvent, voicemailCommands } from '../voicemail/contract.ts';

/** One of the 19 features that licences open, as this person has it on this device. */
export const FeatureRight = Type.Object({
  feature: Type.String(),
  allowed: Type.Boolean(),
  /** Why not; or, where it is allowed, what the person should hear once: that a licence is missing. */
  code: Type.Optional(Type.String()),
  sentence: Type.Optional(Type.String()),
  remedy: Type.Optional(Type.String()),
});
export type FeatureRight = Static<typeof FeatureRight>;

/** What the policies allow the person, and what the person wants. */
export const OwnPolicy = Type.Object({
  ...Type.Pick(Settings, [
    'banner',
    'receipts',
    'editing',
    'startGroups',
    'groupSize',
    'groupExpansion',
    'addedQuestions',
  ]).properties,
  hidesReceipts: Type.Boolean(),
});
export type OwnPolicy = Static<typeof OwnPolicy>;

/** What belongs to the contact list beside the contacts; `version` is that of the whole. */
export const Book = Type.Object({
  ...Type.Pick(listContacts.reply, ['version', 'groups', 'addedBy', 'asksWhenAdded']).properties,
});
export type Book = Static<typeof Book>;

/** Everything a client shows at first: people it knows of, their presence, its conversations. */
export const Snapshot = Type.Object({
  me: User,
  users: Type.Array(User),
  presence: Type.Array(PresenceState),
  /** What people say of themselves beside the directory, where anything of it is for this person. */
  cards: Type.Array(Card),
  /** Who has which level of access with this person. */
  access: Access,
  contacts: Type.Array(Contact),
  book: Book,
  conversations: Type.Array(Conversation),
  /** Without `presence`, `presence` above says nothing of others (offline, reason `none`). */
  features: Type.Array(FeatureRight),
  /** Present where the server keeps no messages: they go to who is there, and have `seq` 0. */
  keepsNothing: Type.Optional(Type.Literal(true)),
  /** For how long people may edit or delete what they wrote; left out where nobody may. */
  editableForMs: Type.Optional(Type.Integer()),
  policy: Type.Optional(OwnPolicy),
  /** This person's sides of calls that have not ended. */
  calls: Type.Array(CallSide),
  /** Missed and not looked at. */
  missedCalls: Type.Integer(),
  /** Voice messages; left out where voicemail cannot be asked. */
  voicemail: Type.Optional(Light),
});
export type Snapshot = Static<typeof Snapshot>;

export const ClientEvent = Type.Union([
  Type.Object({ type: Type.Literal('user'), user: User }),
  Type.Object({ type: Type.Literal('presence'), presence: PresenceState }),
  /** Like `user` and `presence`, all that this person may see of it now: it takes the place of what was there. */
  Type.Object({ type: Type.Literal('card'), card: Card }),
  Type.Object({ type: Type.Literal('access'), access: Access }),
  /** One's contact list has changed; where `version` is not the next one, something was missed. */
  Type.Object({
    type: Type.Literal('book'),
    ...Type.Omit(bookChanged.schema, ['userId']).properties,
  }),
  /** Somebody added this person and waits for a level; null when that is answered. */
  Type.Object({
    type: Type.Literal('added'),
    userId: UserId,
    at: Type.Union([Type.Integer(), Type.Null()]),
  }),
  /** Somebody for whom this person waited is free; this window says so. */
  Type.Object({ type: Type.Literal('free'), userId: UserId, at: Type.Integer() }),
  Type.Object({ type: Type.Literal('message'), message: Message, participantIds: Type.Array(UserId) }),
  Type.Object({
    type: Type.Literal('read'),
    conversationId: Type.String(),
    readSeq: Type.Integer(),
    unread: Type.Integer(),
  }),
  Type.Object({
    type: Type.Literal('typing'),
    conversationId: Type.String(),
    userId: UserId,
    typing: Type.Boolean(),
  }),
  /** A message was edited, deleted or reacted to: as it is now. Its `revision` is the conversation's. */
  Type.Object({ type: Type.Literal('changed'), message: Message, participantIds: Type.Array(UserId) }),
  /** One's own message that waits for its time; null when it was sent or taken back. */
  Type.Object({
    type: Type.Literal('scheduled'),
    conversationId: Type.String(),
    scheduleId: Type.String(),
    scheduled: Type.Union([Scheduled, Type.Null()]),
  }),
  /**
   * A group has other people, another title or another lock; `lastSeq` is the message before the change. For who is not in
   * it any more (`isPast`), its people as they were.
   */
  Type.Object({
    type: Type.Literal('group'),
    conversationId: Type.String(),
    peopleVersion: Type.Integer(),
    lastSeq: Type.Integer(),
    participantIds: Type.Array(UserId),
    title: Type.Optional(Type.String()),
    isLocked: Type.Optional(Type.Boolean()),
    leaderIds: Type.Optional(Type.Array(UserId)),
    isPast: Type.Optional(Type.Literal(true)),
  }),
  /** Somebody else has read up to there. */
  Type.Object({
    type: Type.Literal('seen'),
    conversationId: Type.String(),
    userId: UserId,
    seq: Type.Integer(),
  }),
  Type.Object({ type: Type.Literal('policy'), policy: OwnPolicy }),
  /** What the licences allow has changed: all of it, as it is now. */
  Type.Object({ type: Type.Literal('features'), features: Type.Array(FeatureRight) }),
  /** This window makes itself heard now, for messages that it has up to `seq`. */
  Type.Object({ type: Type.Literal('alert'), conversationId: Type.String(), seq: Type.Integer() }),
  /** Seen elsewhere: what this window shows for messages up to `seq` goes. */
  Type.Object({ type: Type.Literal('alertDismissed'), conversationId: Type.String(), seq: Type.Integer() }),
  /** A side of a call of this person, whole; it takes the place of an older version. */
  Type.Object({ type: Type.Literal('call'), side: CallSide }),
  /** For this window alone. */
  Type.Object({ type: Type.Literal('callSignal'), sideId: Type.String(), signal: Signal }),
  Type.Object({ type: Type.Literal('callHistory'), entry: HistoryEntry, missed: Type.Integer() }),
  VoicemailEvent,
  VoicemailAlert,
]);
export type ClientEvent = Static<typeof ClientEvent>;

/** Everyone in the conversation, said where the server keeps no messages. */
const Participants = Type.Optional(Type.Array(UserId, { maxItems: 101 }));

/** What the session says, and not the page. */
const FROM_SESSION = ['userId', 'windowId', 'deviceId'] as const;
const ConversationId = Type.String({ maxLength: 64 });
const OneMessage = {
  conversationId: ConversationId,
  seq: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
};
const OneScheduled = { scheduleId: Type.String({ maxLength: 64 }) };

/** Commands by name: what a browser may ask. The sender is always the signed-in user. */
export const commands = {
  'im.open': {
    request: Type.Object({ participantIds: Type.Array(UserId, { minItems: 1, maxItems: 100 }) }),
    reply: Conversation,
  },
  'im.send': {
    request: Type.Object({
      conversationId: ConversationId,
      ...draftFields,
      participantIds: Participants,
    }),
    reply: Message,
  },
  'im.history': {
    request: Type.Object({
      conversationId: Type.String({ maxLength: 64 }),
      beforeSeq: Type.Optional(Type.Integer()),
      afterSeq: Type.Optional(Type.Integer()),
      afterRevision: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })),
      limit: Type.Integer({ minimum: 1, maximum: 200 }),
    }),
    reply: HistoryPage,
  },
  'im.edit': {
    request: Type.Object({ ...OneMessage, text: Type.String(), mentions: draftFields.mentions }),
    reply: Message,
  },
  'im.delete': { request: Type.Object(OneMessage), reply: Message },
  'im.react': {
    request: Type.Object({ ...OneMessage, emoji: Type.String({ maxLength: 64 }), on: Type.Boolean() }),
    reply: Message,
  },
  'im.schedule': {
    request: Type.Object({ conversationId: ConversationId, ...draftFields, sendAt: Type.Integer() }),
    reply: Scheduled,
  },
  'im.scheduled': {
    request: Type.Object({}),
    reply: Type.Object({ scheduled: Type.Array(Scheduled) }),
  },
  'im.reschedule': {
    request: Type.Object({ ...OneScheduled, sendAt: Type.Integer(), text: Type.Optional(Type.String()) }),
    reply: Scheduled,
  },
  'im.unschedule': { request: Type.Object(OneScheduled), reply: Type.Object({}) },
  'im.sendScheduled': { request: Type.Object(OneScheduled), reply: Message },
  'im.read': {
    request: Type.Object({
      conversationId: Type.String({ maxLength: 64 }),
      seq: Type.Integer({ minimum: 0 }),
    }),
    reply: Type.Object({ readSeq: Type.Integer(), unread: Type.Integer() }),
  },
  /** Of several at once, only the newest is answered; the others are `WEB_SUPERSEDED`. The same with `people.search`. */
  'im.search': {
    request: Type.Object(Type.Omit(searchMessages.request, ['userId']).properties),
    reply: searchMessages.reply,
  },
  'im.typing': {
    request: Type.Object({
      conversationId: Type.String({ maxLength: 64 }),
      typing: Type.Boolean(),
      participantIds: Participants,
    }),
    reply: Type.Object({}),
  },
  'im.conversation': {
    request: Type.Object({ conversationId: Type.String({ maxLength: 64 }) }),
    reply: Conversation,
  },
  'im.startGroup': {
    request: Type.Object({
      participantIds: Type.Array(UserId, { minItems: 1, maxItems: 100 }),
      title: Type.Optional(Type.String({ maxLength: 400 })),
    }),
    reply: Conversation,
  },
  'im.changeGroup': {
    request: Type.Object({
      conversationId: Type.String({ maxLength: 64 }),
      change: changeGroup.request.properties.change,
    }),
    reply: Conversation,
  },
  'im.receipts': {
    request: Type.Object({ conversationId: Type.String({ maxLength: 64 }) }),
    reply: listReceipts.reply,
  },
  'im.setPrivacy': {
    request: Type.Object({ hidesReceipts: Type.Boolean() }),
    reply: Type.Object({ hidesReceipts: Type.Boolean() }),
  },
  /** Everybody in a department, by name, as far as may be taken into a group at once; `total` counts all. */
  'people.department': {
    request: Type.Object({ department: Type.String({ minLength: 1, maxLength: 200 }) }),
    reply: Type.Object({
      users: Type.Array(User),
      presence: Type.Array(PresenceState),
      total: Type.Integer(),
    }),
  },
  'presence.setState': { request: Choice, reply: PresenceState },
  'presence.setNote': { request: NoteChange, reply: PresenceState },
  'presence.setLocation': {
    request: Type.Object({ location: Type.String({ maxLength: 100 }) }),
    reply: PresenceState,
  },
  /** One's own note and settings with their versions. */
  'presence.readOwn': { request: Type.Object({}), reply: OwnPresence },
  'presence.setSettings': {
    request: Type.Object({ settings: PresenceSettings, version: Type.Integer() }),
    reply: OwnPresence,
  },
  /** What happens at this machine; the server makes a state of it by its own clock. */
  'presence.activity': {
    request: Type.Object({
      machine: MachineUse,
      /** Seconds since the last input. */
      idleS: Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000 })),
    }),
    reply: Type.Object({}),
  },
  /** Gives somebody a level of access; null gives the usual one back. */
  'access.set': {
    request: Type.Object({
      member: AccessMember,
      level: Type.Union([Level, Type.Null()]),
      version: Type.Integer({ minimum: 0 }),
    }),
    reply: Access,
  },
  /** What somebody at that level sees of oneself now. */
  'access.preview': {
    request: Type.Object({ level: Level }),
    reply: Type.Object({ user: User, presence: PresenceState, card: Type.Union([Card, Type.Null()]) }),
  },
  'card.set': {
    request: Type.Object({ fields: CardFields, version: Type.Integer({ minimum: 0 }) }),
    reply: Card,
  },
  /** The whole list, for who missed a change. */
  'contact.list': {
    request: Type.Object({}),
    reply: Type.Object({ contacts: Type.Array(Contact), book: Book }),
  },
  /** Whom this person talked to most in the last weeks. */
  'contact.frequent': {
    request: Type.Object({}),
    reply: Type.Object({ userIds: Type.Array(UserId) }),
  },
  'contact.put': {
    request: Type.Pick(putContacts.request, ['contactIds', 'change']),
    reply: Type.Object({}),
  },
  'contact.remove': {
    request: Type.Pick(removeContacts.request, ['contactIds']),
    reply: removeContacts.reply,
  },
  'contact.changeGroups': {
    request: Type.Pick(changeGroups.request, ['change']),
    reply: changeGroups.reply,
  },
  'contact.undo': {
    request: Type.Object({ undoId: Type.String({ maxLength: 64 }) }),
    reply: Type.Object({}),
  },
  'contact.import': {
    request: Type.Pick(importContacts.request, ['importId', 'dryRun', 'entries', 'taken']),
    reply: importContacts.reply,
  },
  'contact.lastImport': { request: Type.Object({}), reply: lastImport.reply },
  /** Answers "X added you". */
  'contact.answer': {
    request: Type.Pick(answerAdded.request, ['adderId', 'level', 'addBack']),
    reply: Type.Object({}),
  },
  'contact.setAsking': {
    request: Type.Object({ asksWhenAdded: Type.Boolean() }),
    reply: Type.Object({}),
  },
  'people.search': {
    request: Type.Object({
      query: Type.String({ maxLength: 200 }),
      limit: Type.Integer({ minimum: 1, maximum: 100 }),
    }),
    reply: Type.Object({
      users: Type.Array(User),
      presence: Type.Array(PresenceState),
      cards: Type.Array(Card),
      more: Type.Boolean(),
      departments: Type.Optional(Type.Array(Type.Object({ name: Type.String(), people: Type.Integer() }))),
    }),
  },
  /** Whether somebody has touched this window since the last time, and what they look at in it. */
  'alert.attend': {
    request: Type.Object({
      active: Type.Boolean(),
      looksAt: Type.Union([Type.String({ maxLength: 64 }), Type.Null()]),
    }),
    reply: Type.Object({}),
  },
  'alert.dismiss': {
    request: Type.Object({
      conversationId: Type.String({ maxLength: 64 }),
      seq: Type.Integer({ minimum: 0 }),
      snoozeS: Type.Optional(Type.Integer({ minimum: 60, maximum: 86_400 })),
    }),
    reply: Type.Object({}),
  },
  'alert.settings': {
    request: Type.Object({}),
    reply: Type.Object({ settings: AlertSettings, publicKey: Type.String(), mail: MailOffer }),
  },
  'alert.putSettings': { request: Type.Object({ settings: AlertSettings }), reply: Type.Object({}) },
  'alert.subscribe': { request: Type.Object({ subscription: PushSubscription }), reply: Type.Object({}) },
  'alert.unsubscribe': {
    request: Type.Object({ endpoint: Type.String({ maxLength: 1000 }) }),
    reply: Type.Object({}),
  },
  'call.place': { request: Type.Omit(placeCall.request, FROM_SESSION), reply: placeCall.reply },
  'call.ringing': { request: Type.Omit(ringingCall.request, FROM_SESSION), reply: ringingCall.reply },
  'call.answer': { request: Type.Omit(answerCall.request, FROM_SESSION), reply: answerCall.reply },
  'call.continue': { request: Type.Omit(continueCall.request, FROM_SESSION), reply: continueCall.reply },
  'call.move': { request: Type.Omit(moveCall.request, FROM_SESSION), reply: moveCall.reply },
  'call.toPhone': { request: Type.Omit(toPhoneCall.request, FROM_SESSION), reply: toPhoneCall.reply },
  'call.decline': { request: Type.Omit(declineCall.request, FROM_SESSION), reply: declineCall.reply },
  'call.redirect': { request: Type.Omit(redirectCall.request, FROM_SESSION), reply: redirectCall.reply },
  'call.hangUp': { request: Type.Omit(hangUpCall.request, FROM_SESSION), reply: hangUpCall.reply },
  'call.hold': { request: Type.Omit(holdCall.request, FROM_SESSION), reply: holdCall.reply },
  'call.transfer': { request: Type.Omit(transferCall.request, FROM_SESSION), reply: transferCall.reply },
  'call.signal': { request: Type.Omit(signalCall.request, FROM_SESSION), reply: signalCall.reply },
  /** Relays for this person's calls, with credentials that end by themselves. */
  'call.iceServers': { request: Type.Object({}), reply: iceServers.reply },
  'call.list': { request: Type.Omit(listCalls.request, ['userId']), reply: listCalls.reply },
  'call.history': { request: Type.Omit(readCallHistory.request, ['userId']), reply: readCallHistory.reply },
  'call.seen': { request: Type.Omit(seenCallHistory.request, ['userId']), reply: seenCallHistory.reply },
  'call.forget': {
    request: Type.Omit(removeCallHistory.request, ['userId']),
    reply: removeCallHistory.reply,
  },
  ...qualityCommands,
  'callRules.get': { request: Type.Object({}), reply: getRules.reply },
  'callRules.put': { request: Type.Pick(putRules.request, ['rules', 'version']), reply: putRules.reply },
  /** What happens if somebody calls, now or at another moment. */
  'callRules.plan': { request: Type.Pick(planCall.request, ['caller', 'at']), reply: planCall.reply },
  ...voicemailCommands,
} as const;
export type CommandName = keyof typeof commands;
export type CommandRequest<N extends CommandName> = Static<(typeof commands)[N]['request']>;
export type CommandReply<N extends CommandName> = Static<(typeof commands)[N]['reply']>;

/** First frame of the client; `resume` if it was connected before. */
export const Hello = Type.Object({
  type: Type.Literal('hello'),
  resume: Type.Optional(
    Type.Object({ sessionId: Type.String({ maxLength: 100 }), event: Type.Integer({ minimum: 0 }) }),
  ),
});
export const CommandFrame = Type.Object({
  type: Type.Literal('command'),
  id: Type.Integer(),
  name: Type.String({ maxLength: 50 }),
  request: Type.Unknown(),
});
export const Ping = Type.Object({ type: Type.Literal('ping') });
export const ClientFrame = Type.Union([Hello, CommandFrame, Ping]);
export type ClientFrame = Static<typeof ClientFrame>;

const FaultSchema = Type.Object({
  code: Type.String(),
  sentence: Type.String(),
  remedy: Type.Optional(Type.String()),
  /** Where what was to be changed is another by now: how it is stored. */
  current: Type.Optional(Type.Unknown()),
});
export const ServerFrame = Type.Union([
  /** Full state; `event` is the number of the last event it includes. `reason` says why a resume was not possible. */
  Type.Object({
    type: Type.Literal('snapshot'),
    sessionId: Type.String(),
    event: Type.Integer(),
    snapshot: Snapshot,
    reason: Type.Optional(FaultSchema),
  }),
  /** Resumed: the missed events follow. */
  Type.Object({ type: Type.Literal('resumed'), sessionId: Type.String(), event: Type.Integer() }),
  Type.Object({ type: Type.Literal('event'), event: Type.Integer(), data: ClientEvent }),
  Type.Object({
    type: Type.Literal('reply'),
    id: Type.Integer(),
    ok: Type.Literal(true),
    value: Type.Unknown(),
  }),
  Type.Object({
    type: Type.Literal('reply'),
    id: Type.Integer(),
    ok: Type.Literal(false),
    fault: FaultSchema,
  }),
  Type.Object({ type: Type.Literal('pong') }),
  /** Said before the server closes the connection for a reason the client can act on. */
  Type.Object({ type: Type.Literal('goodbye'), fault: FaultSchema }),
]);
export type ServerFrame = Static<typeof ServerFrame>;

/** HTTP beside the socket: GET /api/v1/session, POST /api/v1/sign-in, /sign-out, /sign-out-everywhere, /first-run, GET /api/v1/photos/:userId. */
export const Session = Type.Object({
  signedIn: Type.Boolean(),
  firstRun: Type.Boolean(),
  /** True when the set-up code is not needed (the browser is on the server's machine). */
  local: Type.Boolean(),
  domain: Type.String(),
  /** Must be sent as `x-parley-csrf` with every POST, PUT, PATCH and DELETE. */
  csrf: Type.String(),
  user: Type.Optional(User),
  /** Where a phone registers (a port is null where that listener is off); told to who is signed in. */
  sip: Type.Optional(
    Type.Object({
      host: Type.String(),
      port: Type.Union([Type.Integer(), Type.Null()]),
      tlsPort: Type.Union([Type.Integer(), Type.Null()]),
    }),
  ),
});
export type Session = Static<typeof Session>;

/** Cookie that holds the sign-in's token; HttpOnly, so that only the server reads it. */
export const SIGN_IN_COOKIE = 'parley_sign_in';

export const webAccessErrors = errors({
  WEB_BAD_COMMAND: {
    http: 400,
    sentence: 'The page asked for something that the server does not understand.',
    remedy: 'Reload the page.',
  },
  WEB_TOO_FAST: {
    http: 429,
    sentence: 'Too many commands in a short time.',
    remedy: 'Wait for a second and try again.',
  },
  WEB_SUPERSEDED: { http: 409, sentence: 'A newer search has taken the place of this one.' },
  WEB_BAD_FRAME: {
    http: 400,
    sentence: 'The connection carried something that is not of Parley’s protocol.',
    remedy: 'Reload the page.',
  },
  WEB_TOO_MANY_WINDOWS: {
    http: 429,
    sentence: 'Parley is open in 20 windows already.',
    remedy: 'Close one of them.',
  },
  WEB_EVENT_TOO_OLD: { http: 410, sentence: 'You were away for so long that everything was loaded again.' },
  WEB_SESSION_UNKNOWN: {
    http: 410,
    sentence: 'The server does not hold your last connection, so everything was loaded again.',
  },
  WEB_NOT_READY: {
    http: 503,
    sentence: 'The server cannot load your contacts and conversations at the moment.',
    remedy: 'Wait; the page tries again by itself.',
  },
});
