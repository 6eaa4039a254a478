// Changes of groups and receipts → events of the windows they concern.
import type { Bus, Subscription } from '@parley/platform/bus';
import { groupChanged, readChanged } from '../im/contract.ts';
import { type BrowserSession, tell } from './browser-session.ts';
import type { Sessions } from './sessions.ts';

export async function routeGroupEvents(options: {
  readonly bus: Bus;
  readonly sessions: Sessions;
  readonly introduce: (session: BrowserSession, userIds: Iterable<string>) => void;
}): Promise<Subscription[]> {
  const { bus, sessions, introduce } = options;
  return await Promise.all([
    bus.subscribe(groupChanged, ({ conversationId, version, title, isLocked, leaderIds, ...group }) => {
      const { participantIds, removed, removedFrom, lastSeq } = group;
      const facts = { conversationId, peopleVersion: version, lastSeq };
      const told = tell({ type: 'group', ...facts, title, isLocked, leaderIds, participantIds });
      for (const userId of participantIds)
        for (const session of sessions.ofUser(userId)) {
          introduce(session, participantIds);
          session.deliver(told);
        }
      // Of what comes after, who is gone hears nothing: not even who else is in it now.
      const past = tell({ type: 'group', ...facts, participantIds: removedFrom, isPast: true });
      for (const userId of removed) for (const session of sessions.ofUser(userId)) session.deliver(past);
    }),
    bus.subscribe(readChanged, ({ conversationId, userId, readSeq: seq, shownTo = [] }) => {
      if (shownTo.length === 0) return;
      const told = tell({ type: 'seen', conversationId, userId, seq });
      for (const other of shownTo) for (const session of sessions.ofUser(other)) session.deliver(told);
    }),
  ]);
}
