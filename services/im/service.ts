// im, wired: commands onto conversations, queued messages onto phones.
import { followView } from '@parley/platform/bus';
import { done, type EventContract, type EventOf } from '@parley/platform/contract';
import {
  type RunningService,
  type ServiceContext,
  type ServiceDefinition,
  startRounds,
} from '@parley/platform/host';
import { inGroups } from '@parley/platform/store';
import type { TSchema } from 'typebox';
import { getUser } from '../identity/contract.ts';
import { areKnown, directoryView } from '../identity/view.ts';
import { openLicenceGate } from '../licensing/gate.ts';
import { policyView, settingsFor } from '../policy/view.ts';
import { locationView } from '../registrar/view.ts';
import * as contract from './contract.ts';
import { participantsOf } from './conversation.ts';
import { createConversations } from './conversations.ts';
import { createDelivery, type Offer } from './delivery.ts';
import { openGroupsDesk } from './groups-desk.ts';
import { mayWrite } from './licence.ts';
import { createMessages, type Stored } from './message.ts';
import { migrations } from './migrations/index.ts';
import { fitting } from './page.ts';
import { createPassing } from './passing.ts';
import { PhonePlaces } from './phone-places.ts';
import { servePhones } from './phones.ts';
import { openReachGate } from './reach.ts';
import { refuseRich, serveRich } from './rich.ts';
import { openSearchDesk } from './search-desk.ts';
import * as rows from './store.ts';
import { frequentPeople } from './store-frequent.ts';

const { fault } = contract.imErrors;
/** Each front end looks after the people whose phones are registered with it: an event may be lost, the rows are not. */
const SWEEP_MS = 60_000;
/** With more to do than this, the next sweep comes soon: other work wants the database, too. */
const SWEEP_PEOPLE = 200;
const SWEEP_ON_MS = 1_000;

export const imService: ServiceDefinition = {
  name: 'im',
  after: ['identity', 'registrar', 'proxy', 'licensing', 'presence', 'policy'],
  migrations,
  async start(context: ServiceContext): Promise<RunningService> {
    const { bus, clock, log, nodeId } = context;
    const own = await context.store.service<rows.ImTables>('im', migrations);
    // In the morning everybody comes at once: those who come together are looked up together.
    const recentOf = inGroups((asked: Parameters<typeof rows.recentConversations>[1]) =>
      rows.recentConversations(own, asked),
    );
    const gate = openLicenceGate(context);
    const isKept = context.config.messages.keep === 'always';
    const conversations = createConversations(own, clock, isKept);
    const directory = followView(context, directoryView);
    const locations = followView(context, locationView);
    const reach = await openReachGate(context);
    const policies = followView(context, policyView);
    await Promise.all([directory.ready, locations.ready, policies.ready]);

    /** As the policies want it for this person now. */
    function settingsOf(userId: string) {
      const department = directory.current.users.get(userId)?.department ?? '';
      return settingsFor(policies.current, { userId, department });
    }

    const places = new PhonePlaces(locations, clock, nodeId);
    const phones = await servePhones(context, { own, places, directory, conversations });
    const delivery = createDelivery({
      own,
      clock,
      log,
      nodeId,
      bindingsOf: (userId) => places.bindingsOf(userId),
      send: phones.send,
    });

    /** To where the phones are, which deliver one after the other what is offered there. */
    function offer(offered: Offer): void {
      const node = places.nodeOf(offered.recipientId);
      if (node === undefined) return;
      if (node === nodeId) {
        delivery.offer(offered);
        return;
      }
      bus
        .call(contract.offerToPhones, offered, { node })
        .then((taken) => {
          // That front end is gone; the phone may have another one, or be back at once.
          if (!taken.ok) return void delivery.deliver(offered.recipientId);
        })
        .catch((error) => log.debug({ error }, 'a message waits for the next look'));
    }

    function offerToAll({ message, participantIds, places, seenBy }: Stored): void {
      for (const [index, recipientId] of participantIds.entries()) {
        if (recipientId === message.senderId) continue;
        const place = places?.[index] ?? index + 1;
        offer({ message, recipientId, place, seen: seenBy(place) });
      }
    }

    async function tellStored(stored: Stored): Promise<void> {
      offerToAll(stored);
      const { message, participantIds } = stored;
      const confirm = phones.receipts.expects(message) ? { confirm: true as const } : {};
      await tell(contract.messageStored, { message, participantIds: [...participantIds], ...confirm });
    }

    /** Without a bus nobody can be told, and everybody looks afresh when it is back. */
    async function tell<S extends TSchema>(fact: EventContract<S>, value: EventOf<EventContract<S>>) {
      if (!bus.healthy) return;
      await bus
        .publish(fact, value)
        .catch((error) => log.warn({ error }, 'windows are told when the bus is back'));
    }

    const groups = await openGroupsDesk(context, {
      own,
      gate,
      reach,
      conversations,
      directory,
      settingsOf,
      isKept,
      offer: offerToAll,
      tellRead: (mark, shownTo) =>
        tell(contract.readChanged, { ...mark, ...(shownTo.length === 0 ? {} : { shownTo: [...shownTo] }) }),
    });
    const stored = createMessages({
      own,
      clock,
      gate,
      reach,
      conversations,
      linkPolicyOf: settingsOf,
      stored: tellStored,
      read: (userId, conversationId, { readSeq, lastSeq }) =>
        groups.read({ userId, conversationId, readSeq, unread: lastSeq - readSeq }),
    });
    const passing = createPassing({
      clock,
      gate,
      reach,
      conversations,
      linkPolicyOf: settingsOf,
      bindingsOf: (userId) => places.bindingsOf(userId),
      send: phones.send,
      tell: (message, participantIds, to) =>
        tell(contract.messageStored, { message, participantIds: [...participantIds], to: [...to] }),
    });
    const send = isKept ? stored.send : passing.send;

    const editableForMs = context.config.messages.editableForHours * 3_600_000;
    const rich = await (isKept
      ? serveRich({ bus, own, clock, log, gate, reach, conversations, send, editableForMs, settingsOf })
      : refuseRich(bus));

    const rounds = startRounds(
      context,
      { everyMs: SWEEP_MS, failure: 'pending messages wait for the next look' },
      async () => {
        const overdue = await delivery.overdue(places.people(), SWEEP_PEOPLE);
        for (const userId of overdue) void delivery.deliver(userId);
        if (overdue.length === SWEEP_PEOPLE) rounds.soon(SWEEP_ON_MS);
      },
    );

    const search = await openSearchDesk(context, own, directory);
    const subscriptions = await Promise.all([
      bus.serve(contract.openConversation, async ({ userId, participantIds, deviceId }) => {
        const ask = (id: string) => bus.call(getUser, { userId: id });
        if (!(await areKnown(directory, [userId, ...participantIds], ask)))
          return fault('IM_NO_SUCH_RECIPIENT');
        const known = await conversations.find(userId, participantIds);
        // What was said may always be read; a new conversation is there to write in.
        if (known === undefined) {
          const { length } = participantsOf(userId, participantIds);
          if (length > 2 && !settingsOf(userId).startGroups) return fault('IM_GROUPS_NOT_ALLOWED');
          const licensed = mayWrite(gate, { userId, deviceId }, length);
          if (!licensed.ok) return licensed;
          const met = reach.mayMeet(userId, participantIds);
          if (!met.ok) return met;
        }
        const { conversationId, participantIds: everyone } =
          known ?? (await conversations.open(userId, participantIds));
        if (known === undefined && !isKept) return done(emptyConversation(conversationId, everyone));
        const conversation = await rows.findConversation(own, userId, conversationId);
        if (conversation !== undefined) return done(conversation);
        return isKept ? fault('IM_NO_SUCH_CONVERSATION') : done(emptyConversation(conversationId, everyone));
      }),
      bus.serve(contract.sendMessage, ({ participantIds, ...draft }) => {
        conversations.learn(draft.conversationId, participantIds);
        return send(draft);
      }),
      bus.subscribe(contract.messageTaken, ({ messageId }) => passing.taken(messageId)),
      bus.serve(contract.readHistory, async ({ userId, conversationId, limit, ...page }) => {
        const sight = await rows.sightOf(own.db, conversationId, userId);
        if (sight === undefined)
          return isKept ? fault('IM_NO_SUCH_CONVERSATION') : done({ messages: [], more: false });
        const asked = { ...page, limit: limit + 1 };
        const found = await rows.readPageAt(own.db, conversationId, asked, sight);
        const shown = fitting(found.messages.slice(0, limit));
        const revision = found.revision === 0 ? {} : { revision: found.revision };
        return done({ messages: shown, more: found.messages.length > shown.length, ...revision });
      }),
      bus.serve(contract.listConversations, async ({ userId, limit, conversationId }) => {
        if (conversationId === undefined)
          return done({ conversations: fitting(await recentOf({ userId, limit })) });
        const found = await rows.findConversation(own, userId, conversationId);
        return done({ conversations: found === undefined ? [] : [found] });
      }),
      bus.serve(contract.listFrequent, async ({ userId }) =>
        done({ userIds: await frequentPeople(own, userId, clock.wallNow()) }),
      ),
      bus.serve(contract.markRead, async ({ userId, conversationId, seq }) => {
        const marked = await stored.markRead(userId, conversationId, seq);
        return marked.ok || isKept ? marked : done({ readSeq: 0, unread: 0 });
      }),
      bus.serve(
        contract.showTyping,
        async ({ userId, conversationId, typing, deviceId, participantIds: given }) => {
          conversations.learn(conversationId, given);
          const participantIds = [
            ...((await conversations.of(userId, conversationId))?.participantIds ?? []),
          ];
          if (participantIds.length === 0) return fault('IM_NO_SUCH_CONVERSATION');
          const licensed = typing ? mayWrite(gate, { userId, deviceId }, participantIds.length) : done(null);
          if (!licensed.ok) return licensed;
          if (!reach.mayShow(userId, participantIds)) return done({});
          await bus.publish(contract.typingShown, { conversationId, userId, typing, participantIds });
          return done({});
        },
      ),
      bus.serve(
        contract.offerToPhones,
        async (offered) => {
          delivery.offer(offered);
          return done({});
        },
        { node: nodeId },
      ),
    ]);
    const refreshed = locations.onChange((location) => {
      if (location === undefined) return rounds.soon();
      const { userId, renewed } = location;
      if (places.nodeOf(userId) !== nodeId) return delivery.letGo(userId);
      // Most registrations say again what was known.
      if (delivery.isWaiting(userId)) void delivery.deliver(userId);
      else if (renewed !== true) void delivery.welcome(userId);
    });
    rounds.soon();
    const station = phones.hang({
      send,
      markRead: stored.markRead,
      acceptedStatus: isKept ? 202 : 200,
      conversations,
      directory,
      locations,
      gate,
      reach,
    });

    return {
      async [Symbol.asyncDispose]() {
        station[Symbol.dispose]();
        refreshed[Symbol.dispose]();
        for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
        await rich[Symbol.asyncDispose]();
        await rounds[Symbol.asyncDispose]();
        await groups[Symbol.asyncDispose]();
        await search[Symbol.asyncDispose]();
        await delivery[Symbol.asyncDispose]();
        await phones[Symbol.asyncDispose]();
        await policies[Symbol.asyncDispose]();
        await directory[Symbol.asyncDispose]();
        await locations[Symbol.asyncDispose]();
        await gate[Symbol.asyncDispose]();
        await reach[Symbol.asyncDispose]();
        await own[Symbol.asyncDispose]();
      },
    };
  },
};

/** One in which nothing is kept. */
function emptyConversation(conversationId: string, people: readonly string[]): contract.Conversation {
  const participantIds = [...people];
  return { conversationId, participantIds, lastMessage: null, lastSeq: 0, readSeq: 0, unread: 0 };
}
