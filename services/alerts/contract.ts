// alerts: who is told of a message aloud, where first, and where later: windows, then Web Push. Which windows there are is
// said by web-access; what a person wants is kept here.
import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

const Minute = Type.Integer({ minimum: 0, maximum: 1439 });

/** What leaves this server of a message: sender and text, the sender alone, or only that there is something. */
export const Shows = Type.Union([Type.Literal('text'), Type.Literal('sender'), Type.Literal('nothing')]);
export type Shows = Static<typeof Shows>;

/** The digest: one mail of what somebody has not read while they were at no window. */
export const MailSettings = Type.Object({
  /** How long they are away and it is unread before it is mailed; null for never. */
  afterMinutes: Type.Union([Type.Integer({ minimum: 0, maximum: 10_080 }), Type.Null()]),
  shows: Shows,
  /** Of their pages (BCP 47), and the clock of their place: the letter is written by them. */
  language: Type.String({ maxLength: 35 }),
  timeZone: Type.String({ maxLength: 64 }),
});
export type MailSettings = Static<typeof MailSettings>;

export const AlertSettings = Type.Object({
  /** When nothing alerts; null for never. */
  quiet: Type.Union([
    Type.Object({
      fromMinute: Minute,
      toMinute: Minute,
      days: Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), { maxItems: 7 }),
      timeZone: Type.String({ maxLength: 64 }),
    }),
    Type.Null(),
  ]),
  pushShows: Shows,
  mail: MailSettings,
});
export type AlertSettings = Static<typeof AlertSettings>;

export const defaultSettings: AlertSettings = {
  quiet: null,
  pushShows: 'text',
  mail: { afterMinutes: null, shows: 'sender', language: 'en', timeZone: 'UTC' },
};

/** What mail can do for one person; null where this server sends none. */
export const MailOffer = Type.Union([
  Type.Object({
    /** Where it goes. */
    address: Type.String(),
    /** The most that it may show by the policies; null where they forbid it. */
    most: Type.Union([Shows, Type.Null()]),
    /** The mail server does not know the address: it was switched off at that time (Unix milliseconds). */
    refused: Type.Optional(Type.Object({ address: Type.String(), at: Type.Integer(), reply: Type.String() })),
  }),
  Type.Null(),
]);
export type MailOffer = Static<typeof MailOffer>;

/** What servers know of one person: how they want to be alerted, and in how many browsers they can be by push. */
export const AlertPerson = Type.Object({
  userId: UserId,
  settings: AlertSettings,
  pushes: Type.Integer({ minimum: 0 }),
  version: Type.Integer(),
});
export type AlertPerson = Static<typeof AlertPerson>;

export const personChanged = event('alerts.person.changed', AlertPerson);
/** Only those who have chosen something. */
export const peopleSnapshot = command('alerts.peopleSnapshot', {
  request: Type.Object({ after: Type.Optional(UserId) }),
  reply: Type.Object({ people: Type.Array(AlertPerson), next: Type.Optional(UserId) }),
});

export const getSettings = command('alerts.getSettings', {
  request: Type.Object({ userId: UserId }),
  /** `publicKey` is the server's for Web Push (RFC 8292 §3.2), base64url. */
  reply: Type.Object({ settings: AlertSettings, publicKey: Type.String(), mail: MailOffer }),
});
export const putSettings = command('alerts.putSettings', {
  request: Type.Object({ userId: UserId, settings: AlertSettings }),
  reply: Type.Object({}),
});

/** What the Push API of a browser gives (RFC 8030 §4, RFC 8291 §2). */
export const PushSubscription = Type.Object({
  endpoint: Type.String({ minLength: 1, maxLength: 1000 }),
  p256dh: Type.String({ minLength: 87, maxLength: 88 }),
  auth: Type.String({ minLength: 22, maxLength: 24 }),
  /** The browser lets a push close a notification without showing another. */
  canClose: Type.Boolean(),
});
export type PushSubscription = Static<typeof PushSubscription>;

/** A browser subscribes for as long as its person is signed in there. */
export const subscribe = command('alerts.subscribe', {
  request: Type.Object({ userId: UserId, signInId: Type.String(), subscription: PushSubscription }),
  reply: Type.Object({}),
});
export const unsubscribe = command('alerts.unsubscribe', {
  request: Type.Object({ userId: UserId, endpoint: Type.String({ maxLength: 1000 }) }),
  reply: Type.Object({}),
});

/** The person has seen the alert and does not want it anywhere else; with `snoozeS` it comes back then, if still unread. */
export const dismiss = command('alerts.dismiss', {
  request: Type.Object({
    userId: UserId,
    conversationId: Type.String({ maxLength: 64 }),
    seq: Type.Integer({ minimum: 0 }),
    snoozeS: Type.Optional(Type.Integer({ minimum: 60, maximum: 86_400 })),
  }),
  reply: Type.Object({}),
});

/** Where the link at the end of a mail leads, and how that page looks. */
export const STOP_PATH = '/api/v1/mail/stop';
export const STOP_STYLE_PATH = '/api/v1/mail/stop.css';
/** The link at the end of a mail, which needs no sign-in (RFC 8058 §3.2): with `stop` no more mail, without it the question. */
export const stopMail = command('alerts.stopMail', {
  request: Type.Object({ token: Type.String({ maxLength: 300 }), stop: Type.Boolean() }),
  /** HTML. */
  reply: Type.Object({ page: Type.String() }),
});

/** A snoozed alert is due again. */
export const alertRaised = event(
  'alerts.alert.raised',
  Type.Object({ userId: UserId, conversationId: Type.String(), seq: Type.Integer() }),
);
/** Nothing more is to be said of messages up to `seq`. */
export const alertDismissed = event(
  'alerts.alert.dismissed',
  Type.Object({ userId: UserId, conversationId: Type.String(), seq: Type.Integer() }),
);

/** One window of a person as far as alerts need to know it. */
export const Window = Type.Object({
  userId: UserId,
  windowId: Type.String(),
  /** Windows of one browser share this: one of them speaks for all. */
  browserId: Type.String(),
  /** Unix milliseconds of the last key, click or touch; 0 where there was none yet. */
  activeAt: Type.Integer(),
  /** The conversation that is open in it while it has the focus. */
  looksAt: Type.Union([Type.String(), Type.Null()]),
  isOpen: Type.Boolean(),
});
export type Window = Static<typeof Window>;
export const windowsChanged = event(
  'alerts.windows.changed',
  Type.Object({ nodeId: Type.String(), windows: Type.Array(Window, { maxItems: 200 }) }),
);
/** A process has come that knows of no windows yet: each tells of its own. */
export const windowsAsked = event('alerts.windows.asked', Type.Object({ nodeId: Type.String() }));

export const alertErrors = errors({
  ALERTS_UNKNOWN_TIME_ZONE: {
    http: 400,
    sentence: 'The server does not know this time zone.',
    remedy: 'Choose another one, for example Europe/Vienna.',
  },
  ALERTS_NO_SUCH_LINK: {
    http: 404,
    sentence: 'This link is not one of ours, or it was cut.',
    remedy: 'Open Settings, Notifications, and switch the mail off there.',
  },
  ALERTS_PUSH_REFUSED: {
    http: 400,
    sentence: 'This server does not send notifications to the push service of this browser.',
    remedy: 'Ask your administrator to add it to alerts.pushServices.',
  },
  ALERTS_BAD_SUBSCRIPTION: {
    http: 400,
    sentence: 'The browser gave keys for notifications that cannot be used.',
    remedy: 'Switch the notifications off and on again.',
  },
});
