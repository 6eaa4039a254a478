// Facts of the services → events of the sessions they concern, found through the index and never by asking all.
import type { Bus, HeldView, Subscription } from '@parley/platform/bus';
import { signInEnded } from '../authentication/contract.ts';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import { messageStored, messageTaken, readChanged, typingShown } from '../im/contract.ts';
import type { LicenceGate } from '../licensing/gate.ts';
import { contactChanged, type PresenceState } from '../presence/contract.ts';
import type { PresenceView } from '../presence/view.ts';
import { type BrowserSession, type ToldEvent, tell } from './browser-session.ts';
import { maySeePresence, presenceShownTo } from './licence.ts';
import type { Sessions } from './sessions.ts';

export interface Views {
  readonly directory: HeldView<Directory, User>;
  readonly presence: HeldView<PresenceView, PresenceState>;
}

/** Makes a session watch people it does not watch yet, and tells it who they are and how. */
export function introduce(
  sessions: Sessions,
  views: Views,
  session: BrowserSession,
  userIds: Iterable<string>,
): void {
  for (const userId of sessions.watch(session, userIds)) {
    const user = views.directory.current.users.get(userId);
    if (user !== undefined) session.deliver(tell({ type: 'user', user }));
    const presence = presenceShownTo(session, views.presence.current, userId);
    session.deliver(tell({ type: 'presence', presence }));
  }
}

export async function routeEvents(options: {
  readonly bus: Bus;
  readonly sessions: Sessions;
  readonly views: Views;
  readonly gate: Pick<LicenceGate, 'onChange'>;
  /** What the licences allow these windows may have changed. */
  readonly review: (sessions: Iterable<BrowserSession>) => void;
  readonly reviewAllSoon: () => void;
  readonly endSession: (
    session: BrowserSession,
    code: 'AUTHENTICATION_SIGN_IN_ENDED' | 'AUTHENTICATION_DISABLED',
  ) => void;
  /** The views were lost and loaded again: events may have been missed. */
  readonly refreshAll: () => void;
}): Promise<AsyncDisposable> {
  const { bus, sessions, views, gate, endSession } = options;

  function toAll(userIds: Iterable<string>, work: (session: BrowserSession) => void): void {
    for (const userId of new Set(userIds)) for (const session of sessions.ofUser(userId)) work(session);
  }

  // Listening to the views and not to the bus: what a session is told is never ahead of what a snapshot would say.
  const listening = [
    views.directory.onChange((user) => {
      if (user === undefined) return options.refreshAll();
      const told = tell({ type: 'user', user });
      for (const session of sessions.watching(user.userId)) session.deliver(told);
      if (user.disabled)
        for (const session of sessions.ofUser(user.userId)) endSession(session, 'AUTHENTICATION_DISABLED');
    }),
    views.presence.onChange((presence) => {
      if (presence === undefined) return options.refreshAll();
      const told = tell({ type: 'presence', presence });
      for (const session of sessions.watching(presence.userId))
        if (maySeePresence(session, presence.userId)) session.deliver(told);
    }),
    gate.onChange((subject) => {
      if (subject?.kind === 'user') return options.review(sessions.ofUser(subject.id));
      if (subject === undefined) return options.reviewAllSoon();
      options.review(sessions.all().filter(({ deviceId }) => deviceId === subject.id));
    }),
  ];

  const subscriptions: Subscription[] = await Promise.all([
    bus.subscribe(contactChanged, ({ userId, contactId, contact }) => {
      const told = tell({ type: 'contact', contactId, contact });
      toAll([userId], (session) => {
        if (contact !== null) introduce(sessions, views, session, [contactId]);
        session.deliver(told);
      });
    }),
    bus.subscribe(messageStored, async ({ message, participantIds, to = participantIds }) => {
      let isTaken = false;
      let told: ToldEvent | undefined;
      toAll(to, (session) => {
        introduce(sessions, views, session, participantIds);
        told ??= tell({ type: 'message', message, participantIds });
        session.deliver(told);
        isTaken ||= session.isConnected && session.userId !== message.senderId;
      });
      // Of a message that is not kept, its sender waits to hear whether anybody has it.
      if (isTaken && message.seq === 0) await bus.publish(messageTaken, { messageId: message.messageId });
    }),
    bus.subscribe(readChanged, ({ userId, conversationId, readSeq, unread }) => {
      const told = tell({ type: 'read', conversationId, readSeq, unread });
      toAll([userId], (session) => session.deliver(told));
    }),
    bus.subscribe(typingShown, ({ conversationId, userId, typing, participantIds }) => {
      const told = tell({ type: 'typing', conversationId, userId, typing });
      toAll(
        participantIds.filter((id) => id !== userId),
        (session) => session.deliver(told),
      );
    }),
    bus.subscribe(signInEnded, ({ userId, signInId }) => {
      for (const session of sessions.ofSignIn(userId, signInId))
        endSession(session, 'AUTHENTICATION_SIGN_IN_ENDED');
    }),
  ]);

  return {
    async [Symbol.asyncDispose]() {
      for (const listener of listening) listener[Symbol.dispose]();
      await Promise.all(subscriptions.map((subscription) => subscription[Symbol.asyncDispose]()));
    },
  };
}
