// voicemail: a mailbox for each person: greeting, messages that callers left, the light that says so. `calls` hands it a
// caller whose leg it drives at the media host; it gives the caller back as an ended call.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { Party } from '../calls/contract.ts';
import { UserId } from '../identity/contract.ts';

/** Audio goes over the bus in pieces of so many bytes, as Base64. */
export const AUDIO_PIECE_BYTES = 256 * 1024;
export const GREETING_MOST_S = 120;
export const GREETING_MOST_BYTES = 8 * 1024 * 1024;

const VoicemailId = Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' });
const Nothing = Type.Object({});

export const Voicemail = Type.Object({
  voicemailId: VoicemailId,
  userId: UserId,
  /** Of the call's record: its ladder and its history line. */
  recordId: Type.String(),
  from: Party,
  /** Unix milliseconds. */
  at: Type.Integer(),
  durationMs: Type.Integer(),
  bytes: Type.Integer(),
  heard: Type.Boolean(),
  /** Removed by its person, and gone for good a while later; until then it can be taken back. */
  removedAt: Type.Optional(Type.Integer()),
  /** When retention removes it; absent where it is kept until somebody removes it. */
  expiresAt: Type.Optional(Type.Integer()),
});
export type Voicemail = Static<typeof Voicemail>;

/** What the light shows (RFC 3842 §5.2): messages not heard, and all. */
export const Light = Type.Object({ unheard: Type.Integer(), total: Type.Integer() });
export type Light = Static<typeof Light>;

/** A message is new, heard, removed, taken back, or gone; absent `voicemail`: several changed, ask for the list. */
export const voicemailChanged = event(
  'voicemail.changed',
  Type.Object({ userId: UserId, light: Light, voicemail: Type.Optional(Voicemail) }),
);

/**
 * A caller comes whose leg stands at a media host. `leave`: hears the greeting, speaks after the tone. `listen`: the person
 * of the mailbox, on a phone: PIN, then keys. Asked of the front end that holds the call (`{ node }`); answered at once.
 */
export const attend = command('voicemail.attend', {
  request: Type.Object({
    /** The caller's side, for `calls.endAttended`. */
    sideId: Type.String(),
    recordId: Type.String(),
    mailboxOf: UserId,
    from: Party,
    purpose: Type.Union([Type.Literal('leave'), Type.Literal('listen')]),
    legId: Type.String(),
    mediaNodeId: Type.String(),
    /** Owner of the leg: hears its events. */
    ownerNodeId: Type.String(),
  }),
  reply: Nothing,
});
/** The caller hung up, or the call ended otherwise; what was said until then is kept. */
export const callerLeft = command('voicemail.callerLeft', {
  request: Type.Object({ sideId: Type.String() }),
  reply: Nothing,
});

export const listVoicemail = command('voicemail.list', {
  request: Type.Object({
    userId: UserId,
    /** Older than this `at`. */
    before: Type.Optional(Type.Integer()),
    limit: Type.Integer({ minimum: 1, maximum: 200 }),
  }),
  reply: Type.Object({ voicemails: Type.Array(Voicemail), more: Type.Boolean(), light: Light }),
});
export const lightOf = command('voicemail.light', { request: Type.Object({ userId: UserId }), reply: Light });
export const markVoicemail = command('voicemail.mark', {
  request: Type.Object({
    userId: UserId,
    voicemailIds: Type.Array(VoicemailId, { minItems: 1, maxItems: 200 }),
    heard: Type.Boolean(),
  }),
  reply: Light,
});
export const removeVoicemail = command('voicemail.remove', {
  request: Type.Object({
    userId: UserId,
    voicemailIds: Type.Array(VoicemailId, { minItems: 1, maxItems: 200 }),
    /** Takes a removal back. */
    removed: Type.Boolean(),
  }),
  reply: Light,
});

const Piece = Type.Object({
  /** Base64. */
  data: Type.String({ maxLength: Math.ceil(AUDIO_PIECE_BYTES / 3) * 4 }),
  totalBytes: Type.Integer(),
  mediaType: Type.String(),
});
/** A message's sound from `offset` on; the page hears it by HTTP from /voicemail/ID. */
export const readVoicemail = command('voicemail.read', {
  request: Type.Object({ userId: UserId, voicemailId: VoicemailId, offset: Type.Integer({ minimum: 0 }) }),
  reply: Piece,
});

export const Mailbox = Type.Object({
  /** Policy and licence let this person have one. */
  allowed: Type.Boolean(),
  greeting: Type.Union([
    Type.Literal('standard'),
    Type.Object({ durationMs: Type.Integer(), at: Type.Integer() }),
  ]),
  hasPin: Type.Boolean(),
  /** A copy of each message goes to the person's mail address. */
  mailCopy: Type.Boolean(),
  /** Of the policy: messages are removed after so many days; 0: never. */
  keptDays: Type.Integer(),
  /** What to call from one's own phone to hear messages. */
  accessNumber: Type.String(),
});
export type Mailbox = Static<typeof Mailbox>;

export const getMailbox = command('voicemail.mailbox', {
  request: Type.Object({ userId: UserId }),
  reply: Mailbox,
});
export const setMailbox = command('voicemail.setMailbox', {
  request: Type.Object({
    userId: UserId,
    mailCopy: Type.Optional(Type.Boolean()),
    /** 4 to 10 digits; null removes it: then one's own phones listen without. */
    pin: Type.Optional(Type.Union([Type.String({ pattern: '^[0-9]{4,10}$' }), Type.Null()])),
    greeting: Type.Optional(Type.Literal('standard')),
  }),
  reply: Mailbox,
});
/** A greeting from the browser: WAV or Ogg Opus, piece by piece; with the last one it is the greeting. */
export const putGreeting = command('voicemail.putGreeting', {
  request: Type.Object({
    userId: UserId,
    uploadId: VoicemailId,
    offset: Type.Integer({ minimum: 0 }),
    totalBytes: Type.Integer({ minimum: 1, maximum: GREETING_MOST_BYTES }),
    data: Type.String({ maxLength: Math.ceil(AUDIO_PIECE_BYTES / 3) * 4 }),
  }),
  reply: Mailbox,
});
export const readGreeting = command('voicemail.readGreeting', {
  request: Type.Object({ userId: UserId, offset: Type.Integer({ minimum: 0 }) }),
  reply: Piece,
});

/** To a window: a message is new, heard, removed, taken back, or gone; without `voicemail`, the list is to be asked for again. */
export const VoicemailEvent = Type.Object({
  type: Type.Literal('voicemail'),
  light: Light,
  voicemail: Type.Optional(Voicemail),
});
/** This window makes a new message heard: one of the person's windows, and none in quiet hours. */
export const VoicemailAlert = Type.Object({ type: Type.Literal('voicemailAlert'), voicemail: Voicemail });

/** What a window asks of its person’s voicemail; the sound itself goes by HTTP. */
export const voicemailCommands = {
  'voicemail.list': { request: Type.Omit(listVoicemail.request, ['userId']), reply: listVoicemail.reply },
  'voicemail.mark': { request: Type.Omit(markVoicemail.request, ['userId']), reply: markVoicemail.reply },
  'voicemail.remove': {
    request: Type.Omit(removeVoicemail.request, ['userId']),
    reply: removeVoicemail.reply,
  },
  'voicemail.mailbox': { request: Type.Object({}), reply: getMailbox.reply },
  'voicemail.setMailbox': { request: Type.Omit(setMailbox.request, ['userId']), reply: setMailbox.reply },
} as const;

export const voicemailErrors = errors({
  VOICEMAIL_GONE: { http: 404, sentence: 'This voice message is not there any more.' },
  VOICEMAIL_NOT_ALLOWED: {
    http: 403,
    sip: 403,
    sentence: 'You have no voicemail.',
    remedy: 'Ask your administrator for it.',
  },
  VOICEMAIL_BAD_AUDIO: {
    http: 400,
    sentence: 'This recording cannot be played.',
    remedy: 'Record it again, or choose a WAV or Ogg Opus file of up to two minutes.',
  },
  VOICEMAIL_WEAK_PIN: {
    http: 400,
    sentence: 'This PIN is too easy to guess.',
    remedy: 'Choose one that is no sequence, no repetition and not your number.',
  },
});
