// What may be done with a message here. The server decides; this is what is offered. Pure.
import type { Message } from '../../../kit/contracts.ts';
import type { LiveState } from '../../../kit/live/live-state.ts';

/** Kept by the server, and not deleted: it can be answered and reacted to. */
export function isKept(message: Message | null): message is Message {
  return message !== null && message.seq > 0 && message.deletedAt === undefined;
}

export function mayChange(
  { me, editableForMs }: Pick<LiveState, 'me' | 'editableForMs'>,
  message: Message | null,
  nowMs: number,
): message is Message {
  return isKept(message) && message.senderId === me?.userId && nowMs - message.sentAt < editableForMs;
}
