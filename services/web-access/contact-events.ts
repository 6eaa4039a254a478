// Changes of contact lists → events of the windows they concern.
import type { Bus, Subscription } from '@parley/platform/bus';
import { addedChanged, becameFree, bookChanged } from '../contacts/contract.ts';
import { type BrowserSession, type ToldEvent, tell } from './browser-session.ts';
import type { Sessions } from './sessions.ts';

export async function routeContactEvents(options: {
  readonly bus: Bus;
  readonly sessions: Sessions;
  readonly introduce: (session: BrowserSession, userIds: Iterable<string>) => void;
  /** Tells the window that its person used last, here or at another node. */
  readonly alertFirst: (userId: string, event: ToldEvent) => void;
}): Promise<Subscription[]> {
  const { bus, sessions, introduce, alertFirst } = options;
  return await Promise.all([
    bus.subscribe(bookChanged, ({ userId, ...change }) => {
      const told = tell({ type: 'book', ...change });
      const here = change.contacts.map(({ contactId }) => contactId).filter((id) => !id.includes('@'));
      for (const session of sessions.ofUser(userId)) {
        introduce(session, here);
        session.deliver(told);
      }
    }),
    bus.subscribe(addedChanged, ({ userId, adderId, at }) => {
      const told = tell({ type: 'added', userId: adderId, at });
      for (const session of sessions.ofUser(userId)) {
        if (at !== null) introduce(session, [adderId]);
        session.deliver(told);
      }
    }),
    bus.subscribe(becameFree, ({ userId, contactId, at }) =>
      alertFirst(userId, tell({ type: 'free', userId: contactId, at })),
    ),
  ]);
}
