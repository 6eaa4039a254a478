// Starting groups and changing who is in them: decided under the lock of the conversation's row, told after the commit.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import type { Settings } from '../policy/contract.ts';
import {
  type Conversation,
  type GroupChange,
  groupChanged,
  imErrors,
  type Message,
  messageStored,
  type Notice,
} from './contract.ts';
import type { Conversations } from './conversations.ts';
import { changeGroup, groupTitle, noticeText, tooMany } from './group.ts';
import { mayWrite, type Writer, type WritingGate } from './licence.ts';
import type { Stored } from './message.ts';
import type { ReachGate } from './reach.ts';
import { findConversation, type ImTables } from './store.ts';
import { lockGroup, makeGroup, type TakenStep, takeStep } from './store-groups.ts';

export interface GroupPorts {
  readonly own: ServiceStore<ImTables>;
  readonly clock: Clock;
  readonly gate: WritingGate;
  readonly reach: Pick<ReachGate, 'mayMeet'>;
  readonly conversations: Conversations;
  readonly settingsOf: (userId: string) => Settings;
  readonly nameOf: (userId: string) => string;
  readonly areKnown: (userIds: readonly string[]) => Promise<boolean>;
  /** Phones of these people are offered what was said. */
  readonly offer: (stored: Stored) => void;
}

export interface Groups {
  start(by: Writer, participantIds: readonly string[], title?: string): Promise<Outcome<Conversation>>;
  change(by: Writer, conversationId: string, change: GroupChange): Promise<Outcome<Conversation>>;
}

interface Told {
  readonly notices: readonly Message[];
  readonly people: Pick<Stored, 'participantIds' | 'places' | 'seenBy'>;
}

export function createGroups(ports: GroupPorts): Groups {
  const { own, clock, gate, conversations } = ports;

  function messageOf(notice: Notice, conversationId: string, seq: number): Message {
    const messageId = randomUUID();
    const text = noticeText(notice, ports.nameOf);
    const clientId = `notice:${messageId}`;
    const sentAt = clock.wallNow();
    return { messageId, conversationId, seq, senderId: notice.by, text, sentAt, clientId, notice };
  }

  async function seenBy(userId: string, conversationId: string): Promise<Outcome<Conversation>> {
    const conversation = await findConversation(own, userId, conversationId);
    return conversation === undefined ? imErrors.fault('IM_NO_SUCH_CONVERSATION') : done(conversation);
  }

  function tell({ notices, people }: Told): void {
    for (const message of notices) ports.offer({ message, ...people });
  }

  /** Whoever adds others needs the right to, by policy and by licence. */
  async function mayGather(
    by: Writer,
    others: readonly string[],
    people: number,
    isNew: boolean,
  ): Promise<Outcome<null>> {
    if (!(await ports.areKnown([by.userId, ...others]))) return imErrors.fault('IM_NO_SUCH_RECIPIENT');
    if (isNew && !ports.settingsOf(by.userId).startGroups) return imErrors.fault('IM_GROUPS_NOT_ALLOWED');
    const licensed = mayWrite(gate, by, people);
    return licensed.ok ? ports.reach.mayMeet(by.userId, others) : licensed;
  }

  async function start(by: Writer, others: readonly string[], title = ''): Promise<Outcome<Conversation>> {
    const { userId } = by;
    // In the order in which they were named: the first of them leads when the one who starts it leaves.
    const everyone = [...new Set(others)].filter((other) => other !== userId);
    const may = await mayGather(by, everyone, everyone.length + 1, true);
    if (!may.ok) return may;
    const most = ports.settingsOf(userId).groupSize;
    if (everyone.length + 1 > most) return tooMany(most, most - 1);
    const conversationId = randomUUID();
    const notice = messageOf({ kind: 'added', userIds: everyone, by: userId }, conversationId, 1);
    const participantIds = [userId, ...everyone];
    const places = participantIds.map((_, index) => index + 1);
    const named = groupTitle(title);
    await own.transaction(async (work) => {
      await makeGroup(work.db, { conversationId, participantIds, title: named, notice });
      await work.announce(groupChanged, {
        conversationId,
        version: 1,
        title: named,
        isLocked: false,
        leaderIds: [userId],
        participantIds,
        places,
        lastSeq: 0,
        removed: [],
        removedFrom: [],
      });
      await work.announce(messageStored, { message: notice, participantIds });
    });
    tell({ notices: [notice], people: { participantIds, places, seenBy: () => 0 } });
    return await seenBy(userId, conversationId);
  }

  type Step = Outcome<Told> | 'of two';

  async function takeOne(
    work: ServiceTransaction<ImTables>,
    by: string,
    conversationId: string,
    change: GroupChange,
  ): Promise<Step> {
    const locked = await lockGroup(work.db, conversationId);
    const self = locked?.members.find(({ userId }) => userId === by);
    if (locked === undefined || self === undefined) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
    if (!self.isHere) return imErrors.fault('IM_NOT_IN_GROUP');
    const here = locked.members.filter(({ isHere }) => isHere);
    if (!locked.isGroup && here.length < 3)
      return change.kind === 'add' ? 'of two' : imErrors.fault('IM_NOT_A_GROUP');
    const { groupSize, historyForNewPeople: history } = ports.settingsOf(by);
    // Nobody of a set without leaders was above the others, and nobody is now.
    const members = here.map(({ userId, leads }) => ({ userId, leads: leads || !locked.isGroup }));
    const before = { members, title: locked.title, isLocked: locked.isLocked };
    const changed = changeGroup(before, change, by, groupSize);
    if (!changed.ok) return changed;
    const { group, added, removed, notices: said } = changed.value;
    const notices = said.map((notice, index) =>
      messageOf(notice, conversationId, locked.lastSeq + 1 + index),
    );
    if (notices.length === 0) return done({ notices, people: { participantIds: [], seenBy: () => 0 } });
    const now = clock.wallNow();
    const taken = await takeStep(work.db, { locked, group, added, removed, notices, by, history, now });
    const beforeIds = here.map(({ userId }) => userId);
    const { participantIds, places } = taken;
    await work.announce(groupChanged, {
      conversationId,
      version: locked.version + 1,
      title: group.title,
      isLocked: group.isLocked,
      leaderIds: group.members.filter(({ leads }) => leads).map(({ userId }) => userId),
      participantIds: [...participantIds],
      places: [...places],
      lastSeq: locked.lastSeq,
      removed: [...removed],
      removedFrom: removed.length === 0 ? [] : beforeIds,
    });
    // Who goes hears the word of it, and nothing after.
    for (const [index, message] of notices.entries())
      await work.announce(messageStored, {
        message,
        participantIds: [...participantIds, ...(index === 0 ? removed : [])],
      });
    return done({ notices, people: withRemoved(taken, notices.length === 1 ? removed : []) });
  }

  return {
    start,
    async change(by, conversationId, change) {
      const known = await conversations.byId(conversationId);
      if (known === undefined) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
      const { userId } = by;
      if (change.kind === 'add') {
        const people = new Set([...known.participantIds, ...change.userIds]).size;
        const may = await mayGather(by, change.userIds, people, false);
        if (!may.ok) return may;
      }
      const step = await own.transaction((work) => takeOne(work, userId, conversationId, change));
      if (step === 'of two') {
        const added = change.kind === 'add' ? change.userIds : [];
        const everyone = [...new Set([userId, ...known.participantIds, ...added])];
        if (everyone.length < 3) return await seenBy(userId, conversationId);
        return await start(by, everyone);
      }
      if (!step.ok) return step;
      await conversations.fresh(conversationId);
      tell(step.value);
      return await seenBy(userId, conversationId);
    },
  };
}

function withRemoved(taken: TakenStep, removed: readonly string[]): Told['people'] {
  const { participantIds, places, placeOf, seenBy } = taken;
  return {
    participantIds: [...participantIds, ...removed],
    places: [...places, ...removed.map((userId) => placeOf.get(userId) ?? 0)],
    seenBy,
  };
}
