// Edits, deletions and reactions: one transaction each, told to the windows by its outbox. What changes nothing is
// answered and told to nobody.
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore } from '@parley/platform/store';
import { type Changer, deleted, edited, reactedTo } from './change.ts';
import { imErrors, type Message, messageChanged } from './contract.ts';
import type { Conversations } from './conversations.ts';
import { mayWrite, type Writer, type WritingGate } from './licence.ts';
import { filterLinks, type LinkPolicy } from './link-filter.ts';
import type { ReachGate } from './reach.ts';
import type { ImTables } from './store.ts';
import { messageForChange, writeChanged } from './store-changes.ts';
import { forgetImages } from './store-images.ts';

interface OneMessage extends Writer {
  readonly conversationId: string;
  readonly seq: number;
}

export interface Changes {
  edit(
    which: OneMessage & { readonly text: string; readonly mentions?: readonly string[] },
  ): Promise<Outcome<Message>>;
  remove(which: OneMessage): Promise<Outcome<Message>>;
  react(which: OneMessage & { readonly emoji: string; readonly on: boolean }): Promise<Outcome<Message>>;
}

export interface ChangePorts {
  readonly own: ServiceStore<ImTables>;
  readonly clock: Clock;
  readonly gate: WritingGate;
  readonly reach: Pick<ReachGate, 'mayMeet'>;
  readonly conversations: Conversations;
  readonly editableForMs: number;
  readonly settingsOf: (userId: string) => LinkPolicy & { readonly editing: boolean };
  /** Told when images have lost their message. */
  readonly imagesLost: () => void;
}

export function createChanges(ports: ChangePorts): Changes {
  const { own, clock, gate, conversations, editableForMs } = ports;

  async function change(
    { userId, conversationId, seq }: OneMessage,
    rule: (message: Message, changer: Changer, readerIds: readonly string[]) => Outcome<Message>,
  ): Promise<Outcome<Message>> {
    if ((await conversations.byId(conversationId)) === undefined)
      return imErrors.fault('IM_NO_SUCH_CONVERSATION');
    return await own.transaction(async (transaction): Promise<Outcome<Message>> => {
      const found = await messageForChange(transaction.db, conversationId, seq);
      const { message, readerIds } = found;
      if (!found.peopleIds.includes(userId)) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
      if (!found.hereIds.includes(userId)) return imErrors.fault('IM_NOT_IN_GROUP');
      if (message === undefined || !readerIds.includes(userId)) return imErrors.fault('IM_NO_SUCH_MESSAGE');
      if (message.notice !== undefined) return imErrors.fault('IM_NOTICE_STAYS');
      // Whatever the clocks of two front ends say, what is edited after somebody left is later than that.
      const now = Math.max(clock.wallNow(), found.partedAt + 1);
      const after = rule(message, { userId, now }, readerIds);
      if (!after.ok || after.value === message) return after;
      const written = await writeChanged(transaction.db, after.value);
      if (message.images !== undefined && written.images === undefined)
        await forgetImages(transaction.db, message);
      // Who came later does not hear of what they never saw, nor who left of what comes after.
      await transaction.announce(messageChanged, { message: written, participantIds: [...readerIds] });
      return done(written);
    });
  }

  /** As for writing in this conversation; but what changes quietly disturbs nobody. */
  async function mayShow(which: OneMessage): Promise<Outcome<null>> {
    const participantIds = (await conversations.byId(which.conversationId))?.participantIds ?? [];
    const licensed = mayWrite(gate, which, participantIds.length);
    // Among several, nobody is refused for the sake of one.
    if (!licensed.ok || participantIds.length !== 2) return licensed;
    return ports.reach.mayMeet(which.userId, participantIds);
  }

  return {
    async edit(which) {
      const may = await mayShow(which);
      if (!may.ok) return may;
      const settings = ports.settingsOf(which.userId);
      if (!settings.editing) return imErrors.fault('IM_EDITING_OFF');
      const text = filterLinks(which.text, settings);
      if (!text.ok) return text;
      return change(which, (message, changer, readerIds) => {
        const mentions = which.mentions?.filter((userId) => readerIds.includes(userId));
        return edited(message, changer, { text: text.value, mentions }, editableForMs);
      });
    },
    /** To take something back needs no licence. */
    async remove(which) {
      const removed = await change(which, (message, changer) => deleted(message, changer, editableForMs));
      if (removed.ok) ports.imagesLost();
      return removed;
    },
    async react(which) {
      const may = await mayShow(which);
      return may.ok ? change(which, (message, { userId }) => reactedTo(message, userId, which)) : may;
    },
  };
}
