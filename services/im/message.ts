// Sending a message: stored, numbered and queued for delivery in one transaction; acknowledged after it.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import { imErrors, type Message, messageQueued, messageStored, readChanged } from './contract.ts';
import { messageText, participantKey, participantsOf } from './conversation.ts';
import { mayWrite, type WritingGate } from './licence.ts';
import * as rows from './store.ts';

export interface Draft {
  readonly senderId: string;
  readonly conversationId: string;
  readonly text: string;
  readonly clientId: string;
  /** Where the person writes it: see `Writer`. */
  readonly deviceId?: string | null | undefined;
  readonly deviceName?: string | undefined;
}

export interface Messages {
  find(userId: string, others: readonly string[]): Promise<string | undefined>;
  /** The conversation of exactly these people; made if there is none. */
  open(userId: string, others: readonly string[]): Promise<string>;
  /** The stored message; the one stored before where the sender repeats a `clientId`. */
  send(draft: Draft): Promise<Outcome<Message>>;
  markRead(
    userId: string,
    conversationId: string,
    seq: number,
  ): Promise<Outcome<{ readSeq: number; unread: number }>>;
}

export function createMessages(own: ServiceStore<rows.ImTables>, clock: Clock, gate: WritingGate): Messages {
  return {
    find: (userId, others) => rows.findConversation(own.db, participantKey(participantsOf(userId, others))),

    async open(userId, others) {
      const participantIds = participantsOf(userId, others);
      const key = participantKey(participantIds);
      // Looked for first: nearly every message is to somebody one has written to before.
      const known = await rows.findConversation(own.db, key);
      if (known !== undefined) return known;
      return own.transaction(({ db }) =>
        rows.openConversation(db, {
          conversationId: randomUUID(),
          participantKey: key,
          participantIds,
          now: clock.wallNow(),
        }),
      );
    },

    async send({ senderId, conversationId, text, clientId, deviceId, deviceName }) {
      const checked = messageText(text);
      if (!checked.ok) return checked;
      return own.transaction(async (work) => {
        const { db } = work;
        const everyone = await rows.participantIds(db, conversationId);
        if (!everyone.includes(senderId)) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
        const lastSeq = await rows.lockConversation(db, conversationId);
        const repeated = await rows.findByClientId(db, senderId, clientId);
        if (repeated !== undefined) return done(repeated);
        // After it: what was stored once is acknowledged, whatever became of the licence meanwhile.
        const licensed = mayWrite(gate, { userId: senderId, deviceId, deviceName }, everyone.length);
        if (!licensed.ok) return licensed;
        const message: Message = {
          messageId: randomUUID(),
          conversationId,
          seq: lastSeq + 1,
          senderId,
          text: checked.value,
          sentAt: clock.wallNow(),
          clientId,
        };
        await rows.insertMessage(db, message);
        // Whoever writes has seen what stands above.
        await rows.moveRead(db, conversationId, senderId, message.seq);
        await work.announce(messageStored, { message, participantIds: everyone });
        for (const recipientId of everyone) {
          if (recipientId === senderId) continue;
          await work.announce(messageQueued, { conversationId, recipientId }, { durable: true });
        }
        return done(message);
      });
    },

    markRead(userId, conversationId, seq) {
      return own.transaction(async (work) => {
        const held = await rows.readMark(work.db, conversationId, userId);
        if (held === undefined) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
        const readSeq = Math.max(held.readSeq, Math.min(seq, held.lastSeq));
        const state = { readSeq, unread: held.lastSeq - readSeq };
        if (await rows.moveRead(work.db, conversationId, userId, readSeq)) {
          await work.announce(readChanged, { userId, conversationId, ...state });
        }
        return done(state);
      });
    },
  };
}
