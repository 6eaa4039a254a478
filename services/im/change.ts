// What becomes of a message that was stored: edited, deleted, reacted to. Pure: the message after the change, the same
// object where there is nothing to change, or why it may not be changed.
import { done, type Outcome } from '@parley/platform/contract';
import { imErrors, type Message } from './contract.ts';
import { messageText } from './conversation.ts';

export interface Changer {
  readonly userId: string;
  /** Unix milliseconds. */
  readonly now: number;
}

/** Different emoji under one message. */
const REACTIONS = 20;

/** @param editableForMs how long after it was sent a message may be changed by who wrote it */
function mayChange(message: Message, { userId, now }: Changer, editableForMs: number): Outcome<null> {
  if (message.senderId !== userId) return imErrors.fault('IM_NOT_YOURS');
  if (now - message.sentAt > editableForMs) return imErrors.fault('IM_TOO_LATE');
  return done(null);
}

export function edited(
  message: Message,
  changer: Changer,
  {
    text: given,
    mentions = [],
  }: { readonly text: string; readonly mentions?: readonly string[] | undefined },
  editableForMs: number,
): Outcome<Message> {
  if (message.deletedAt !== undefined) return imErrors.fault('IM_MESSAGE_DELETED');
  const text = messageText(given, message.images !== undefined);
  if (!text.ok) return text;
  const { mentions: before = [], ...rest } = message;
  const isSame = text.value === message.text && mentions.join('\n') === before.join('\n');
  const may = mayChange(message, changer, editableForMs);
  if (!may.ok) return may;
  if (isSame) return done(message);
  const meant = mentions.length === 0 ? {} : { mentions: [...new Set(mentions)] };
  return done({ ...rest, ...meant, text: text.value, editedAt: changer.now });
}

/** Only who, when and in which place stays. */
export function deleted(message: Message, changer: Changer, editableForMs: number): Outcome<Message> {
  if (message.deletedAt !== undefined && message.senderId === changer.userId) return done(message);
  const may = mayChange(message, changer, editableForMs);
  if (!may.ok) return may;
  const { messageId, conversationId, seq, senderId, sentAt, clientId } = message;
  return done({
    messageId,
    conversationId,
    seq,
    senderId,
    text: '',
    sentAt,
    clientId,
    deletedAt: changer.now,
  });
}

export function reactedTo(
  message: Message,
  userId: string,
  { emoji, on }: { readonly emoji: string; readonly on: boolean },
): Outcome<Message> {
  if (message.deletedAt !== undefined) return imErrors.fault('IM_MESSAGE_DELETED');
  if (!isEmoji(emoji)) return imErrors.fault('IM_BAD_REACTION');
  const { reactions: before = [], ...rest } = message;
  const held = before.find((reaction) => reaction.emoji === emoji);
  if ((held?.userIds.includes(userId) ?? false) === on) return done(message);
  if (held === undefined && before.length >= REACTIONS) return imErrors.fault('IM_TOO_MANY_REACTIONS');
  const userIds = on ? [...(held?.userIds ?? []), userId] : held!.userIds.filter((id) => id !== userId);
  // In the place where it stood, so that nothing jumps under the pointer.
  const after =
    held === undefined
      ? [...before, { emoji, userIds }]
      : before.map((reaction) => (reaction === held ? { emoji, userIds } : reaction));
  const left = after.filter((reaction) => reaction.userIds.length > 0);
  return done(left.length === 0 ? rest : { ...rest, reactions: left });
}

const EMOJI = /^\p{RGI_Emoji}$/v;

export function isEmoji(text: string): boolean {
  return text.length <= 64 && EMOJI.test(text);
}
