// presence: who is available, why, and who wants to know. Publications of endpoints are aggregated on the server.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

/** States that people see. */
export const StateName = Type.Union([
  Type.Literal('available'),
  Type.Literal('inactive'),
  Type.Literal('busy'),
  Type.Literal('busyInactive'),
  Type.Literal('doNotDisturb'),
  Type.Literal('beRightBack'),
  Type.Literal('away'),
  Type.Literal('offline'),
]);
export type StateName = Static<typeof StateName>;

/** What somebody is doing, beside the state. */
export const Activity = Type.Union([
  Type.Literal('inCall'),
  Type.Literal('inConference'),
  Type.Literal('inMeeting'),
  Type.Literal('presenting'),
  Type.Literal('outOfOffice'),
  Type.Literal('urgentInterruptionsOnly'),
  Type.Literal('offWork'),
  Type.Literal('custom'),
]);
export type Activity = Static<typeof Activity>;

/** Which input the state comes from; `none`: no endpoint is online. */
export const Reason = Type.Union([
  Type.Literal('manual'),
  Type.Literal('endpoint'),
  Type.Literal('calendar'),
  Type.Literal('call'),
  Type.Literal('conference'),
  Type.Literal('none'),
]);
export type Reason = Static<typeof Reason>;

/** What can reach the person now. */
export const Capability = Type.Union([Type.Literal('message'), Type.Literal('audio'), Type.Literal('video')]);
export type Capability = Static<typeof Capability>;

/** A time of the calendar in which the person is not free. Unix milliseconds; `end` is not part of it. */
export const FreeBusy = Type.Object({
  start: Type.Integer(),
  end: Type.Integer(),
  kind: Type.Union([
    Type.Literal('busy'),
    Type.Literal('tentative'),
    Type.Literal('outOfOffice'),
    Type.Literal('elsewhere'),
  ]),
});
export type FreeBusy = Static<typeof FreeBusy>;

export const WorkingHours = Type.Object({
  /** IANA name. */
  timeZone: Type.String({ minLength: 1, maxLength: 64 }),
  /** 0 is Sunday. */
  days: Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), { maxItems: 7 }),
  /** Minutes after midnight. */
  startMinute: Type.Integer({ minimum: 0, maximum: 1440 }),
  endMinute: Type.Integer({ minimum: 0, maximum: 1440 }),
});
export type WorkingHours = Static<typeof WorkingHours>;

const Note = Type.String({ maxLength: 500 });
const Place = Type.String({ maxLength: 100 });
const ActivityText = Type.String({ maxLength: 100 });
const DeviceKind = Type.Union([Type.Literal('browser'), Type.Literal('phone')]);

/** What ONE watcher may see of one person; an absent field is not for that watcher, or says nothing. */
export const PresenceState = Type.Object({
  userId: UserId,
  state: StateName,
  activity: Type.Optional(Activity),
  /** The person's own words for the activity `custom`. */
  activityText: Type.Optional(ActivityText),
  note: Note,
  /** Unix milliseconds since when state and activity hold. */
  since: Type.Integer(),
  /** When they end by themselves. */
  until: Type.Optional(Type.Integer()),
  reason: Reason,
  /** Unix milliseconds of the last input anywhere; absent while somebody is at a device. */
  lastActive: Type.Optional(Type.Integer()),
  /** Kinds of endpoints online, for the device hint. */
  devices: Type.Array(DeviceKind),
  capabilities: Type.Optional(Type.Array(Capability)),
  /** Where the person is, in their own words. */
  location: Type.Optional(Place),
  /** The meeting of the calendar that is going on; nothing of a private one. */
  meeting: Type.Optional(
    Type.Object({ subject: Type.String({ maxLength: 200 }), place: Type.String({ maxLength: 200 }) }),
  ),
  freeBusy: Type.Optional(Type.Array(FreeBusy)),
  workingHours: Type.Optional(WorkingHours),
  version: Type.Integer(),
});
export type PresenceState = Static<typeof PresenceState>;

/**
 * One person's presence as servers tell it to one another: both aggregates with all fields. What a watcher gets is
 * projected from one of them to the watcher's level of access, on the server.
 */
export const Presentity = Type.Object({
  userId: UserId,
  /** For everybody but the level Team. */
  general: PresenceState,
  /** For the level Team: under Do Not Disturb it says that urgent interruptions are welcome. */
  team: PresenceState,
  version: Type.Integer(),
});
export type Presentity = Static<typeof Presentity>;

export const stateChanged = event('presence.state.changed', Presentity);
export const presenceSnapshot = command('presence.snapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ states: Type.Array(Presentity), next: Type.Optional(Type.String()) }),
});

/** How a machine is used: somebody is at it, nobody has been for a while, or its screen is locked. */
export const MachineUse = Type.Union([Type.Literal('active'), Type.Literal('idle'), Type.Literal('locked')]);
export type MachineUse = Static<typeof MachineUse>;

/** `call` and `conference`: services that say what their user is doing. */
export const EndpointKind = Type.Union([
  Type.Literal('browser'),
  Type.Literal('phone'),
  Type.Literal('call'),
  Type.Literal('conference'),
]);
export type EndpointKind = Static<typeof EndpointKind>;

/** What one endpoint says, until it is told otherwise. A phone that only registers says nothing: its registration tells that it can be reached. */
export const Statement = Type.Object({
  endpointId: Type.String(),
  kind: EndpointKind,
  /** `registered`: published by a phone that was registered, and counts while it is. */
  source: Type.Union([Type.Literal('browser'), Type.Literal('publish'), Type.Literal('registered')]),
  /** The phone, where it is known: what it publishes outweighs its registration. */
  deviceId: Type.String(),
  state: StateName,
  activity: Type.Optional(Activity),
  /** A browser's machine; the state follows from it by the server's clock. */
  machine: Type.Optional(MachineUse),
  /** Unix milliseconds by the server's clock of the machine's last input; while it is active, when that began. */
  inputAt: Type.Optional(Type.Integer()),
  /** Since when the endpoint says this. */
  since: Type.Integer(),
});
export type Statement = Static<typeof Statement>;

/** States that a person can choose. */
export const ManualState = Type.Union([
  Type.Literal('available'),
  Type.Literal('busy'),
  Type.Literal('doNotDisturb'),
  Type.Literal('beRightBack'),
  Type.Literal('away'),
]);
export type ManualState = Static<typeof ManualState>;

const ManualActivity = Type.Union([Type.Literal('offWork'), Type.Literal('custom')]);

/** The person's own choice. */
export const Manual = Type.Object({
  state: ManualState,
  activity: Type.Optional(ManualActivity),
  activityText: Type.Optional(ActivityText),
  setAt: Type.Integer(),
  until: Type.Optional(Type.Integer()),
});
export type Manual = Static<typeof Manual>;

/** What the calendar says at the time of the last change, and what is ahead. */
export const CalendarNow = Type.Object({
  meeting: Type.Optional(
    Type.Object({
      start: Type.Integer(),
      end: Type.Integer(),
      subject: Type.String(),
      place: Type.String(),
    }),
  ),
  outOfOffice: Type.Optional(Type.Object({ start: Type.Integer(), end: Type.Integer() })),
  freeBusy: Type.Array(FreeBusy),
});
export type CalendarNow = Static<typeof CalendarNow>;

/** All that a person and their endpoints have said; with the location of their phones, it makes their state. */
export const Said = Type.Object({
  userId: UserId,
  manual: Type.Union([Manual, Type.Null()]),
  note: Note,
  location: Place,
  statements: Type.Array(Statement),
  calendar: Type.Optional(CalendarNow),
  workingHours: Type.Optional(WorkingHours),
  inactiveAfterMin: Type.Integer(),
  awayAfterMin: Type.Integer(),
  /** Unix milliseconds of the last input at endpoints that are gone; 0 where none is known. */
  lastActive: Type.Integer(),
  /** Unix milliseconds of the last change. */
  changedAt: Type.Integer(),
  version: Type.Integer(),
});
export type Said = Static<typeof Said>;

/** Among front ends: each of them makes the states of all. */
export const saidChanged = event('presence.said.changed', Said);
export const saidSnapshot = command('presence.saidSnapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ said: Type.Array(Said), next: Type.Optional(Type.String()) }),
});

/** The device that a person acts on, or null where it has no name; without it the product itself acts, unlicensed. */
const OnDevice = Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()]));

/** An endpoint says how it is; it says so again before `expiresS` or is forgotten (RFC 3903 §4). */
export const publish = command('presence.publish', {
  request: Type.Object({
    userId: UserId,
    endpointId: Type.String({ maxLength: 200 }),
    kind: EndpointKind,
    /** What a phone says. Without it: Available, or Busy for a call and a conference. */
    state: Type.Optional(StateName),
    /** What a call or a conference is about; without it `inCall` and `inConference`. */
    activity: Type.Optional(Activity),
    /** What a browser says instead of a state. */
    machine: Type.Optional(MachineUse),
    /** Seconds since the last input at an idle machine, by its own clock, which need not be right. */
    idleS: Type.Optional(Type.Integer({ minimum: 0, maximum: 31_536_000 })),
    expiresS: Type.Integer({ minimum: 1, maximum: 86_400 }),
    deviceId: OnDevice,
  }),
  reply: Type.Object({}),
});
export const unpublish = command('presence.unpublish', {
  request: Type.Object({ userId: UserId, endpointId: Type.String({ maxLength: 200 }) }),
  reply: Type.Object({}),
});

/** What a person chooses; also what a browser may ask. */
export const Choice = Type.Object({
  /** Null gives the choice back to the endpoints and the calendar. */
  state: Type.Union([ManualState, Type.Null()]),
  activity: Type.Optional(ManualActivity),
  activityText: Type.Optional(ActivityText),
  /** After how many seconds it ends by itself. Without it, Busy and Do Not Disturb end after a day, the others never. */
  forS: Type.Optional(Type.Integer({ minimum: 5, maximum: 31 * 86_400 })),
});
export type Choice = Static<typeof Choice>;
export const setState = command('presence.setState', {
  request: Type.Object({ userId: UserId, ...Choice.properties, deviceId: OnDevice }),
  reply: PresenceState,
});

/** A note, and the version that it replaces (`OwnPresence.noteVersion`); without a version it replaces any. */
export const NoteChange = Type.Object({ note: Note, version: Type.Optional(Type.Integer()) });
export const setNote = command('presence.setNote', {
  request: Type.Object({ userId: UserId, ...NoteChange.properties, deviceId: OnDevice }),
  reply: PresenceState,
});
export const setLocation = command('presence.setLocation', {
  request: Type.Object({ userId: UserId, location: Place, deviceId: OnDevice }),
  reply: PresenceState,
});

export const PresenceSettings = Type.Object({
  inactiveAfterMin: Type.Integer({ minimum: 1, maximum: 360 }),
  /** Counted from the last input, as the other is. */
  awayAfterMin: Type.Integer({ minimum: 1, maximum: 720 }),
  /** An iCalendar feed (RFC 5545 §3.4) over http or https; empty for none. Whoever has the address can read the calendar. */
  calendarUrl: Type.String({ maxLength: 2000 }),
  workingHours: Type.Union([WorkingHours, Type.Null()]),
});
export type PresenceSettings = Static<typeof PresenceSettings>;

/** What a person sees of their own presence, and may change; told to nobody else. */
export const OwnPresence = Type.Object({
  note: Note,
  noteVersion: Type.Integer(),
  settings: PresenceSettings,
  settingsVersion: Type.Integer(),
  /** How the calendar feed is doing, where there is one. */
  calendar: Type.Optional(
    Type.Object({
      /** Unix milliseconds when it was last read; 0 for never. */
      readAt: Type.Integer(),
      /** Events of the coming two weeks. */
      events: Type.Integer(),
      /** Why the last attempt failed: one of the `PRESENCE_CALENDAR_…` codes. */
      problem: Type.Optional(
        Type.Object({ code: Type.String(), sentence: Type.String(), remedy: Type.Optional(Type.String()) }),
      ),
    }),
  ),
});
export type OwnPresence = Static<typeof OwnPresence>;
export const readOwn = command('presence.readOwn', {
  request: Type.Object({ userId: UserId }),
  reply: OwnPresence,
});
export const setSettings = command('presence.setSettings', {
  request: Type.Object({
    userId: UserId,
    settings: PresenceSettings,
    /** The version that they replace. */
    version: Type.Integer(),
    deviceId: OnDevice,
  }),
  reply: OwnPresence,
});

/** What somebody may see of a person, and whether they may reach them: see rules/levels.ts and rules/projection.ts. */
export const Level = Type.Union([
  Type.Literal('blocked'),
  Type.Literal('public'),
  Type.Literal('company'),
  Type.Literal('team'),
  Type.Literal('personal'),
]);
export type Level = Static<typeof Level>;

/**
 * Who has a level: one person (a `userId` of this server, or an address elsewhere), everybody of a domain, of this server,
 * of servers that it federates with, or of public networks. `value` is there for `user` and `domain`.
 */
export const AccessMember = Type.Object({
  kind: Type.Union([
    Type.Literal('user'),
    Type.Literal('domain'),
    Type.Literal('enterprise'),
    Type.Literal('federated'),
    Type.Literal('public'),
  ]),
  value: Type.Optional(Type.String({ minLength: 1, maxLength: 254 })),
});
export type AccessMember = Static<typeof AccessMember>;
export const AccessEntry = Type.Object({ member: AccessMember, level: Level });
export type AccessEntry = Static<typeof AccessEntry>;

/** Who has which level with a person; who is not named has the usual one. */
export const Access = Type.Object({
  userId: UserId,
  entries: Type.Array(AccessEntry),
  version: Type.Integer({ minimum: 0 }),
});
export type Access = Static<typeof Access>;

export const accessChanged = event('presence.access.changed', Access);
export const accessSnapshot = command('presence.accessSnapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ accesses: Type.Array(Access), next: Type.Optional(Type.String()) }),
});
export const getAccess = command('presence.getAccess', {
  request: Type.Object({ userId: UserId }),
  reply: Access,
});
/**
 * Gives one member a level; null gives the usual one back. `version` is that of what the person looked at: a fault
 * `PRESENCE_STALE` carries what is stored now.
 */
export const setAccess = command('presence.setAccess', {
  request: Type.Object({
    userId: UserId,
    member: AccessMember,
    level: Type.Union([Level, Type.Null()]),
    version: Type.Integer({ minimum: 0 }),
  }),
  reply: Access,
});

const CardNumber = Type.String({ maxLength: 40 });
const cardFields = {
  company: Type.String({ maxLength: 200 }),
  workAddress: Type.String({ maxLength: 400 }),
  /** An address with https or http. */
  site: Type.String({ maxLength: 400 }),
  mobile: CardNumber,
  home: CardNumber,
  other: CardNumber,
};
/** What a person says of themselves beside the directory. Numbers are E.164; what is empty is not said, or not shown. */
export const CardFields = Type.Object(cardFields);
export type CardFields = Static<typeof CardFields>;
export const Card = Type.Object({ userId: UserId, ...cardFields, version: Type.Integer({ minimum: 0 }) });
export type Card = Static<typeof Card>;

export const cardChanged = event('presence.card.changed', Card);
export const cardSnapshot = command('presence.cardSnapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ cards: Type.Array(Card), next: Type.Optional(Type.String()) }),
});
/** Replaces the whole card; `version` as with `setAccess`. */
export const setCard = command('presence.setCard', {
  request: Type.Object({
    userId: UserId,
    fields: CardFields,
    version: Type.Integer({ minimum: 0 }),
  }),
  reply: Card,
});

export const presenceErrors = errors({
  PRESENCE_NO_SUCH_USER: {
    http: 404,
    sip: 404,
    sentence: 'This person does not exist here.',
    remedy: 'Search for the person again.',
  },
  PRESENCE_STALE: {
    http: 409,
    sentence: 'This was changed somewhere else in the meantime.',
    remedy: 'Look at what is there now, and change that.',
  },
  PRESENCE_BAD_MEMBER: {
    http: 400,
    sentence: 'A level of access cannot be given to this.',
    remedy: 'Choose a person, a domain such as example.com, or an address such as name@example.com.',
  },
  PRESENCE_TOO_MANY_MEMBERS: {
    http: 409,
    sentence: 'Levels of access are given to 1,000 people and domains already.',
    remedy: 'Take somebody off the list first; who is not on it has the usual level.',
  },
  PRESENCE_BAD_NUMBER: {
    http: 400,
    sentence: 'This is not a telephone number.',
    remedy: 'Write it in full with the country code, for example +49 89 123456.',
  },
  PRESENCE_BAD_SITE: {
    http: 400,
    sentence: 'This is not the address of a page.',
    remedy: 'Write it as https://example.com/page.',
  },
  PRESENCE_BAD_SETTINGS: {
    http: 422,
    sentence: 'These settings do not go together.',
    remedy: 'Away has to come after Inactive, and the working day has to end after it begins.',
  },
  PRESENCE_CALENDAR_ADDRESS: {
    http: 422,
    sentence: 'This is not the address of a calendar feed.',
    remedy: 'Copy the iCalendar address (it begins with https://) from the settings of your calendar.',
  },
  PRESENCE_CALENDAR_PRIVATE: {
    http: 422,
    sentence: 'The address of the calendar leads into the internal network.',
    remedy:
      'Use an address that is reachable from outside, or ask your administrator to allow internal ones (calendar.allowPrivate).',
  },
  PRESENCE_CALENDAR_UNREACHABLE: {
    http: 502,
    sentence: 'The server of the calendar cannot be reached.',
    remedy: 'Check the address; Parley tries again by itself.',
  },
  PRESENCE_CALENDAR_SLOW: {
    http: 504,
    sentence: 'The calendar did not come within ten seconds.',
    remedy: 'Parley tries again by itself. Use the feed of a smaller calendar if this goes on.',
  },
  PRESENCE_CALENDAR_REFUSED: {
    http: 502,
    sentence: 'The server of the calendar does not give it out.',
    remedy: 'Copy the address again from the settings of your calendar; it may have been replaced.',
  },
  PRESENCE_CALENDAR_REDIRECTS: {
    http: 502,
    sentence: 'The address of the calendar leads on and on.',
    remedy: 'Open it in a browser, and use the address at which it ends.',
  },
  PRESENCE_CALENDAR_TOO_LARGE: {
    http: 502,
    sentence: 'The calendar is larger than 5 MB.',
    remedy: 'Use a feed that leaves out past years.',
  },
  PRESENCE_CALENDAR_UNREADABLE: {
    http: 502,
    sentence: 'What is at this address is not a calendar.',
    remedy: 'Copy the iCalendar address (often ending in .ics), not the address of the page.',
  },
  PRESENCE_BAD_ETAG: {
    http: 412,
    sip: 412,
    sentence: 'The publication is not known.',
    remedy: 'Publish the whole state again (RFC 3903 §6).',
  },
});
