// Sending a message: stored, numbered and queued for delivery in one transaction; acknowledged after it.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import { imErrors, type Message, messageQueued, messageStored, readChanged } from './contract.ts';
import { messageText, participantKey, participantsOf } from './conversation.ts';
import * as rows from './store.ts';

export interface Draft {
  readonly senderId: string;
  readonly conversationId: string;
  readonly text: string;
  readonly clientId: string;
}

export interface Messages {
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

export function createMessages(own: ServiceStore<rows.ImTables>, clock: Clock): Messages {
  return {
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

    async send({ senderId, conversationId, text, clientId }) {
      const checked = messageText(text);
      if (!checked.ok) return checked;
      return own.transaction(async (work) => {
        const { db } = work;
        const everyone = await rows.participantIds(db, conversationId);
        if (!everyone.includes(senderId)) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
        const lastSeq = await rows.lockConversation(db, conversationId);
        const repeated = await rows.findByClientId(db, senderId, clientId);
        if (repeated !== undefined) return done(repeated);
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
