// im, wired: commands onto conversations, queued messages onto phones.
import { followView } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import { getUser } from '../identity/contract.ts';
import { areKnown, directoryView } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { type Location, locationChanged } from '../registrar/contract.ts';
import { foldLocation, locationView } from '../registrar/view.ts';
import * as contract from './contract.ts';
import { participantsOf } from './conversation.ts';
import { createDelivery } from './delivery.ts';
import { mayWrite } from './licence.ts';
import { createMessages } from './message.ts';
import { conversationsMigration } from './migrations/0001-conversations.ts';
import { fitting } from './page.ts';
import { createPhoneWire, hangMessageStation } from './sip.ts';
import * as rows from './store.ts';

const { fault } = contract.imErrors;
/** Each front end looks after the people whose phones are registered with it: an event may be lost, the rows are not. */
const SWEEP_MS = 60_000;
/** With more to do than this, the next sweep comes soon: other work wants the database, too. */
const SWEEP_PEOPLE = 200;
const SWEEP_ON_MS = 1_000;
/** Longer than a phone takes not to answer. */
const REDELIVER_MS = 60_000;

export const imService: ServiceDefinition = {
  name: 'im',
  after: ['identity', 'registrar', 'proxy', 'licensing'],
  migrations: [conversationsMigration],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log, nodeId } = context;
    const own = await context.store.service<rows.ImTables>('im', [conversationsMigration]);
    const gate = openLicenceGate(context);
    const messages = createMessages(own, clock, gate);

    const directory = followView(context, directoryView);
    const locations = followView(context, locationView);
    await Promise.all([directory.ready, locations.ready]);

    const wire = createPhoneWire(context, directory);
    const delivery = createDelivery({
      own,
      clock,
      log,
      nodeId,
      bindingsOf: (userId) => liveBindings(locations.current.byUser.get(userId), clock.wallNow()),
      send: wire.send,
    });

    const rounds = startRounds(
      context,
      { everyMs: SWEEP_MS, failure: 'pending messages wait for the next look' },
      async () => {
        const now = clock.wallNow();
        const mine = [...locations.current.byUser.values()]
          .filter((location) => liveBindings(location, now).some((binding) => binding.nodeId === nodeId))
          .map((location) => location.userId);
        const overdue = await delivery.overdue(mine, SWEEP_PEOPLE);
        for (const userId of overdue) void delivery.deliver(userId);
        if (overdue.length === SWEEP_PEOPLE) rounds.soon(SWEEP_ON_MS);
      },
    );

    const subscriptions = await Promise.all([
      bus.serve(contract.openConversation, async ({ userId, participantIds, deviceId }) => {
        const ask = (id: string) => bus.call(getUser, { userId: id });
        if (!(await areKnown(directory, [userId, ...participantIds], ask)))
          return fault('IM_NO_SUCH_RECIPIENT');
        const known = await messages.find(userId, participantIds);
        // What was said may always be read; a new conversation is there to write in.
        if (known === undefined) {
          const { length } = participantsOf(userId, participantIds);
          const licensed = mayWrite(gate, { userId, deviceId }, length);
          if (!licensed.ok) return licensed;
        }
        const conversationId = known ?? (await messages.open(userId, participantIds));
        const [conversation] = await rows.listConversations(own.db, userId, { conversationId });
        return conversation === undefined ? fault('IM_NO_SUCH_CONVERSATION') : done(conversation);
      }),
      bus.serve(contract.sendMessage, (draft) => messages.send(draft)),
      bus.serve(contract.readHistory, async ({ userId, conversationId, limit, ...page }) => {
        if (!(await rows.isParticipant(own.db, conversationId, userId)))
          return fault('IM_NO_SUCH_CONVERSATION');
        const found = await rows.readPage(own.db, conversationId, { ...page, limit: limit + 1 });
        const shown = fitting(found.slice(0, limit));
        return done({ messages: shown, more: found.length > shown.length });
      }),
      bus.serve(contract.listConversations, async ({ userId, limit }) =>
        done({ conversations: fitting(await rows.listConversations(own.db, userId, { limit })) }),
      ),
      bus.serve(contract.markRead, ({ userId, conversationId, seq }) =>
        messages.markRead(userId, conversationId, seq),
      ),
      bus.serve(contract.showTyping, async ({ userId, conversationId, typing, deviceId }) => {
        const participantIds = await rows.participantIds(own.db, conversationId);
        if (!participantIds.includes(userId)) return fault('IM_NO_SUCH_CONVERSATION');
        const licensed = typing ? mayWrite(gate, { userId, deviceId }, participantIds.length) : done(null);
        if (!licensed.ok) return licensed;
        await bus.publish(contract.typingShown, { conversationId, userId, typing, participantIds });
        return done({});
      }),
      // Not awaited: one phone that does not answer must not keep the others waiting. Acknowledged whatever came of it:
      // an event that stays open for a phone that is off would use up what a consumer may have open.
      bus.consume(
        contract.messageQueued,
        'im-phones',
        (queued) => {
          void delivery
            .deliver(queued.value.recipientId)
            .then(() => queued.acknowledge())
            .catch((error) => log.debug({ error }, 'a queued message is looked at twice'));
        },
        { redeliverMs: REDELIVER_MS },
      ),
      bus.subscribe(
        locationChanged,
        (location) => {
          if (location.bindings.length === 0) return;
          // The view's own subscription may not have folded this event yet.
          foldLocation(locations.current, location);
          void delivery.deliver(location.userId);
        },
        { queue: 'im' },
      ),
    ]);
    const refreshed = locations.onChange((location) => {
      if (location === undefined) rounds.soon();
    });
    rounds.soon();
    const station = hangMessageStation(context, { messages, directory, locations, gate });

    return {
      async [Symbol.asyncDispose]() {
        station[Symbol.dispose]();
        refreshed[Symbol.dispose]();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await rounds[Symbol.asyncDispose]();
        await delivery[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

function liveBindings(location: Location | undefined, now: number): Location['bindings'] {
  return location?.bindings.filter((binding) => binding.expiresAt > now) ?? [];
}
