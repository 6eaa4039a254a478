// contacts: whom a person keeps at hand, in which groups, with which note; who was added by whom; whom one waits for.
import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';
import { Level } from '../presence/contract.ts';

/** A `userId` of this server, or the address of somebody elsewhere. */
export const ContactId = Type.String({ minLength: 1, maxLength: 254 });
const GroupId = Type.String({ minLength: 1, maxLength: 64 });
const GroupName = Type.String({ minLength: 1, maxLength: 100 });
const GroupIds = Type.Array(GroupId, { maxItems: 100 });

/** "Tell me when this person is free": the next time, or every time. */
export const Waiting = Type.Union([Type.Literal('once'), Type.Literal('always')]);
export type Waiting = Static<typeof Waiting>;

export const Contact = Type.Object({
  contactId: ContactId,
  /** One person may be in several groups, or in none. */
  groupIds: GroupIds,
  favourite: Type.Boolean(),
  /** What the person who keeps the list wrote about the contact; told to nobody else. */
  note: Type.String({ maxLength: 500 }),
  noteVersion: Type.Integer({ minimum: 0 }),
  waiting: Type.Optional(Waiting),
  /** Of somebody elsewhere, whom no directory here names. */
  name: Type.Optional(Type.String({ maxLength: 200 })),
});
export type Contact = Static<typeof Contact>;

export const ContactGroup = Type.Object({ groupId: GroupId, name: GroupName });
export type ContactGroup = Static<typeof ContactGroup>;

/** Somebody who added the person, and is not answered yet. */
export const AddedBy = Type.Object({ userId: UserId, at: Type.Integer() });
export type AddedBy = Static<typeof AddedBy>;

/** How many at once; one page of a list, one event. */
export const CONTACTS_AT_ONCE = 200;
export const CONTACTS_A_PERSON = 1_000;

/** One person's list. Its pages tell the version of the first; each change adds one to it. */
export const listContacts = command('contacts.list', {
  request: Type.Object({ userId: UserId, after: Type.Optional(ContactId) }),
  reply: Type.Object({
    version: Type.Integer(),
    contacts: Type.Array(Contact),
    /** In the person's order. */
    groups: Type.Array(ContactGroup),
    /** Newest first. */
    addedBy: Type.Array(AddedBy),
    asksWhenAdded: Type.Boolean(),
    next: Type.Optional(ContactId),
  }),
});

/** What is to be otherwise; of two windows the later one wins, field by field. A note names the version that it replaces. */
export const ContactChange = Type.Object({
  favourite: Type.Optional(Type.Boolean()),
  addTo: Type.Optional(GroupIds),
  removeFrom: Type.Optional(GroupIds),
  note: Type.Optional(Type.Object({ text: Type.String({ maxLength: 500 }), version: Type.Integer() })),
  waiting: Type.Optional(Type.Union([Waiting, Type.Null()])),
  name: Type.Optional(Type.String({ maxLength: 200 })),
});
export type ContactChange = Static<typeof ContactChange>;

const ContactIds = Type.Array(ContactId, { minItems: 1, maxItems: CONTACTS_AT_ONCE });
/** The device that a person acts on, or null where it has no name; without it the product itself acts, unlicensed. */
const OnDevice = Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()]));

/** Adds those who are not there, and changes all of them alike. */
export const putContacts = command('contacts.put', {
  request: Type.Object({
    userId: UserId,
    contactIds: ContactIds,
    change: ContactChange,
    deviceId: OnDevice,
  }),
  reply: Type.Object({}),
});
/** What can be taken back with `undo`, for a while; left out where nothing was changed. */
const UndoId = Type.Optional(Type.String({ maxLength: 64 }));

export const removeContacts = command('contacts.remove', {
  request: Type.Object({ userId: UserId, contactIds: ContactIds }),
  reply: Type.Object({ undoId: UndoId }),
});

export const GroupChange = Type.Union([
  /** `groupId` is made up by who asks, so that asking twice makes one. */
  Type.Object({ kind: Type.Literal('create'), groupId: GroupId, name: GroupName }),
  Type.Object({ kind: Type.Literal('rename'), groupId: GroupId, name: GroupName }),
  /** Groups that are not named follow in the order they had. */
  Type.Object({ kind: Type.Literal('order'), groupIds: GroupIds }),
  /** The people stay in the list, or those go who are in no other group and no favourites. */
  Type.Object({
    kind: Type.Literal('delete'),
    groupId: GroupId,
    people: Type.Union([Type.Literal('keep'), Type.Literal('remove')]),
  }),
]);
export type GroupChange = Static<typeof GroupChange>;
export const changeGroups = command('contacts.changeGroups', {
  request: Type.Object({ userId: UserId, change: GroupChange, deviceId: OnDevice }),
  /** There for a group that was deleted. */
  reply: Type.Object({ undoId: UndoId }),
});
/** Takes back a removal or an import: what was changed otherwise since stays as it is. */
export const undo = command('contacts.undo', {
  request: Type.Object({ userId: UserId, undoId: Type.String({ maxLength: 64 }) }),
  reply: Type.Object({}),
});

/** One line of a file: addresses of one person, the best first. */
export const ImportEntry = Type.Object({
  line: Type.Integer({ minimum: 1 }),
  addresses: Type.Array(Type.String({ maxLength: 254 }), { maxItems: 10 }),
  name: Type.String({ maxLength: 200 }),
  groups: Type.Array(GroupName, { maxItems: 20 }),
  favourite: Type.Boolean(),
  note: Type.String({ maxLength: 500 }),
});
export type ImportEntry = Static<typeof ImportEntry>;
export const ImportVerdict = Type.Union([
  Type.Literal('new'),
  /** Somebody elsewhere, who is added too. */
  Type.Literal('external'),
  /** In the list, but not in all of these groups. */
  Type.Literal('joins'),
  Type.Literal('known'),
  /** The same person as in a line above. */
  Type.Literal('twice'),
  Type.Literal('self'),
  /** An address of this server that nobody has. */
  Type.Literal('unknown'),
  Type.Literal('noAddress'),
  /** The list is full. */
  Type.Literal('full'),
]);
export type ImportVerdict = Static<typeof ImportVerdict>;

/**
 * Parts of one import have one `importId`, by which it can be undone. With `dryRun` nothing is stored; `taken` is how
 * many new people the parts before have.
 */
export const importContacts = command('contacts.import', {
  request: Type.Object({
    userId: UserId,
    importId: Type.String({ minLength: 1, maxLength: 64 }),
    dryRun: Type.Boolean(),
    entries: Type.Array(ImportEntry, { maxItems: CONTACTS_AT_ONCE }),
    taken: Type.Optional(Type.Integer({ minimum: 0 })),
    deviceId: OnDevice,
  }),
  reply: Type.Object({
    lines: Type.Array(
      Type.Object({
        line: Type.Integer(),
        verdict: ImportVerdict,
        contactId: Type.Optional(ContactId),
        name: Type.String(),
      }),
    ),
  }),
});
/** The last import, while it can be undone. */
export const lastImport = command('contacts.lastImport', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({
    last: Type.Union([
      Type.Object({ importId: Type.String(), at: Type.Integer(), people: Type.Integer() }),
      Type.Null(),
    ]),
  }),
});

/** Answers "X added you", once for all devices; a null level keeps the one that X has. */
export const answerAdded = command('contacts.answerAdded', {
  request: Type.Object({
    userId: UserId,
    adderId: UserId,
    level: Type.Union([Level, Type.Null()]),
    addBack: Type.Boolean(),
    deviceId: OnDevice,
  }),
  reply: Type.Object({}),
});
export const setAsking = command('contacts.setAsking', {
  request: Type.Object({ userId: UserId, asksWhenAdded: Type.Boolean() }),
  reply: Type.Object({}),
});

/** A person's list after a change: `version` is one more than before it. */
export const bookChanged = event(
  'contacts.book.changed',
  Type.Object({
    userId: UserId,
    version: Type.Integer(),
    contacts: Type.Array(Contact),
    removed: Type.Array(ContactId),
    /** All of them, where one changed. */
    groups: Type.Optional(Type.Array(ContactGroup)),
    asksWhenAdded: Type.Optional(Type.Boolean()),
  }),
);
export type BookChange = Static<typeof bookChanged.schema>;

/** Somebody added the person; with `at` null that is answered, or not asked any more. */
export const addedChanged = event(
  'contacts.added.changed',
  Type.Object({ userId: UserId, adderId: UserId, at: Type.Union([Type.Integer(), Type.Null()]) }),
);

/** Whom people wait for, as front ends hold it; null when they do not any more. */
export const Wait = Type.Object({
  userId: UserId,
  contactId: ContactId,
  waiting: Type.Union([Waiting, Type.Null()]),
  /** Of the person's list. */
  version: Type.Integer(),
});
export type Wait = Static<typeof Wait>;
export const waitChanged = event('contacts.wait.changed', Wait);
export const waitsSnapshot = command('contacts.waitsSnapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ waits: Type.Array(Wait), next: Type.Optional(Type.String()) }),
});
/** The contact is free for that person, who waited for it. Said once, whoever notices. */
export const becameFree = event(
  'contacts.free.became',
  Type.Object({ userId: UserId, contactId: UserId, at: Type.Integer() }),
);

export const contactErrors = errors({
  CONTACTS_FULL: {
    http: 409,
    sentence: 'Your contact list is full: it holds 1,000 people.',
    remedy: 'Remove somebody first, or add fewer people.',
  },
  CONTACTS_NO_SUCH_PERSON: {
    http: 404,
    sentence: 'This person does not exist here.',
    remedy: 'Search for the person again.',
  },
  CONTACTS_BAD_ADDRESS: {
    http: 400,
    sentence: 'This is not an address.',
    remedy: 'Write it as name@example.com.',
  },
  CONTACTS_GROUP_EXISTS: {
    http: 409,
    sentence: 'You have a group of this name already.',
    remedy: 'Choose another name.',
  },
  CONTACTS_BAD_GROUP_NAME: {
    http: 400,
    sentence: 'A group needs a name.',
    remedy: 'Write a name that can be seen.',
  },
  CONTACTS_NO_SUCH_GROUP: {
    http: 404,
    sentence: 'This group does not exist any more.',
    remedy: 'It was deleted in another window. Choose another group.',
  },
  CONTACTS_TOO_MANY_GROUPS: {
    http: 409,
    sentence: 'You have 100 groups, which is as many as there can be.',
    remedy: 'Delete a group first.',
  },
  CONTACTS_NOTE_STALE: {
    http: 409,
    sentence: 'This note was changed in another window in the meantime.',
    remedy: 'Look at what is there now, and change that.',
  },
  CONTACTS_NO_UNDO: {
    http: 404,
    sentence: 'This cannot be undone any more.',
    remedy: 'Change the list by hand.',
  },
});
