// policy: what people may do, set for everybody, for a department or for one person; the narrower scope wins.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, type TSchema, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

/** The most people that a group ever holds; `groupSize` may allow fewer. */
export const GROUP_LIMIT = 100;

/** What becomes of links in messages: left alone, made unclickable, refused, or made unclickable below a warning. */
export const LinkFilter = Type.Union([
  Type.Literal('allow'),
  Type.Literal('defang'),
  Type.Literal('block'),
  Type.Literal('warn'),
]);
export type LinkFilter = Static<typeof LinkFilter>;

/**
 * What of a group's past the people see who are added: nothing but their present stay, all their own stays, or everything.
 */
export const HistoryForNewPeople = Type.Union([
  Type.Literal('none'),
  Type.Literal('sinceJoin'),
  Type.Literal('all'),
]);
export type HistoryForNewPeople = Static<typeof HistoryForNewPeople>;

/** The most that a mail of unread messages shows: text and sender, the sender, only that there are some; or no such mail. */
export const MailDigest = Type.Union([
  Type.Literal('text'),
  Type.Literal('sender'),
  Type.Literal('nothing'),
  Type.Literal('forbidden'),
]);

/** What a mail about a voice message carries: its sound, a link to it; or no such mail. */
export const VoicemailMail = Type.Union([
  Type.Literal('sound'),
  Type.Literal('link'),
  Type.Literal('forbidden'),
]);

const Words = (maxItems: number, maxLength: number) =>
  Type.Array(Type.String({ minLength: 1, maxLength }), { maxItems });

export const Settings = Type.Object({
  linkFilter: LinkFilter,
  /** What a link begins with: `http:`, `www.` */
  linkPrefixes: Words(50, 30),
  /** Links to these domains and what is below them are always left alone. */
  linkDomains: Words(500, 253),
  linkWarning: Type.String({ minLength: 1, maxLength: 500 }),
  /** Shown above each conversation; empty for none. */
  banner: Type.String({ maxLength: 500 }),
  historyForNewPeople: HistoryForNewPeople,
  /** Whether people see how far the others have read. */
  receipts: Type.Boolean(),
  editing: Type.Boolean(),
  mailDigest: MailDigest,
  startGroups: Type.Boolean(),
  /** Everybody in it counts. */
  groupSize: Type.Integer({ minimum: 3, maximum: GROUP_LIMIT }),
  /** How many people of a department are taken into a group at once. */
  groupExpansion: Type.Integer({ minimum: 1, maximum: 1_000 }),
  /** Whether people may send their calls elsewhere: all of them, and those that they do not take. */
  forwarding: Type.Boolean(),
  /** Whether other people and numbers may ring with theirs. */
  ringAlso: Type.Boolean(),
  /** Whether these may be numbers and addresses outside of this server. */
  outsideNumbers: Type.Boolean(),
  /** A number that rings as well and answers within so many milliseconds is a mailbox, and does not get the call; 0 for never. */
  tooSoonMs: Type.Integer({ minimum: 0, maximum: 8_000 }),
  /** Whether callers may leave messages. */
  voicemail: Type.Boolean(),
  voicemailMinutes: Type.Integer({ minimum: 1, maximum: 30 }),
  voicemailMessages: Type.Integer({ minimum: 1, maximum: 1_000 }),
  /** 0: kept until somebody removes them. */
  voicemailDays: Type.Integer({ minimum: 0, maximum: 3_650 }),
  voicemailMail: VoicemailMail,
  /** Whether people are asked what somebody may see who has added them to their contacts. */
  addedQuestions: Type.Boolean(),
});
export type Settings = Static<typeof Settings>;
export type SettingName = keyof Settings;

export const DEFAULTS: Settings = {
  linkFilter: 'allow',
  linkPrefixes: [
    'http:',
    'https:',
    'www.',
    'ftp:',
    'file:',
    'callto:',
    'gopher:',
    'ldap:',
    'mailto:',
    'news:',
    'nntp:',
    'sip:',
    'tel:',
    'telnet:',
  ],
  linkDomains: [],
  linkWarning:
    'Caution: this message held a link. It was made unclickable; open it only if you know the sender.',
  banner: '',
  historyForNewPeople: 'sinceJoin',
  receipts: true,
  editing: true,
  mailDigest: 'text',
  startGroups: true,
  groupSize: GROUP_LIMIT,
  groupExpansion: 100,
  forwarding: true,
  ringAlso: true,
  outsideNumbers: true,
  tooSoonMs: 2_500,
  voicemail: true,
  voicemailMinutes: 5,
  voicemailMessages: 200,
  voicemailDays: 90,
  voicemailMail: 'sound',
  addedQuestions: true,
};
export const settingNames = Object.keys(DEFAULTS) as SettingName[];

const orNull = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]));
const { properties } = Settings;
/** What a scope says from now on; null gives a setting back to the wider scope. */
export const SettingChanges = Type.Object({
  linkFilter: orNull(properties.linkFilter),
  linkPrefixes: orNull(properties.linkPrefixes),
  linkDomains: orNull(properties.linkDomains),
  linkWarning: orNull(properties.linkWarning),
  banner: orNull(properties.banner),
  historyForNewPeople: orNull(properties.historyForNewPeople),
  receipts: orNull(properties.receipts),
  editing: orNull(properties.editing),
  mailDigest: orNull(properties.mailDigest),
  startGroups: orNull(properties.startGroups),
  groupSize: orNull(properties.groupSize),
  groupExpansion: orNull(properties.groupExpansion),
  forwarding: orNull(properties.forwarding),
  ringAlso: orNull(properties.ringAlso),
  outsideNumbers: orNull(properties.outsideNumbers),
  tooSoonMs: orNull(properties.tooSoonMs),
  voicemail: orNull(properties.voicemail),
  voicemailMinutes: orNull(properties.voicemailMinutes),
  voicemailMessages: orNull(properties.voicemailMessages),
  voicemailDays: orNull(properties.voicemailDays),
  voicemailMail: orNull(properties.voicemailMail),
  addedQuestions: orNull(properties.addedQuestions),
});
export type SettingChanges = Static<typeof SettingChanges>;

/** Whom settings are for. `value` is a department's name or a userId. */
export const Scope = Type.Union([
  Type.Object({ kind: Type.Literal('global') }),
  Type.Object({ kind: Type.Literal('department'), value: Type.String({ minLength: 1, maxLength: 200 }) }),
  Type.Object({ kind: Type.Literal('user'), value: UserId }),
]);
export type Scope = Static<typeof Scope>;

/** The settings of one scope: what is not named comes from a wider one. */
export const Policy = Type.Object({
  scope: Scope,
  settings: Type.Partial(Settings),
  /** Grows with every change of this scope. */
  version: Type.Integer(),
});
export type Policy = Static<typeof Policy>;

/** Who changes it, for the record: a userId, or that the command line did. */
const By = Type.String({ minLength: 1, maxLength: 64 });

export const policyChanged = event('policy.policy.changed', Policy);
export const policySnapshot = command('policy.snapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ policies: Type.Array(Policy), next: Type.Optional(Type.String()) }),
});
/** Changes what is named and leaves the rest. */
export const changePolicy = command('policy.change', {
  request: Type.Object({
    scope: Scope,
    changes: SettingChanges,
    by: By,
  }),
  reply: Policy,
});

/** One setting as it holds for a person, and where it comes from. */
export const Origin = Type.Union([
  Type.Literal('default'),
  Type.Literal('global'),
  Type.Literal('department'),
  Type.Literal('user'),
]);
export type Origin = Static<typeof Origin>;
export const Effective = Type.Object({
  settings: Settings,
  /** Setting → the scope that decides. */
  origins: Type.Record(Type.String(), Origin),
  department: Type.String(),
});
export type Effective = Static<typeof Effective>;
export const effectivePolicy = command('policy.effective', {
  request: Type.Object({ userId: UserId }),
  reply: Effective,
});

/** One change that was made, for who asks later. */
export const PolicyChange = Type.Object({
  /** Unix milliseconds. */
  at: Type.Integer(),
  by: By,
  scope: Scope,
  setting: Type.String(),
  /** JSON; null where the scope said nothing. */
  before: Type.Unknown(),
  after: Type.Unknown(),
});
export type PolicyChange = Static<typeof PolicyChange>;
/** The latest first. */
export const policyChanges = command('policy.changes', {
  request: Type.Object({ limit: Type.Integer({ minimum: 1, maximum: 500 }) }),
  reply: Type.Object({ changes: Type.Array(PolicyChange) }),
});

export const policyErrors = errors({
  POLICY_NO_SUCH_USER: {
    http: 404,
    sentence: 'There is no user with this address.',
    remedy: 'Check the spelling.',
  },
  POLICY_BAD_PREFIX: {
    http: 400,
    sentence: 'A link prefix ends with a colon or a full stop and holds no spaces.',
    remedy: 'Write it like “http:” or “www.”.',
  },
  POLICY_BAD_DOMAIN: {
    http: 400,
    sentence: 'An allowed domain is a plain domain name.',
    remedy: 'Write it like “example.com”, without http:// and without a path.',
  },
});
