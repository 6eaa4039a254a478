// im, wired: commands onto conversations, queued messages onto phones.
import { followView } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import type { RunningService, ServiceContext, ServiceDefinition } from '@parley/platform/host';
import { directoryView } from '../identity/view.ts';
import { locationChanged } from '../registrar/contract.ts';
import { foldLocation, locationView } from '../registrar/view.ts';
import * as contract from './contract.ts';
import { createDelivery } from './delivery.ts';
import { createMessages } from './message.ts';
import { conversationsMigration } from './migrations/0001-conversations.ts';
import { fitting } from './page.ts';
import { createPhoneWire, hangMessageStation } from './sip.ts';
import * as rows from './store.ts';

const { fault } = contract.imErrors;
const RETRY_MS = 15_000;
const RETRIES = 20;
const ELSEWHERE_MS = 1_000;

export const imService: ServiceDefinition = {
  name: 'im',
  after: ['identity', 'registrar', 'proxy'],
  migrations: [conversationsMigration],
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log } = context;
    const own = await context.store.service<rows.ImTables>('im', [conversationsMigration]);
    const messages = createMessages(own, clock);

    const directory = followView(context, directoryView);
    const locations = followView(context, locationView);
    await Promise.all([directory.ready, locations.ready]);

    const wire = createPhoneWire(context, directory);
    const delivery = createDelivery({
      own,
      clock,
      nodeId: context.nodeId,
      bindingsOf: (userId) => locations.current.byUser.get(userId)?.bindings ?? [],
      send: wire.send,
    });

    const subscriptions = await Promise.all([
      bus.serve(contract.openConversation, async ({ userId, participantIds }) => {
        const { users } = directory.current;
        if (![userId, ...participantIds].every((id) => users.has(id))) return fault('IM_NO_SUCH_RECIPIENT');
        const conversationId = await messages.open(userId, participantIds);
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
      bus.serve(contract.showTyping, async ({ userId, conversationId, typing }) => {
        const participantIds = await rows.participantIds(own.db, conversationId);
        if (!participantIds.includes(userId)) return fault('IM_NO_SUCH_CONVERSATION');
        await bus.publish(contract.typingShown, { conversationId, userId, typing, participantIds });
        return done({});
      }),
      // Not awaited: one phone that does not answer must not keep the others waiting.
      bus.consume(contract.messageQueued, 'im-phones', (queued) => {
        void delivery.deliver(queued.value.recipientId).then(
          (outcome) => {
            if (outcome === 'elsewhere') return queued.reject(ELSEWHERE_MS);
            if (outcome === 'failed' && queued.delivery < RETRIES) return queued.reject(RETRY_MS);
            return queued.acknowledge();
          },
          (error) => {
            log.warn({ error }, 'delivery will be tried again');
            return queued.reject(RETRY_MS);
          },
        );
      }),
      bus.subscribe(
        locationChanged,
        (location) => {
          if (location.bindings.length === 0) return;
          // The view's own subscription may not have folded this event yet.
          foldLocation(locations.current, location);
          delivery
            .deliver(location.userId)
            .catch((error) => log.warn({ error }, 'delivery waits for the next message'));
        },
        { queue: 'im' },
      ),
    ]);
    const station = hangMessageStation(context, { messages, directory });

    return {
      async [Symbol.asyncDispose]() {
        station[Symbol.dispose]();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await delivery.settled();
        await directory[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};
