// Which conversation people share, and what may be said in it. Pure.
import { createHash } from 'node:crypto';
import { done, type Outcome } from '@parley/platform/contract';
import { imErrors, MESSAGE_LIMIT_BYTES } from './contract.ts';

/** The same people in any order share one conversation. */
export function participantsOf(userId: string, others: readonly string[]): string[] {
  return [...new Set([userId, ...others])].sort();
}

export function participantKey(participantIds: readonly string[]): string {
  return createHash('sha256').update(participantIds.join('\n')).digest('hex');
}

/** The same on every node and before anything is stored: a conversation of which nothing is kept has one, too. */
export function conversationIdOf(participantKey: string): string {
  const hex = participantKey.slice(0, 32);
  return [8, 12, 16, 20, 32].map((end, index, ends) => hex.slice(ends[index - 1] ?? 0, end)).join('-');
}

/** The text as it is stored, or why it is not. PostgreSQL cannot hold U+0000, and nobody can see it. */
export function messageText(text: string, mayBeEmpty = false): Outcome<string> {
  if (Buffer.byteLength(text) > MESSAGE_LIMIT_BYTES) return imErrors.fault('IM_MESSAGE_TOO_LONG');
  const clean = text.replaceAll('\u0000', '').toWellFormed();
  return clean.trim() === '' && !mayBeEmpty ? imErrors.fault('IM_MESSAGE_EMPTY') : done(clean);
}
