// What somebody does with a notification without opening the page: answers, marks as read, puts off.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { dismiss } from '../alerts/contract.ts';
import { markRead, sendMessage } from '../im/contract.ts';

export const AlertAnswer = Type.Object({
  conversationId: Type.String({ maxLength: 64 }),
  seq: Type.Integer({ minimum: 0 }),
  answer: Type.Union([
    Type.Object({
      kind: Type.Literal('reply'),
      text: Type.String({ minLength: 1, maxLength: 64 * 1024 }),
      clientId: Type.String({ minLength: 1, maxLength: 200 }),
    }),
    Type.Object({ kind: Type.Literal('read') }),
    Type.Object({
      kind: Type.Literal('snooze'),
      snoozeS: Type.Integer({ minimum: 60, maximum: 86_400 }),
    }),
  ]),
});
export type AlertAnswer = Static<typeof AlertAnswer>;

export const alertAnswer = {
  tags: ['Alerts'],
  summary: 'Answer a notification: reply, mark as read, or put off',
  body: AlertAnswer,
};

export async function answerAlert(
  bus: Bus,
  { userId, deviceId }: { readonly userId: string; readonly deviceId: string | null },
  { conversationId, seq, answer }: AlertAnswer,
): Promise<Outcome<object>> {
  if (answer.kind === 'snooze') {
    const { snoozeS } = answer;
    return await bus.call(dismiss, { userId, conversationId, seq, snoozeS });
  }
  if (answer.kind === 'reply') {
    const { text, clientId } = answer;
    const sent = await bus.call(sendMessage, { senderId: userId, conversationId, text, clientId, deviceId });
    return sent.ok ? done({}) : sent;
  }
  const read = await bus.call(markRead, { userId, conversationId, seq });
  return read.ok ? done({}) : read;
}
