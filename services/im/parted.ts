// What somebody sees who has left a group: what was said until then, and nothing of what became of it later. Pure.
import type { Message } from './contract.ts';

/** The moment in which somebody left. */
export interface Parting {
  /** Unix milliseconds. */
  readonly at: number;
  /** The conversation's revision then: every later change of a message has a higher one. */
  readonly revision: number;
}

/**
 * A message as it was when the person left. Only its newest text is kept: one that was edited since is shown as taken back,
 * and one that was reacted to since without reactions.
 */
export function asSeenByParted(message: Message, parting: Parting): Message {
  const { revision = 0, reactions: _, ...before } = message;
  if (revision <= parting.revision) return message;
  const { deletedAt, editedAt = 0, messageId, conversationId, seq, senderId, sentAt, clientId } = before;
  if (deletedAt === undefined && editedAt <= parting.at) return before;
  const goneAt = deletedAt ?? editedAt;
  return { messageId, conversationId, seq, senderId, text: '', sentAt, clientId, deletedAt: goneAt };
}
