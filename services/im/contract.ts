// im: conversations and their messages. A message is acknowledged after it is stored, and never before.

import { command, type EventOf, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';
import { Found } from './rules/found.ts';
import { SearchQuery } from './rules/search-query.ts';

export { imErrors } from './rules/faults.ts';

export const MESSAGE_LIMIT_BYTES = 64 * 1024;
export const IMAGE_LIMIT_BYTES = 10 * 1024 * 1024;
/** An image travels over the bus in pieces of this size. */
export const IMAGE_PIECE_BYTES = 512 * 1024;

/** What somebody may add to the text of a message. */
const content = {
  importance: Type.Optional(Type.Union([Type.Literal('high'), Type.Literal('low')])),
  subject: Type.Optional(Type.String({ maxLength: 200 })),
  /** Seq of the message that this one answers, in the same conversation. */
  replyTo: Type.Optional(Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })),
  /** Who of the participants is meant by an `@name` in the text. */
  mentions: Type.Optional(Type.Array(UserId, { maxItems: 100 })),
};

const ImageId = Type.String({ pattern: '^[A-Za-z0-9-]{16,64}$' });
/** For who cannot see the image. */
const Alt = Type.String({ maxLength: 500 });
/** Images that were put on the server for this conversation before. */
const ImagesToSend = Type.Optional(Type.Array(Type.Object({ imageId: ImageId, alt: Alt }), { maxItems: 10 }));

/** The fields of a message that is to be sent, now or later, beside where it goes. */
export const draftFields = {
  text: Type.String(),
  clientId: Type.String({ minLength: 1, maxLength: 200 }),
  ...content,
  images: ImagesToSend,
};

export const MessageImage = Type.Object({
  imageId: ImageId,
  name: Type.String({ maxLength: 200 }),
  alt: Alt,
  width: Type.Integer(),
  height: Type.Integer(),
});
export type MessageImage = Static<typeof MessageImage>;

export const Reaction = Type.Object({ emoji: Type.String({ maxLength: 64 }), userIds: Type.Array(UserId) });
export type Reaction = Static<typeof Reaction>;

/** What happened to the people of a group, said in the conversation itself. */
export const Notice = Type.Object({
  kind: Type.Union([
    Type.Literal('added'),
    Type.Literal('removed'),
    Type.Literal('left'),
    Type.Literal('leader'),
    Type.Literal('locked'),
    Type.Literal('unlocked'),
    Type.Literal('renamed'),
  ]),
  /** To whom it happened. */
  userIds: Type.Array(UserId),
  by: UserId,
  /** The new title; empty where it was taken away. */
  title: Type.Optional(Type.String()),
});
export type Notice = Static<typeof Notice>;

export const Message = Type.Object({
  messageId: Type.String(),
  conversationId: Type.String(),
  /** 1, 2, 3 … without gaps inside one conversation; 0 where the server does not keep it. */
  seq: Type.Integer({ minimum: 0 }),
  senderId: UserId,
  text: Type.String(),
  /** Unix milliseconds by the server's clock. */
  sentAt: Type.Integer(),
  /** The sender's own id of the message: a repeated send with it stores nothing new. */
  clientId: Type.String({ maxLength: 200 }),
  ...content,
  images: Type.Optional(Type.Array(MessageImage)),
  reactions: Type.Optional(Type.Array(Reaction)),
  /** Unix milliseconds of the last edit. */
  editedAt: Type.Optional(Type.Integer()),
  /** Unix milliseconds; nothing of what it said is left. */
  deletedAt: Type.Optional(Type.Integer()),
  /** The conversation's revision with which this message was changed last. */
  revision: Type.Optional(Type.Integer()),
  /** Present where nobody wrote it: `text` says the same in English, for phones. */
  notice: Type.Optional(Notice),
});
export type Message = Static<typeof Message>;

/** What is so in a group whose people change, and not in a conversation of always the same people. */
const groupFields = {
  isGroup: Type.Optional(Type.Boolean()),
  /** Empty where it has none: it is called by its people. */
  title: Type.Optional(Type.String()),
  leaderIds: Type.Optional(Type.Array(UserId)),
  /** Nobody can be added. */
  isLocked: Type.Optional(Type.Boolean()),
  /** The asking person is not in it any more, and sees it as it was then. */
  isPast: Type.Optional(Type.Boolean()),
  /** Grows with every change of its people, title or lock. */
  peopleVersion: Type.Optional(Type.Integer()),
};

/** A conversation as one participant sees it. */
export const Conversation = Type.Object({
  conversationId: Type.String(),
  /** Everyone, the asking participant included. */
  participantIds: Type.Array(UserId),
  /** For lists: its `text` is cut after 300 characters. */
  lastMessage: Type.Union([Message, Type.Null()]),
  lastSeq: Type.Integer(),
  /** Last seq that this participant has read. */
  readSeq: Type.Integer(),
  unread: Type.Integer(),
  /** Grows with every edit, deletion and reaction; left out while there was none. */
  revision: Type.Optional(Type.Integer()),
  ...groupFields,
});
export type Conversation = Static<typeof Conversation>;

export const HistoryPage = Type.Object({
  messages: Type.Array(Message),
  more: Type.Boolean(),
  revision: Type.Optional(Type.Integer()),
});

/** The device that a person acts on, or null where it has no name; without it the product itself acts, unlicensed. */
const OnDevice = Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()]));

/** Everyone in the conversation: where the server keeps nothing, only its people know of it. */
const Participants = Type.Optional(Type.Array(UserId, { maxItems: 101 }));

/** The conversation of exactly these people; made if there is none. */
export const openConversation = command('im.open', {
  request: Type.Object({
    userId: UserId,
    participantIds: Type.Array(UserId, { minItems: 1, maxItems: 100 }),
    deviceId: OnDevice,
  }),
  reply: Conversation,
});
export const sendMessage = command('im.send', {
  request: Type.Object({
    senderId: UserId,
    conversationId: Type.String(),
    ...draftFields,
    deviceId: OnDevice,
    participantIds: Participants,
  }),
  reply: Message,
});
/**
 * Newest first; `beforeSeq` pages back. `afterSeq` (oldest first) fills a gap. `afterRevision` gives the messages that
 * were changed after it, in the order of their changes. The reply's `revision` is that of the conversation at this moment.
 */
export const readHistory = command('im.history', {
  request: Type.Object({
    userId: UserId,
    conversationId: Type.String(),
    beforeSeq: Type.Optional(Type.Integer()),
    afterSeq: Type.Optional(Type.Integer()),
    afterRevision: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })),
    limit: Type.Integer({ minimum: 1, maximum: 200 }),
  }),
  reply: HistoryPage,
});
/** The most recent conversations first; with `conversationId` that one alone. */
export const listConversations = command('im.conversations', {
  request: Type.Object({
    userId: UserId,
    limit: Type.Integer({ minimum: 1, maximum: 500 }),
    conversationId: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  reply: Type.Object({ conversations: Type.Array(Conversation) }),
});
/** Whom this person talked to most in the last weeks, the most first. */
export const listFrequent = command('im.frequent', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({ userIds: Type.Array(UserId) }),
});
export const markRead = command('im.read', {
  request: Type.Object({ userId: UserId, conversationId: Type.String(), seq: Type.Integer({ minimum: 0 }) }),
  reply: Type.Object({ readSeq: Type.Integer(), unread: Type.Integer() }),
});
export const showTyping = command('im.typing', {
  request: Type.Object({
    userId: UserId,
    conversationId: Type.String(),
    typing: Type.Boolean(),
    deviceId: OnDevice,
    participantIds: Participants,
  }),
  reply: Type.Object({}),
});

/**
 * Published for browsers after the commit and before the sender is answered: what is acknowledged was told. Two of one
 * conversation may come the other way round; their `seq` tells.
 */
export const messageStored = event(
  'im.message.stored',
  Type.Object({
    message: Message,
    participantIds: Type.Array(UserId),
    /** Whose windows are told, where not those of all. */
    to: Type.Optional(Type.Array(UserId)),
    /** Windows that have it shall say so: its sender's phone wants to hear it. */
    confirm: Type.Optional(Type.Literal(true)),
  }),
);
/** A message that is not kept, or that asks for it, has reached windows of others than its sender. */
export const messageTaken = event(
  'im.message.taken',
  Type.Object({
    messageId: Type.String(),
    conversationId: Type.String(),
    seq: Type.Integer(),
    userIds: Type.Array(UserId),
  }),
);
/** Among front ends: what a phone was found to read beside plain text. */
export const phoneLearnt = event(
  'im.phone.learnt',
  Type.Object({
    deviceId: Type.String(),
    abilities: Type.Array(Type.Union([Type.Literal('cpim'), Type.Literal('composing')])),
  }),
);
/** Among front ends: a phone waits to hear what becomes of its message. */
export const phoneAsked = event(
  'im.phone.asked',
  Type.Object({
    conversationId: Type.String(),
    senderId: UserId,
    seq: Type.Integer(),
    recipientIds: Type.Array(UserId),
  }),
);
/** Addressed to the front end at which the phones of a recipient are: the message that was stored just now. */
export const offerToPhones = command('im.offer', {
  request: Type.Object({
    message: Message,
    recipientId: UserId,
    place: Type.Integer({ minimum: 1 }),
    seen: Type.Integer({ minimum: 0 }),
  }),
  reply: Type.Object({}),
});
export const readChanged = event(
  'im.read.changed',
  Type.Object({
    userId: UserId,
    conversationId: Type.String(),
    readSeq: Type.Integer(),
    unread: Type.Integer(),
    /** Others who are told how far this person has read: at most once a second. */
    shownTo: Type.Optional(Type.Array(UserId)),
  }),
);
export const typingShown = event(
  'im.typing.shown',
  Type.Object({
    conversationId: Type.String(),
    userId: UserId,
    typing: Type.Boolean(),
    participantIds: Type.Array(UserId),
  }),
);

const OneMessage = {
  userId: UserId,
  conversationId: Type.String(),
  seq: Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 }),
  deviceId: OnDevice,
};

/** Another text for one's own message. Repeated, it changes nothing. */
export const editMessage = command('im.edit', {
  request: Type.Object({ ...OneMessage, text: Type.String(), mentions: content.mentions }),
  reply: Message,
});
/** Takes back what one's own message said; its place stays. */
export const deleteMessage = command('im.delete', { request: Type.Object(OneMessage), reply: Message });
/** Puts one's reaction under a message, or takes it away. */
export const reactToMessage = command('im.react', {
  request: Type.Object({ ...OneMessage, emoji: Type.String({ maxLength: 64 }), on: Type.Boolean() }),
  reply: Message,
});
/** After the commit of an edit, a deletion or a reaction: the message as it is now. */
export const messageChanged = event(
  'im.message.changed',
  Type.Object({ message: Message, participantIds: Type.Array(UserId) }),
);

/** A message that the server sends at a time to come. */
export const Scheduled = Type.Object({
  scheduleId: Type.String(),
  conversationId: Type.String(),
  ...draftFields,
  /** Unix milliseconds. */
  sendAt: Type.Integer(),
  /** Why it was not sent at that time; it waits for its author now. */
  fault: Type.Optional(
    Type.Object({
      code: Type.String(),
      sentence: Type.String(),
      remedy: Type.Optional(Type.String()),
    }),
  ),
});
export type Scheduled = Static<typeof Scheduled>;

const OneScheduled = { userId: UserId, scheduleId: Type.String({ maxLength: 64 }) };

/** Repeated with the same client id, it is the same one. */
export const scheduleMessage = command('im.schedule', {
  request: Type.Object({
    senderId: UserId,
    conversationId: Type.String(),
    ...draftFields,
    sendAt: Type.Integer(),
    deviceId: OnDevice,
  }),
  reply: Scheduled,
});
/** One's own that wait, the next first: as many as the bus carries at once. */
export const listScheduled = command('im.scheduled', {
  request: Type.Object({ userId: UserId }),
  reply: Type.Object({ scheduled: Type.Array(Scheduled) }),
});
/** Another time or another text; what was refused is tried again at that time. */
export const reschedule = command('im.reschedule', {
  request: Type.Object({
    ...OneScheduled,
    sendAt: Type.Integer(),
    text: Type.Optional(Type.String()),
  }),
  reply: Scheduled,
});
export const unschedule = command('im.unschedule', {
  request: Type.Object(OneScheduled),
  reply: Type.Object({}),
});
export const sendScheduledNow = command('im.sendScheduled', {
  request: Type.Object(OneScheduled),
  reply: Message,
});
/** For the windows of its author; null when it was sent or taken back. */
export const scheduleChanged = event(
  'im.schedule.changed',
  Type.Object({
    userId: UserId,
    conversationId: Type.String(),
    scheduleId: Type.String(),
    scheduled: Type.Union([Scheduled, Type.Null()]),
  }),
);

const OneImage = { userId: UserId, conversationId: Type.String(), imageId: ImageId };

/** The first piece of an image tells what it is. Where the server has the same one already, no piece is wanted. */
export const offerImage = command('im.offerImage', {
  request: Type.Object({
    ...OneImage,
    name: Type.String({ maxLength: 200 }),
    bytes: Type.Integer({ minimum: 1 }),
    /** SHA-256 in hexadecimal. */
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** Base64 of the first piece. */
    head: Type.String(),
  }),
  reply: Type.Object({ image: MessageImage, wanted: Type.Boolean() }),
});
/** `nth` counts from 0. */
export const putImagePiece = command('im.putImagePiece', {
  request: Type.Object({ ...OneImage, nth: Type.Integer({ minimum: 0, maximum: 100 }), data: Type.String() }),
  reply: Type.Object({}),
});
export const getImagePiece = command('im.getImagePiece', {
  request: Type.Object({ ...OneImage, nth: Type.Integer({ minimum: 0, maximum: 100 }) }),
  reply: Type.Object({
    mediaType: Type.String(),
    name: Type.String(),
    hash: Type.String(),
    bytes: Type.Integer(),
    data: Type.String(),
  }),
});

export const getConversation = command('im.get', {
  request: Type.Object({ userId: UserId, conversationId: Type.String() }),
  reply: Conversation,
});
/** A new group of these people and oneself, who leads it. */
export const startGroup = command('im.startGroup', {
  request: Type.Object({
    userId: UserId,
    participantIds: Type.Array(UserId, { minItems: 1, maxItems: 100 }),
    title: Type.Optional(Type.String({ maxLength: 400 })),
    deviceId: OnDevice,
  }),
  reply: Conversation,
});
export const GroupChange = Type.Union([
  Type.Object({ kind: Type.Literal('add'), userIds: Type.Array(UserId, { minItems: 1, maxItems: 100 }) }),
  Type.Object({ kind: Type.Literal('remove'), userId: UserId }),
  Type.Object({ kind: Type.Literal('leave') }),
  Type.Object({ kind: Type.Literal('leader'), userId: UserId }),
  Type.Object({ kind: Type.Literal('lock'), locked: Type.Boolean() }),
  Type.Object({ kind: Type.Literal('rename'), title: Type.String({ maxLength: 400 }) }),
]);
export type GroupChange = Static<typeof GroupChange>;
/**
 * Changes a group. To add somebody to a conversation of two makes a new group of all of them, which is the reply; a set of
 * three or more becomes a group with its first change, and everybody leads it.
 */
export const changeGroup = command('im.changeGroup', {
  request: Type.Object({
    userId: UserId,
    conversationId: Type.String(),
    change: GroupChange,
    deviceId: OnDevice,
  }),
  reply: Conversation,
});
/** A group has other people, another title or another lock. Among front ends, which hold it in memory, and for windows. */
export const groupChanged = event(
  'im.group.changed',
  Type.Object({
    conversationId: Type.String(),
    version: Type.Integer(),
    title: Type.String(),
    isLocked: Type.Boolean(),
    leaderIds: Type.Array(UserId),
    /** Those who are in it, and the place of each. */
    participantIds: Type.Array(UserId),
    places: Type.Array(Type.Integer()),
    /** The last message before the change. */
    lastSeq: Type.Integer(),
    /** Who is not in it any more, and the group as they go on seeing it. */
    removed: Type.Array(UserId),
    removedFrom: Type.Array(UserId),
  }),
);
export type GroupChanged = EventOf<typeof groupChanged>;

/** How far the others have read, as far as they and the policies let it be seen. */
export const listReceipts = command('im.receipts', {
  request: Type.Object({ userId: UserId, conversationId: Type.String() }),
  reply: Type.Object({
    receipts: Type.Array(
      Type.Object({
        userId: UserId,
        /** How far the person has read. */
        seq: Type.Integer(),
        /** How far a device of the person has been given it, where that is further. */
        reached: Type.Optional(Type.Integer()),
      }),
    ),
    /** The last message now: whoever has a window open has it. */
    lastSeq: Type.Integer(),
  }),
});
/** What a person wants for themselves. Who hides how far they have read sees it of nobody. */
export const Privacy = Type.Object({
  userId: UserId,
  hidesReceipts: Type.Boolean(),
  version: Type.Integer(),
});
export type Privacy = Static<typeof Privacy>;
export const privacyChanged = event('im.privacy.changed', Privacy);
export const privacySnapshot = command('im.privacySnapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ privacies: Type.Array(Privacy), next: Type.Optional(Type.String()) }),
});
export const setPrivacy = command('im.setPrivacy', {
  request: Type.Object({ userId: UserId, hidesReceipts: Type.Boolean() }),
  reply: Privacy,
});

/**
 * Among all messages that the person may read, the newest first. `next` of a page asks for the page after it. A page may
 * hold less than `limit`, even nothing, and still have a `next`: there was more to look through than is looked through at once.
 */
export const searchMessages = command('im.search', {
  request: Type.Object({
    userId: UserId,
    query: SearchQuery,
    conversationId: Type.Optional(Type.String({ maxLength: 64 })),
    next: Type.Optional(Type.String({ maxLength: 200 })),
    limit: Type.Integer({ minimum: 1, maximum: 50 }),
  }),
  reply: Type.Object({
    found: Type.Array(Found),
    /** In which these were said. */
    conversations: Type.Array(Conversation),
    next: Type.Optional(Type.String()),
    /** Of `from:` and `in:`, what fits nobody with whom the person has a conversation. */
    nobody: Type.Array(Type.String()),
  }),
});
