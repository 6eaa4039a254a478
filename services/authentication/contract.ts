// authentication: proving who someone is. Passwords, sign-ins of browsers, device passwords of phones.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

/** One realm for every domain, so that renaming the domain does not void the phones' passwords (RFC 7616 §3.3). */
export const DIGEST_REALM = 'parley';

export const SignIn = Type.Object({
  signInId: Type.String(),
  userId: UserId,
  source: Type.String(),
  userAgent: Type.String(),
  createdAt: Type.Integer(),
  lastSeenAt: Type.Integer(),
});
export type SignIn = Static<typeof SignIn>;

export const Device = Type.Object({
  deviceId: Type.String(),
  userId: UserId,
  name: Type.String({ minLength: 1, maxLength: 100 }),
  createdAt: Type.Integer(),
  /** Unix milliseconds, or null for never. */
  expiresAt: Type.Union([Type.Integer(), Type.Null()]),
  lastUsedAt: Type.Union([Type.Integer(), Type.Null()]),
});
export type Device = Static<typeof Device>;

/** True until the first administrator exists. */
export const firstRun = command('authentication.firstRun', {
  request: Type.Object({}),
  reply: Type.Object({ needed: Type.Boolean() }),
});
/** Refused when one exists. `code` is printed at start and is needed unless the source is this machine. */
export const createFirstAdministrator = command('authentication.createFirstAdministrator', {
  request: Type.Object({
    address: Type.String({ maxLength: 254 }),
    name: Type.String({ maxLength: 200 }),
    password: Type.String({ maxLength: 1024 }),
    source: Type.String(),
    code: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  reply: Type.Object({ userId: UserId }),
});
export const signIn = command('authentication.signIn', {
  request: Type.Object({
    address: Type.String({ maxLength: 254 }),
    password: Type.String({ maxLength: 1024 }),
    source: Type.String({ maxLength: 64 }),
    userAgent: Type.String({ maxLength: 300 }),
  }),
  /** `token` is the cookie's value; only its hash is stored. */
  reply: Type.Object({
    token: Type.String(),
    signInId: Type.String(),
    userId: UserId,
    expiresAt: Type.Integer(),
  }),
});
export const checkSignIn = command('authentication.checkSignIn', {
  request: Type.Object({ token: Type.String({ maxLength: 200 }) }),
  reply: Type.Object({ signInId: Type.String(), userId: UserId, administrator: Type.Boolean() }),
});
export const signOut = command('authentication.signOut', {
  request: Type.Object({ signInId: Type.String() }),
  reply: Type.Object({}),
});
export const signOutEverywhere = command('authentication.signOutEverywhere', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({ ended: Type.Integer() }),
});
export const listSignIns = command('authentication.listSignIns', {
  request: Type.Object({ userId: Type.Optional(UserId), limit: Type.Integer({ minimum: 1, maximum: 500 }) }),
  reply: Type.Object({ signIns: Type.Array(SignIn) }),
});
export const signInEnded = event(
  'authentication.signIn.ended',
  Type.Object({ signInId: Type.String(), userId: UserId }),
);

/** Sets a password without asking for the old one: administrators, import and the command line. */
export const setPassword = command('authentication.setPassword', {
  request: Type.Object({ userId: UserId, password: Type.String({ maxLength: 1024 }) }),
  reply: Type.Object({}),
});
/** Ends every other sign-in of that person: who changes a password may do so because somebody else knows it. */
export const changePassword = command('authentication.changePassword', {
  request: Type.Object({
    userId: UserId,
    oldPassword: Type.String({ maxLength: 1024 }),
    newPassword: Type.String({ maxLength: 1024 }),
    /** The sign-in that asks, and stays. */
    signInId: Type.Optional(Type.String()),
  }),
  reply: Type.Object({}),
});

/** The password is generated unless given (import), and shown once. */
export const addDevice = command('authentication.addDevice', {
  request: Type.Object({
    userId: UserId,
    name: Type.String({ minLength: 1, maxLength: 100 }),
    expiresAt: Type.Optional(Type.Integer()),
    password: Type.Optional(Type.String({ minLength: 8, maxLength: 128 })),
  }),
  reply: Type.Object({ device: Device, password: Type.String() }),
});
export const listDevices = command('authentication.listDevices', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({ devices: Type.Array(Device) }),
});
export const revokeDevice = command('authentication.revokeDevice', {
  request: Type.Object({ userId: UserId, deviceId: Type.String() }),
  reply: Type.Object({}),
});
export const devicesChanged = event(
  'authentication.devices.changed',
  Type.Object({ userId: UserId, username: Type.String() }),
);

/** Passwords and device passwords for people who are about to be added; all entries or none. Empty strings set nothing. */
export const putCredentials = command('authentication.putCredentials', {
  request: Type.Object({
    entries: Type.Array(
      Type.Object({
        userId: UserId,
        address: Type.String(),
        password: Type.String(),
        devicePassword: Type.String(),
      }),
    ),
    dryRun: Type.Boolean(),
  }),
  reply: Type.Object({
    problems: Type.Array(
      Type.Object({ index: Type.Integer(), column: Type.String(), reason: Type.String() }),
    ),
  }),
});

/** What digest needs (RFC 7616 §3.4.2): H(username:realm:password) for every device of that user. */
export const digestCredentials = command('authentication.digestCredentials', {
  request: Type.Object({ username: Type.String({ maxLength: 254 }) }),
  reply: Type.Object({
    userId: UserId,
    disabled: Type.Boolean(),
    devices: Type.Array(
      Type.Object({
        deviceId: Type.String(),
        md5: Type.String(),
        sha256: Type.String(),
        expiresAt: Type.Union([Type.Integer(), Type.Null()]),
      }),
    ),
  }),
});
/** The key that signs digest nonces, the same in every front end (hex, 32 bytes). */
export const nonceKey = command('authentication.nonceKey', {
  request: Type.Object({}),
  reply: Type.Object({ key: Type.String() }),
});
export const deviceUsed = event(
  'authentication.device.used',
  Type.Object({ deviceId: Type.String(), at: Type.Integer() }),
);

export const authenticationErrors = errors({
  AUTHENTICATION_FAILED: {
    http: 401,
    sip: 401,
    sentence: 'The address or the password is wrong.',
    remedy: 'Try again, or ask your administrator for a new password.',
  },
  AUTHENTICATION_LOCKED: {
    http: 423,
    sentence: 'This account is locked after too many wrong passwords.',
    remedy: 'Wait for 15 minutes, or ask your administrator to reset the password.',
  },
  AUTHENTICATION_THROTTLED: {
    http: 429,
    sentence: 'Too many attempts from this network address.',
    remedy: 'Wait for a minute and try again.',
  },
  AUTHENTICATION_DISABLED: {
    http: 403,
    sip: 403,
    sentence: 'This account is disabled.',
    remedy: 'Ask your administrator to enable it.',
  },
  AUTHENTICATION_SIGN_IN_ENDED: { http: 401, sentence: 'You are signed out.', remedy: 'Sign in again.' },
  AUTHENTICATION_WEAK_PASSWORD: {
    http: 400,
    sentence: 'This password is too short.',
    remedy: 'Use at least 10 characters; a few words are best.',
  },
  AUTHENTICATION_NOT_FIRST: {
    http: 409,
    sentence: 'The first administrator exists already.',
    remedy: 'Sign in instead.',
  },
  AUTHENTICATION_CODE_NEEDED: {
    http: 403,
    sentence: 'Setting up from another machine needs the code that Parley printed when it started.',
    remedy: 'Copy the set-up code from the terminal or the log of the server.',
  },
  AUTHENTICATION_NO_SUCH_DEVICE: {
    http: 404,
    sentence: 'There is no such device.',
    remedy: 'Reload the list of devices.',
  },
  AUTHENTICATION_DEVICE_EXPIRED: {
    http: 403,
    sip: 403,
    sentence: 'The password of this device has expired.',
    remedy: 'Add the device again to get a new password.',
  },
  AUTHENTICATION_TOO_MANY_DEVICES: {
    http: 409,
    sentence: 'This user has 32 devices already.',
    remedy: 'Remove one that is no longer used.',
  },
});
