// identity: who is who. People, their SIP addresses, departments, numbers and photos.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';

export const UserId = Type.String({ minLength: 1, maxLength: 64 });

export const User = Type.Object({
  userId: UserId,
  /** `local@domain`, lower case: address of record without the scheme. */
  address: Type.String({ maxLength: 254 }),
  name: Type.String({ maxLength: 200 }),
  title: Type.String({ maxLength: 200 }),
  department: Type.String({ maxLength: 200 }),
  office: Type.String({ maxLength: 200 }),
  /** E.164 (`+498912345`) or empty. */
  phone: Type.String({ maxLength: 32 }),
  /** Changes with the photo; empty when there is none. URL: /api/v1/photos/<userId>?v=<photo>. */
  photo: Type.String({ maxLength: 64 }),
  administrator: Type.Boolean(),
  disabled: Type.Boolean(),
  /** Grows with every change of this user. */
  version: Type.Integer(),
});
export type User = Static<typeof User>;

export const UserFields = Type.Object({
  address: Type.String({ maxLength: 254 }),
  name: Type.String({ maxLength: 200 }),
  title: Type.Optional(Type.String({ maxLength: 200 })),
  department: Type.Optional(Type.String({ maxLength: 200 })),
  office: Type.Optional(Type.String({ maxLength: 200 })),
  phone: Type.Optional(Type.String({ maxLength: 32 })),
  administrator: Type.Optional(Type.Boolean()),
});
export type UserFields = Static<typeof UserFields>;

export const userChanged = event('identity.user.changed', User);

/**
 * `userId` is given where something that belongs to the person had to be stored before. With `onlyFirst`, refused with
 * `AUTHENTICATION_NOT_FIRST` when somebody can administer this server.
 */
export const createUser = command('identity.create', {
  request: Type.Intersect([
    Type.Object({ userId: Type.Optional(UserId), onlyFirst: Type.Optional(Type.Boolean()) }),
    UserFields,
  ]),
  reply: User,
});
/** Whether anybody can administer this server. */
export const hasAdministrator = command('identity.hasAdministrator', {
  request: Type.Object({}),
  reply: Type.Object({ exists: Type.Boolean() }),
});
export const updateUser = command('identity.update', {
  request: Type.Object({ userId: UserId, changes: Type.Partial(UserFields) }),
  reply: User,
});
export const setDisabled = command('identity.setDisabled', {
  request: Type.Object({ userId: UserId, disabled: Type.Boolean() }),
  reply: User,
});
export const getUser = command('identity.get', {
  request: Type.Object({ userId: Type.Optional(UserId), address: Type.Optional(Type.String()) }),
  reply: User,
});
/** Prefix of any name part, department or address, diacritics ignored, or any run of digits of the number. */
export const searchUsers = command('identity.search', {
  request: Type.Object({
    query: Type.String({ maxLength: 200 }),
    limit: Type.Integer({ minimum: 1, maximum: 100 }),
  }),
  reply: Type.Object({ users: Type.Array(User), more: Type.Boolean() }),
});
/** Sorted by name; `after` is the `next` of the page before. An empty query lists all. */
export const listUsers = command('identity.list', {
  request: Type.Object({
    query: Type.Optional(Type.String({ maxLength: 200 })),
    after: Type.Optional(Type.String()),
    limit: Type.Integer({ minimum: 1, maximum: 500 }),
  }),
  reply: Type.Object({ users: Type.Array(User), next: Type.Optional(Type.String()), total: Type.Integer() }),
});
/** One page of the directory view's snapshot, in order of userId. */
export const directorySnapshot = command('identity.snapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ users: Type.Array(User), next: Type.Optional(Type.String()) }),
});
/** PNG, JPEG or WebP, at most 512 KiB, base64. */
export const setPhoto = command('identity.setPhoto', {
  request: Type.Object({
    userId: UserId,
    mediaType: Type.String(),
    data: Type.String({ maxLength: 720_000 }),
  }),
  reply: User,
});
/** Nothing changes where there is none. */
export const removePhoto = command('identity.removePhoto', {
  request: Type.Object({ userId: UserId }),
  reply: User,
});
export const getPhoto = command('identity.getPhoto', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({ mediaType: Type.String(), data: Type.String() }),
});

export const ImportRow = Type.Object({
  /** 1 is the header line. */
  line: Type.Integer(),
  address: Type.String(),
  name: Type.String(),
  password: Type.String(),
  devicePassword: Type.String(),
  phone: Type.String(),
  title: Type.String(),
  department: Type.String(),
  office: Type.String(),
});
export type ImportRow = Static<typeof ImportRow>;
/** All rows or none: with bad rows nothing is imported and the reasons come back. */
export const ImportReport = Type.Object({
  imported: Type.Integer(),
  dryRun: Type.Boolean(),
  problems: Type.Array(Type.Object({ line: Type.Integer(), column: Type.String(), reason: Type.String() })),
});
export type ImportReport = Static<typeof ImportReport>;
/** Adds every row's person, password and device password, or nobody. */
export const importUsers = command('identity.import', {
  request: Type.Object({ rows: Type.Array(ImportRow, { maxItems: 5000 }), dryRun: Type.Boolean() }),
  reply: ImportReport,
});

export const identityErrors = errors({
  IDENTITY_NO_SUCH_USER: {
    http: 404,
    sip: 404,
    sentence: 'There is no user with this address.',
    remedy: 'Check the spelling, or add the user first.',
  },
  IDENTITY_ADDRESS_TAKEN: {
    http: 409,
    sentence: 'This address belongs to another user.',
    remedy: 'Choose another address.',
  },
  IDENTITY_BAD_ADDRESS: {
    http: 400,
    sentence: 'This is not an address of this server.',
    remedy: 'Write it as name@domain with the domain of this server.',
  },
  IDENTITY_BAD_PHONE: {
    http: 400,
    sentence: 'This is not a telephone number.',
    remedy: 'Write it in full with the country code, for example +49 89 123456.',
  },
  IDENTITY_BAD_NAME: {
    http: 400,
    sentence: 'The name is empty or too long.',
    remedy: 'Give a display name of 1 to 200 characters.',
  },
  IDENTITY_BAD_PHOTO: {
    http: 400,
    sentence: 'This is not a photo that can be shown.',
    remedy: 'Use a PNG, JPEG or WebP picture of at most 512 KiB.',
  },
  IDENTITY_PHONE_TAKEN: {
    http: 409,
    sentence: 'This telephone number belongs to another user.',
    remedy: 'Choose another number, or remove it there first.',
  },
  IDENTITY_NO_PHOTO: { http: 404, sentence: 'This user has no photo.' },
});
