// alerts, wired: what people want, the browsers that can be reached by push, and the alerts that wait.
import { randomUUID } from 'node:crypto';
import { followView, type Subscription as Listening } from '@parley/platform/bus';
import { done, type EventOf } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { signInEnded } from '../authentication/contract.ts';
import { becameFree } from '../contacts/contract.ts';
import { directoryView } from '../identity/view.ts';
import { listConversations, messageStored, readChanged } from '../im/contract.ts';
import { whomToAlert } from '../im/view.ts';
import { policyView, settingsFor } from '../policy/view.ts';
import { accessView, presenceOf, presenceView, project, sightOf } from '../presence/view.ts';
import { isAtWindow } from './absence.ts';
import * as contract from './contract.ts';
import { startDueAlerts } from './due.ts';
import { isKeyPair } from './encryption.ts';
import { mayPushTo, pushPost } from './http.ts';
import { openMail } from './mail.ts';
import { migrations } from './migrations/index.ts';
import { createPushSender, freeContent } from './push.ts';
import { isTimeZone } from './rules/quiet-hours.ts';
import { stopPage } from './stop-page.ts';
import * as rows from './store.ts';
import { newVapidKeys, Vapid } from './vapid.ts';
import { alertPeopleView, foldPerson, mayAlert, settingsOf } from './view.ts';
import { WavedAway } from './waved-away.ts';

const { fault } = contract.alertErrors;
const SNAPSHOT_PAGE = 500;
const BROWSERS_A_PERSON = 10;
/** Of a burst the last message is shown, and nobody waits for it in front of a window. */
const NOBODY_THERE_MS = 2_000;

export const alertsService: ServiceDefinition = {
  name: 'alerts',
  after: ['identity', 'authentication', 'presence', 'policy', 'im'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log } = context;
    const { delayS, pushServices, contact } = context.config.alerts;
    const own = await context.store.service<rows.AlertTables>('alerts', migrations);
    const keys = await rows.keepKeys(own.db, 'vapid', newVapidKeys());
    const vapid = new Vapid(keys, contact ?? `mailto:postmaster@${context.config.domain}`);
    const serving = await bus.serve(contract.peopleSnapshot, async ({ after }) =>
      done(await rows.peoplePage(own.db, after, SNAPSHOT_PAGE)),
    );
    const people = followView(context, alertPeopleView);
    const presence = followView(context, presenceView);
    const access = followView(context, accessView);
    const directory = followView(context, directoryView);
    const policies = followView(context, policyView);
    const views = [people, presence, access, directory, policies];
    await Promise.all(views.map((view) => view.ready));

    function may(userId: string, senderId: string): boolean {
      const { domain } = context.config;
      const held = { people: people.current, presence: presence.current, access: access.current, domain };
      return mayAlert(held, userId, senderId, clock.wallNow());
    }

    /** While nobody is to be reached by push or mail, no message is looked at here. */
    let listening: Promise<readonly Listening[]> | undefined;

    /** Writes what changed about a person together with its announcement. */
    async function change(
      userId: string,
      settings: contract.AlertSettings | undefined,
      work: (db: rows.Db) => Promise<unknown> = async () => undefined,
    ): Promise<void> {
      const person = await own.transaction(async (transaction) => {
        await work(transaction.db);
        const changed = await rows.putPerson(transaction.db, userId, settings);
        await transaction.announce(contract.personChanged, changed);
        return changed;
      });
      // Whoever asks next is answered by what was just said.
      foldPerson(people.current, person);
      listen();
      await listening;
    }

    const mail = await openMail(context, {
      own,
      readerOf(userId) {
        const user = directory.current.users.get(userId);
        if (user === undefined || user.disabled) return undefined;
        const { department } = user;
        const { mailDigest } = settingsFor(policies.current, { userId, department });
        const most = mailDigest === 'forbidden' ? null : mailDigest;
        return {
          name: user.name,
          address: user.address,
          settings: settingsOf(people.current, userId).mail,
          most,
        };
      },
      presenceOf: (userId) => presence.current.get(userId)?.general,
      nameOf: (userId) => directory.current.users.get(userId)?.name ?? '',
      mayAlert: may,
      change: (userId, settings, work) => change(userId, settings(settingsOf(people.current, userId)), work),
    });

    const waved = new WavedAway();
    const due = startDueAlerts(context, {
      own,
      sender: createPushSender({ vapid, clock, log, post: pushPost(pushServices) }),
      delayMs: delayS * 1000,
      async conversation(userId, conversationId) {
        const found = await bus.call(listConversations, { userId, conversationId, limit: 1 });
        return found.ok ? done(found.value.conversations[0]) : found;
      },
      nameOf: (userId) => directory.current.users.get(userId)?.name ?? '',
      settingsOf: (userId) => settingsOf(people.current, userId),
      mayAlert: may,
      async raise(userId, conversationId, seq) {
        await bus.publish(contract.alertRaised, { userId, conversationId, seq });
        await due.put(pushesFor([userId], conversationId, seq));
      },
      freeContent(userId, contactId) {
        const { domain } = context.config;
        const sight = sightOf(access.current, contactId, { userId, domain });
        const isFree = project(presenceOf(presence.current, contactId), sight).state === 'available';
        // The window that was used last says it by itself.
        if (!isFree || !may(userId, contactId) || isAtWindow(presence.current.get(userId)?.general))
          return undefined;
        const name = directory.current.users.get(contactId)?.name ?? '';
        return freeContent(contactId, name, settingsOf(people.current, userId));
      },
      gone: ({ subscription_id, user_id }) =>
        change(user_id, undefined, (db) => rows.dropSubscriptions(db, { subscriptionId: subscription_id })),
    });

    function pushesFor(userIds: readonly string[], conversationId: string, seq: number) {
      const now = clock.wallNow();
      const reached = userIds.filter((userId) => (people.current.get(userId)?.pushes ?? 0) > 0);
      return reached.map((userId) => ({
        user_id: userId,
        conversation_id: conversationId,
        kind: 'push' as const,
        subscription_id: '',
        seq,
        // Somebody at a window has the time of the delay to see it there first.
        due_at: now + (isAtWindow(presence.current.get(userId)?.general) ? delayS * 1000 : NOBODY_THERE_MS),
      }));
    }

    async function free({ userId, contactId }: EventOf<typeof becameFree>): Promise<void> {
      if ((people.current.get(userId)?.pushes ?? 0) === 0) return;
      const row = { user_id: userId, conversation_id: contactId, subscription_id: '', seq: 0 };
      await due.put([{ ...row, kind: 'free', due_at: clock.wallNow() }]);
    }

    async function stored({ message, participantIds, to }: EventOf<typeof messageStored>): Promise<void> {
      // What is not kept went to whoever was there.
      if (message.seq === 0 || to !== undefined) return;
      const { senderId, conversationId, seq } = message;
      // Who answers has read what was there, wherever it stands on a screen.
      if ((people.current.get(senderId)?.pushes ?? 0) > 0) await due.withdraw(senderId, conversationId, seq);
      const others = whomToAlert(message, participantIds);
      await mail.stored(others);
      const recipients = others.filter((userId) => may(userId, senderId));
      const pushes = pushesFor(recipients, conversationId, seq);
      await due.put(pushes);
      // Whoever was quicker than that has nothing to be told any more.
      for (const { user_id } of pushes)
        if (waved.has(user_id, conversationId, seq)) await rows.dropPush(own, user_id, conversationId, seq);
    }

    function isWanted(): boolean {
      const all = [...people.current.values()];
      return all.some(({ pushes, settings }) => pushes > 0 || mail.isFor(settings.mail));
    }
    function listen(): void {
      mail.forget();
      if (listening !== undefined || !isWanted()) return;
      const later = (work: Promise<void>) =>
        void work.catch((error) => log.warn({ error }, 'a push waits for the next message'));
      listening = Promise.all([
        bus.subscribe(messageStored, (event) => later(stored(event)), { queue: 'alerts' }),
        bus.subscribe(becameFree, (event) => later(free(event)), { queue: 'alerts' }),
        bus.subscribe(
          readChanged,
          ({ userId, conversationId, readSeq }) => {
            if ((people.current.get(userId)?.pushes ?? 0) === 0) return;
            later(due.withdraw(userId, conversationId, readSeq));
          },
          { queue: 'alerts' },
        ),
      ]);
    }
    const watching = people.onChange(listen);
    listen();

    const subscriptions = await Promise.all([
      bus.serve(contract.getSettings, async ({ userId }) =>
        done({
          settings: settingsOf(people.current, userId),
          publicKey: vapid.publicKey,
          mail: await mail.offerTo(userId),
        }),
      ),
      bus.serve(contract.putSettings, async ({ userId, settings }) => {
        const zones = [settings.mail.timeZone, ...(settings.quiet === null ? [] : [settings.quiet.timeZone])];
        if (!zones.every(isTimeZone)) return fault('ALERTS_UNKNOWN_TIME_ZONE');
        const before = settingsOf(people.current, userId).mail;
        await change(userId, settings, (db) => mail.wishing(db, userId, before, settings.mail));
        await mail.wished(userId, settings.mail);
        return done({});
      }),
      bus.serve(contract.stopMail, async ({ token, stop }) => {
        const userId = mail.userOf(token);
        const user = userId === undefined ? undefined : directory.current.users.get(userId);
        if (user === undefined) return fault('ALERTS_NO_SUCH_LINK');
        const settings = settingsOf(people.current, user.userId);
        if (stop && settings.mail.afterMinutes !== null) {
          await change(user.userId, { ...settings, mail: { ...settings.mail, afterMinutes: null } });
          await mail.wished(user.userId, { ...settings.mail, afterMinutes: null });
        }
        return done({ page: stopPage(mail.addressOf(user.address), settings.mail.language, stop) });
      }),
      bus.serve(contract.subscribe, async ({ userId, signInId, subscription }) => {
        if (!mayPushTo(subscription.endpoint, pushServices)) return fault('ALERTS_PUSH_REFUSED');
        if (!isKeyPair(subscription)) return fault('ALERTS_BAD_SUBSCRIPTION');
        const made = { subscriptionId: randomUUID(), userId, signInId };
        let before: string | undefined;
        await change(userId, undefined, async (db) => {
          ({ before } = await rows.putSubscription(
            db,
            made,
            subscription,
            clock.wallNow(),
            BROWSERS_A_PERSON,
          ));
        });
        if (before !== undefined && before !== userId) await change(before, undefined);
        return done({});
      }),
      bus.serve(contract.unsubscribe, async ({ userId, endpoint }) => {
        await change(userId, undefined, (db) => rows.dropSubscriptions(db, { userId, endpoint }));
        return done({});
      }),
      bus.serve(contract.dismiss, async ({ userId, conversationId, seq, snoozeS }) => {
        waved.note(userId, conversationId, seq);
        await bus.publish(contract.alertDismissed, { userId, conversationId, seq });
        await rows.dropDue(own, userId, conversationId, seq);
        if (snoozeS !== undefined) {
          const due_at = clock.wallNow() + snoozeS * 1000;
          const row = { user_id: userId, conversation_id: conversationId, subscription_id: '', seq, due_at };
          await due.put([{ ...row, kind: 'snooze' }]);
        }
        return done({});
      }),
      bus.subscribe(contract.alertDismissed, ({ userId, conversationId, seq }) =>
        waved.note(userId, conversationId, seq),
      ),
      bus.subscribe(
        signInEnded,
        async ({ userId, signInId }) => {
          if ((people.current.get(userId)?.pushes ?? 0) === 0) return;
          await change(userId, undefined, (db) => rows.dropSubscriptions(db, { signInId }));
        },
        { queue: 'alerts' },
      ),
    ]);

    return {
      async [Symbol.asyncDispose]() {
        watching[Symbol.dispose]();
        for (const subscription of [...subscriptions, ...((await listening) ?? [])])
          await subscription[Symbol.asyncDispose]();
        await due[Symbol.asyncDispose]();
        await mail[Symbol.asyncDispose]();
        await Promise.all([...views, serving].map((held) => held[Symbol.asyncDispose]()));
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
