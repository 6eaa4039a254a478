// presence: who is available, why, and who wants to know. Publications of endpoints are aggregated on the server.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

/** States that people see. */
export const StateName = Type.Union([
  Type.Literal('available'),
  Type.Literal('busy'),
  Type.Literal('doNotDisturb'),
  Type.Literal('beRightBack'),
  Type.Literal('away'),
  Type.Literal('offline'),
]);
export type StateName = Static<typeof StateName>;

/** What a watcher sees of one person. */
export const PresenceState = Type.Object({
  userId: UserId,
  state: StateName,
  note: Type.String({ maxLength: 500 }),
  /** Unix milliseconds since when the state holds. */
  since: Type.Integer(),
  /** Why: `manual`, `endpoint`, `none` (no endpoint is online). */
  reason: Type.Union([Type.Literal('manual'), Type.Literal('endpoint'), Type.Literal('none')]),
  /** Kinds of endpoints online, for the device hint. */
  devices: Type.Array(Type.Union([Type.Literal('browser'), Type.Literal('phone')])),
  version: Type.Integer(),
});
export type PresenceState = Static<typeof PresenceState>;

export const stateChanged = event('presence.state.changed', PresenceState);
export const presenceSnapshot = command('presence.snapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ states: Type.Array(PresenceState), next: Type.Optional(Type.String()) }),
});

/** What one endpoint says, until it is told otherwise. A phone that only registers says nothing: its registration tells that it can be reached. */
export const Statement = Type.Object({
  endpointId: Type.String(),
  kind: Type.Union([Type.Literal('browser'), Type.Literal('phone')]),
  /** `registered`: published by a phone that was registered, and counts while it is. */
  source: Type.Union([Type.Literal('browser'), Type.Literal('publish'), Type.Literal('registered')]),
  /** The phone, where it is known: what it publishes outweighs its registration. */
  deviceId: Type.String(),
  state: StateName,
});
export type Statement = Static<typeof Statement>;

/** All that a person and their endpoints have said; with the location of their phones, it makes their state. */
export const Said = Type.Object({
  userId: UserId,
  manual: Type.Union([StateName, Type.Null()]),
  note: Type.String({ maxLength: 500 }),
  statements: Type.Array(Statement),
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
    kind: Type.Union([Type.Literal('browser'), Type.Literal('phone')]),
    state: StateName,
    expiresS: Type.Integer({ minimum: 1, maximum: 86_400 }),
    deviceId: OnDevice,
  }),
  reply: Type.Object({}),
});
export const unpublish = command('presence.unpublish', {
  request: Type.Object({ userId: UserId, endpointId: Type.String({ maxLength: 200 }) }),
  reply: Type.Object({}),
});
/** The person's own choice; null gives it back to the endpoints. */
export const setState = command('presence.setState', {
  request: Type.Object({
    userId: UserId,
    state: Type.Union([StateName, Type.Null()]),
    deviceId: OnDevice,
  }),
  reply: PresenceState,
});
export const setNote = command('presence.setNote', {
  request: Type.Object({ userId: UserId, note: Type.String({ maxLength: 500 }), deviceId: OnDevice }),
  reply: PresenceState,
});

export const Contact = Type.Object({
  userId: UserId,
  group: Type.String({ maxLength: 100 }),
  favourite: Type.Boolean(),
});
export type Contact = Static<typeof Contact>;
export const listContacts = command('presence.listContacts', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({ contacts: Type.Array(Contact) }),
});
export const putContact = command('presence.putContact', {
  request: Type.Object({ userId: UserId, contact: Contact, deviceId: OnDevice }),
  reply: Type.Object({}),
});
export const removeContact = command('presence.removeContact', {
  request: Type.Object({ userId: UserId, contactId: UserId }),
  reply: Type.Object({}),
});
export const contactChanged = event(
  'presence.contact.changed',
  Type.Object({ userId: UserId, contactId: UserId, contact: Type.Union([Contact, Type.Null()]) }),
);

export const presenceErrors = errors({
  PRESENCE_TOO_MANY_CONTACTS: {
    http: 409,
    sentence: 'The contact list is full (1,000 people).',
    remedy: 'Remove a contact first.',
  },
  PRESENCE_NO_SUCH_USER: {
    http: 404,
    sip: 404,
    sentence: 'This person does not exist here.',
    remedy: 'Search for the person again.',
  },
  PRESENCE_BAD_ETAG: {
    http: 412,
    sip: 412,
    sentence: 'The publication is not known.',
    remedy: 'Publish the whole state again (RFC 3903 §6).',
  },
});
