// The commands of groups and of reading marks, wired: what the bus asks, who is told. Started by service.ts.
import { followView, type HeldView } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import { getUser, type User } from '../identity/contract.ts';
import { areKnown, type Directory } from '../identity/view.ts';
import type { Settings } from '../policy/contract.ts';
import * as contract from './contract.ts';
import type { Conversations } from './conversations.ts';
import { createGroups } from './groups.ts';
import type { WritingGate } from './licence.ts';
import type { Stored } from './message.ts';
import type { ReachGate } from './reach.ts';
import { type Mark, Receipts } from './receipts.ts';
import { findConversation, type ImTables } from './store.ts';
import { privacyPage, putPrivacy, type ReadMark, readMarks } from './store-groups.ts';
import { hidesReceipts, privacyView } from './view.ts';

const { fault } = contract.imErrors;
const SNAPSHOT_PAGE = 1_000;

export interface GroupsDesk extends AsyncDisposable {
  /** A person has read on. */
  read(mark: Mark): Promise<void>;
}

export async function openGroupsDesk(
  context: ServiceContext,
  needs: {
    readonly own: ServiceStore<ImTables>;
    readonly gate: WritingGate;
    readonly reach: Pick<ReachGate, 'mayMeet' | 'blocks'>;
    readonly conversations: Conversations;
    readonly directory: HeldView<Directory, User>;
    readonly settingsOf: (userId: string) => Settings;
    readonly isKept: boolean;
    readonly offer: (stored: Stored) => void;
    /** Must not reject. */
    readonly tellRead: (mark: Mark, shownTo: readonly string[]) => Promise<void>;
  },
): Promise<GroupsDesk> {
  const { bus, clock } = context;
  const { own, conversations, directory, settingsOf, isKept } = needs;
  const serving = await bus.serve(contract.privacySnapshot, async ({ after }) =>
    done(await privacyPage(own.db, after, SNAPSHOT_PAGE)),
  );
  const privacy = followView(context, privacyView);
  await privacy.ready;

  const groups = createGroups({
    ...needs,
    clock,
    nameOf: (userId) => directory.current.users.get(userId)?.name ?? 'Somebody',
    areKnown: (userIds) => areKnown(directory, userIds, (userId) => bus.call(getUser, { userId })),
  });

  function showsReceipts(userId: string): boolean {
    return settingsOf(userId).receipts && !hidesReceipts(privacy.current, userId);
  }

  /** Who hides his own sees those of nobody. */
  function maySee(userId: string, readerId: string): boolean {
    return showsReceipts(userId) && showsReceipts(readerId) && !needs.reach.blocks(readerId, userId);
  }

  const receipts = new Receipts({
    clock,
    async mayBeShownTo(userId, conversationId) {
      if (!showsReceipts(userId)) return [];
      const people = (await conversations.byId(conversationId))?.participantIds ?? [];
      if (!people.includes(userId)) return [];
      return people.filter((other) => other !== userId && maySee(other, userId));
    },
    tell: needs.tellRead,
  });

  const subscriptions = await Promise.all([
    bus.serve(contract.startGroup, async ({ userId, participantIds, title, deviceId }) =>
      isKept ? groups.start({ userId, deviceId }, participantIds, title) : fault('IM_GROUPS_NOT_KEPT'),
    ),
    bus.serve(contract.changeGroup, async ({ userId, conversationId, change, deviceId }) =>
      isKept ? groups.change({ userId, deviceId }, conversationId, change) : fault('IM_GROUPS_NOT_KEPT'),
    ),
    bus.serve(contract.getConversation, async ({ userId, conversationId }) => {
      const conversation = await findConversation(own, userId, conversationId);
      return conversation === undefined ? fault('IM_NO_SUCH_CONVERSATION') : done(conversation);
    }),
    bus.subscribe(contract.groupChanged, (group) => conversations.changed(group)),
    bus.serve(contract.listReceipts, async ({ userId, conversationId }) => {
      const marks = await readMarks(own, conversationId);
      if (!marks.some((mark) => mark.userId === userId))
        return isKept ? fault('IM_NO_SUCH_CONVERSATION') : done({ receipts: [], lastSeq: 0 });
      const lastSeq = marks[0]?.lastSeq ?? 0;
      const shown = marks.filter((mark) => mark.userId !== userId && maySee(userId, mark.userId));
      return done({ receipts: shown.map(receiptOf), lastSeq });
    }),
    bus.serve(contract.setPrivacy, ({ userId, hidesReceipts }) =>
      own.transaction(async (work) => {
        const privacy = await putPrivacy(work.db, userId, hidesReceipts);
        await work.announce(contract.privacyChanged, privacy);
        return done(privacy);
      }),
    ),
  ]);
  // While the bus was away, groups may have changed unheard.
  const reconnected = bus.onReconnect(() => conversations.forgetAll());

  return {
    read: (mark) => receipts.moved(mark),
    async [Symbol.asyncDispose]() {
      reconnected[Symbol.dispose]();
      for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
      receipts[Symbol.dispose]();
      await privacy[Symbol.asyncDispose]();
      await serving[Symbol.asyncDispose]();
    },
  };
}

function receiptOf({ userId, seq, phoneSeq }: ReadMark) {
  return { userId, seq, ...(phoneSeq > seq ? { reached: phoneSeq } : {}) };
}
