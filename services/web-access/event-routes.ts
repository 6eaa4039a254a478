// Facts of the services → events of the sessions they concern, found through the index and never by asking all.
import type { Bus, HeldView, Subscription } from '@parley/platform/bus';
import { alertDismissed, alertRaised } from '../alerts/contract.ts';
import { signInEnded } from '../authentication/contract.ts';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import {
  messageChanged,
  messageStored,
  messageTaken,
  readChanged,
  scheduleChanged,
  typingShown,
} from '../im/contract.ts';
import type { LicenceGate } from '../licensing/gate.ts';
import type { Access, Card, Presentity } from '../presence/contract.ts';
import {
  type AccessRules,
  type AccessView,
  type CardView,
  emptyCard,
  type PresenceView,
  presenceOf,
  project,
  projectCard,
  projectPerson,
  type Sight,
  sightBy,
} from '../presence/view.ts';
import type { AlertDesk } from './alert-desk.ts';
import { type BrowserSession, type ToldEvent, tell } from './browser-session.ts';
import { routeCallEvents } from './call-events.ts';
import { routeContactEvents } from './contact-events.ts';
import type { ClientEvent } from './contract.ts';
import { routeGroupEvents } from './group-events.ts';
import { maySeePresence } from './licence.ts';
import type { Sessions } from './sessions.ts';
import { type People, shownTo } from './sight.ts';
import { routeVoicemailEvents } from './voicemail-events.ts';

export interface Views {
  readonly directory: HeldView<Directory, User>;
  readonly presence: HeldView<PresenceView, Presentity>;
  readonly access: HeldView<AccessView, Access>;
  readonly cards: HeldView<CardView, Card>;
}

/** The views as they are now. */
export function peopleOf({ directory, presence, access, cards }: Views, domain: string): People {
  return {
    directory: directory.current,
    presence: presence.current,
    access: access.current,
    cards: cards.current,
    domain,
  };
}

/** Makes a session watch people it does not watch yet, and tells it who they are and how. */
export function introduce(
  sessions: Sessions,
  people: () => People,
  session: BrowserSession,
  userIds: Iterable<string>,
): void {
  const added = sessions.watch(session, userIds);
  if (added.length === 0) return;
  const now = people();
  for (const userId of added) tellAll(now, session, userId);
}

/** All that a window may see of a person now. */
function tellAll(now: People, session: BrowserSession, userId: string): void {
  const { user, presence, card } = shownTo(now, session, userId);
  if (user !== undefined) session.deliver(tell({ type: 'user', user }));
  session.deliver(tell({ type: 'presence', presence }));
  if (card !== undefined) session.deliver(tell({ type: 'card', card }));
}

/** Who is blocked must not even learn that something changed. */
const isNotBlocked = (sight: Sight) => sight !== 'blocked';

export async function routeEvents(options: {
  readonly bus: Bus;
  readonly sessions: Sessions;
  readonly views: Views;
  readonly people: () => People;
  readonly gate: Pick<LicenceGate, 'onChange'>;
  readonly alerts: AlertDesk;
  readonly alertFirst: (userId: string, event: ToldEvent) => void;
  readonly mayAlert: (userId: string, senderId: string) => boolean;
  readonly now: () => number;
  /** What the licences allow these windows may have changed. */
  readonly review: (sessions: Iterable<BrowserSession>) => void;
  readonly reviewAllSoon: () => void;
  readonly endSignIn: (userId: string, signInId: string) => void;
  readonly endPerson: (userId: string) => void;
  /** The views were lost and loaded again: events may have been missed. */
  readonly refreshAll: () => void;
}): Promise<AsyncDisposable> {
  const { bus, sessions, views, people, gate, alerts } = options;
  /** As the windows were last told: who has another level than before is found by it. */
  let rules: AccessView = new Map(views.access.current);

  function toAll(userIds: Iterable<string>, work: (session: BrowserSession) => void): void {
    for (const userId of new Set(userIds)) for (const session of sessions.ofUser(userId)) work(session);
  }

  /**
   * Tells the windows that watch a person what each may see of it: made once for each level, however many watch.
   * @param isFor whether a window at that level hears of it.
   */
  function toWatching(
    userId: string,
    make: (sight: Sight) => ClientEvent,
    isFor: (sight: Sight, session: BrowserSession) => boolean,
  ): void {
    const told = new Map<Sight, ToldEvent>();
    const { access, domain } = people();
    const own = access.get(userId);
    for (const session of sessions.watching(userId)) {
      const sight = sightBy(own, userId, { userId: session.userId, domain });
      if (!isFor(sight, session)) continue;
      let event = told.get(sight);
      if (event === undefined) {
        event = tell(make(sight));
        told.set(sight, event);
      }
      session.deliver(event);
    }
  }

  /** Who sees a person at another level than before is told all of it afresh; nothing from before is told any more. */
  function levelsChanged(userId: string, before: AccessRules | undefined): void {
    const now = people();
    const after = now.access.get(userId);
    for (const session of sessions.watching(userId)) {
      const watcher = { userId: session.userId, domain: now.domain };
      if (sightBy(before, userId, watcher) === sightBy(after, userId, watcher)) continue;
      if (!session.forgetEvents()) continue;
      tellAll(now, session, userId);
      if (shownTo(now, session, userId).card === undefined)
        session.deliver(tell({ type: 'card', card: emptyCard(userId) }));
    }
  }

  // Listening to the views and not to the bus: what a session is told is never ahead of what a snapshot would say.
  const listening = [
    views.directory.onChange((user) => {
      if (user === undefined) return options.refreshAll();
      toWatching(
        user.userId,
        (sight) => ({ type: 'user', user: projectPerson(user, sight) }),
        () => true,
      );
      if (user.disabled) options.endPerson(user.userId);
    }),
    views.presence.onChange((presence) => {
      if (presence === undefined) return options.refreshAll();
      const { userId } = presence;
      const states = presenceOf(views.presence.current, userId);
      toWatching(
        userId,
        (sight) => ({ type: 'presence', presence: project(states, sight) }),
        (sight, session) => isNotBlocked(sight) && maySeePresence(session, userId),
      );
    }),
    views.cards.onChange((card) => {
      if (card === undefined) return options.refreshAll();
      toWatching(card.userId, (sight) => ({ type: 'card', card: projectCard(card, sight) }), isNotBlocked);
    }),
    views.access.onChange((access) => {
      if (access === undefined) {
        rules = new Map(views.access.current);
        return options.refreshAll();
      }
      const { userId } = access;
      const before = rules.get(userId);
      const after = views.access.current.get(userId);
      if (after === undefined || after === before) return;
      rules.set(userId, after);
      const told = tell({ type: 'access', access: after.access });
      toAll([userId], (session) => session.deliver(told));
      levelsChanged(userId, before);
    }),
    gate.onChange((subject) => {
      if (subject?.kind === 'user') return options.review(sessions.ofUser(subject.id));
      if (subject === undefined) return options.reviewAllSoon();
      options.review(sessions.all().filter(({ deviceId }) => deviceId === subject.id));
    }),
  ];

  const subscriptions: Subscription[] = await Promise.all([
    bus.subscribe(messageStored, async ({ message, participantIds, to = participantIds, confirm }) => {
      const taken = new Set<string>();
      let told: ToldEvent | undefined;
      toAll(to, (session) => {
        introduce(sessions, people, session, participantIds);
        told ??= tell({ type: 'message', message, participantIds });
        session.deliver(told);
        if (session.isConnected && session.userId !== message.senderId) taken.add(session.userId);
      });
      alerts.stored(message, to);
      // Of a message that is not kept, its sender waits to hear whether anybody has it; of others, a phone may.
      if (taken.size > 0 && (message.seq === 0 || confirm === true)) {
        const { messageId, conversationId, seq } = message;
        await bus.publish(messageTaken, { messageId, conversationId, seq, userIds: [...taken] });
      }
    }),
    bus.subscribe(messageChanged, ({ message, participantIds }) => {
      const told = tell({ type: 'changed', message, participantIds });
      toAll(participantIds, (session) => {
        introduce(sessions, people, session, participantIds);
        session.deliver(told);
      });
    }),
    bus.subscribe(scheduleChanged, ({ userId, ...changed }) => {
      const told = tell({ type: 'scheduled', ...changed });
      toAll([userId], (session) => session.deliver(told));
    }),
    bus.subscribe(readChanged, ({ userId, conversationId, readSeq, unread }) => {
      const told = tell({ type: 'read', conversationId, readSeq, unread });
      toAll([userId], (session) => session.deliver(told));
      alerts.settled(userId, conversationId, readSeq);
    }),
    bus.subscribe(alertRaised, ({ userId, conversationId, seq }) =>
      alerts.raise(userId, conversationId, seq),
    ),
    bus.subscribe(alertDismissed, ({ userId, conversationId, seq }) => {
      alerts.settled(userId, conversationId, seq);
      const told = tell({ type: 'alertDismissed', conversationId, seq });
      toAll([userId], (session) => session.deliver(told));
    }),
    bus.subscribe(typingShown, ({ conversationId, userId, typing, participantIds }) => {
      const told = tell({ type: 'typing', conversationId, userId, typing });
      toAll(
        participantIds.filter((id) => id !== userId),
        (session) => session.deliver(told),
      );
    }),
    bus.subscribe(signInEnded, ({ userId, signInId }) => options.endSignIn(userId, signInId)),
  ]);
  const introducing = {
    bus,
    sessions,
    introduce: (session: BrowserSession, userIds: Iterable<string>) =>
      introduce(sessions, people, session, userIds),
  };
  subscriptions.push(
    ...(await routeGroupEvents(introducing)),
    ...(await routeCallEvents(introducing)),
    ...(await routeContactEvents({ ...introducing, alertFirst: options.alertFirst })),
    ...(await routeVoicemailEvents({ ...options, ...introducing })),
  );

  return {
    async [Symbol.asyncDispose]() {
      for (const listener of listening) listener[Symbol.dispose]();
      await Promise.all(subscriptions.map((subscription) => subscription[Symbol.asyncDispose]()));
    },
  };
}
