// im: conversations and their messages. A message is acknowledged after it is stored, and never before.

import { command, errors, event } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { UserId } from '../identity/contract.ts';

export const MESSAGE_LIMIT_BYTES = 64 * 1024;

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
});
export type Message = Static<typeof Message>;

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
});
export type Conversation = Static<typeof Conversation>;

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
    text: Type.String(),
    clientId: Type.String({ minLength: 1, maxLength: 200 }),
    deviceId: OnDevice,
    participantIds: Participants,
  }),
  reply: Message,
});
/** Newest first; `beforeSeq` pages back. `afterSeq` (oldest first) fills a gap. */
export const readHistory = command('im.history', {
  request: Type.Object({
    userId: UserId,
    conversationId: Type.String(),
    beforeSeq: Type.Optional(Type.Integer()),
    afterSeq: Type.Optional(Type.Integer()),
    limit: Type.Integer({ minimum: 1, maximum: 200 }),
  }),
  reply: Type.Object({ messages: Type.Array(Message), more: Type.Boolean() }),
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

export const imErrors = errors({
  IM_NO_SUCH_CONVERSATION: {
    http: 404,
    sip: 404,
    sentence: 'This conversation does not exist, or you are not in it.',
    remedy: 'Open it again from the contact list.',
  },
  IM_NO_SUCH_RECIPIENT: {
    http: 404,
    sip: 404,
    sentence: 'A recipient of this message does not exist here.',
    remedy: 'Search for the person again.',
  },
  IM_UNREACHABLE: {
    http: 403,
    sip: 480,
    sentence: 'This person cannot be reached.',
    remedy: 'Your message was not sent. Try another way to reach them.',
  },
  IM_DO_NOT_DISTURB: {
    http: 403,
    sip: 486,
    sentence: 'This person does not want to be disturbed now.',
    remedy: 'Your message was not sent. Write again when their state has changed.',
  },
  IM_NOBODY_THERE: {
    http: 409,
    sip: 480,
    sentence: 'Nobody is there to take this message, and this server keeps none.',
    remedy: 'Send it when the person is online.',
  },
  IM_MESSAGE_TOO_LONG: {
    http: 413,
    sip: 513,
    sentence: 'The message is longer than 64 KiB.',
    remedy: 'Send it in parts.',
  },
  IM_MESSAGE_EMPTY: {
    http: 400,
    sip: 400,
    sentence: 'The message is empty.',
    remedy: 'Write something first.',
  },
  IM_UNSUPPORTED_MEDIA: {
    http: 415,
    sip: 415,
    sentence: 'This kind of message cannot be shown.',
    remedy: 'Send text/plain or message/cpim.',
  },
});
