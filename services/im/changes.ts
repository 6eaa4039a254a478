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
import { peopleAt } from './store-groups.ts';
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
    rule: (message: Message, changer: Changer) => Outcome<Message>,
  ): Promise<Outcome<Message>> {
    const conversation = await conversations.byId(conversationId);
    if (!conversation?.participantIds.includes(userId)) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
    // Who came later does not hear of what they never saw.
    const { participantIds } =
      conversation.group === undefined ? conversation : await peopleAt(own, conversationId, seq);
    if (!participantIds.includes(userId)) return imErrors.fault('IM_NO_SUCH_MESSAGE');
    return await own.transaction(async (transaction): Promise<Outcome<Message>> => {
      const message = await messageForChange(transaction.db, conversationId, seq);
      if (message === undefined) return imErrors.fault('IM_NO_SUCH_MESSAGE');
      const after = rule(message, { userId, now: clock.wallNow() });
      if (!after.ok || after.value === message) return after;
      const written = await writeChanged(transaction.db, after.value);
      if (message.images !== undefined && written.images === undefined)
        await forgetImages(transaction.db, message);
      await transaction.announce(messageChanged, { message: written, participantIds: [...participantIds] });
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
      const participantIds = (await conversations.byId(which.conversationId))?.participantIds ?? [];
      const mentions = which.mentions?.filter((userId) => participantIds.includes(userId));
      return change(which, (message, changer) =>
        edited(message, changer, { text: text.value, mentions }, editableForMs),
      );
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
