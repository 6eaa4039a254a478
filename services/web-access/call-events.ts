// Calls → events of the windows they concern: a side to all windows of its person, a signal to one.
import type { Bus, Subscription } from '@parley/platform/bus';
import { historyChanged, sideChanged, signalled } from '../calls/contract.ts';
import { type BrowserSession, tell } from './browser-session.ts';
import { peopleOf } from './call-people.ts';
import type { Sessions } from './sessions.ts';

export async function routeCallEvents(options: {
  readonly bus: Bus;
  readonly sessions: Sessions;
  readonly introduce: (session: BrowserSession, userIds: Iterable<string>) => void;
}): Promise<Subscription[]> {
  const { bus, sessions, introduce } = options;
  return await Promise.all([
    bus.subscribe(sideChanged, (side) => {
      const told = tell({ type: 'call', side });
      for (const session of sessions.ofUser(side.userId)) {
        introduce(session, peopleOf(side));
        session.deliver(told);
      }
    }),
    bus.subscribe(signalled, ({ userId, windowId, sideId, signal }) => {
      const session = sessions.find(windowId);
      if (session?.userId === userId) session.deliver(tell({ type: 'callSignal', sideId, signal }));
    }),
    bus.subscribe(historyChanged, ({ userId, entry, missed }) => {
      const told = tell({ type: 'callHistory', entry, missed });
      for (const session of sessions.ofUser(userId)) session.deliver(told);
    }),
  ]);
}
