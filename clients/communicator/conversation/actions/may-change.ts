// What may be done with a message here. The server decides; this is what is offered. Pure.
import type { Message } from '../../../kit/contracts.ts';
import type { LiveState } from '../../../kit/live/live-state.ts';

/** Said by somebody, kept by the server, and not deleted: it can be answered and reacted to. */
export function isKept(message: Message | null): message is Message {
  return (
    message !== null && message.seq > 0 && message.deletedAt === undefined && message.notice === undefined
  );
}

export function mayChange(
  { me, editableForMs, conversations }: Pick<LiveState, 'me' | 'editableForMs' | 'conversations'>,
  message: Message | null,
  nowMs: number,
): message is Message {
  if (!isKept(message) || message.senderId !== me?.userId) return false;
  if (conversations[message.conversationId]?.isPast === true) return false;
  return nowMs - message.sentAt < editableForMs;
}

export function mayEdit(live: LiveState, message: Message | null, nowMs: number): message is Message {
  return live.policy?.editing !== false && mayChange(live, message, nowMs);
}
