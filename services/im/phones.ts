// What phones are given beside messages: that somebody types, and word back about what they sent; and what is known of each
// phone. Wired here, started by service.ts.
import type { Subscription } from '@parley/platform/bus';
import { type ServiceContext, startRounds } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import type { Directory } from '../identity/view.ts';
import type { Binding } from '../registrar/contract.ts';
import { type Message, messageTaken, phoneAsked, phoneLearnt, readChanged, typingShown } from './contract.ts';
import type { Conversations } from './conversations.ts';
import { PhoneAbilities } from './phone-abilities.ts';
import type { WireOutcome } from './phone-lines.ts';
import type { PhonePlaces } from './phone-places.ts';
import { type PhoneReceipt, PhoneReceipts } from './phone-receipts.ts';
import { createPhoneWire, hangMessageStation } from './sip.ts';
import type { ImTables } from './store.ts';

const SWEEP_MS = 10 * 60_000;
/** Who types on is told again before phones forget it; who types in bursts is told once. */
const TYPING_AGAIN_MS = 60_000;
const TYPING = 2_000;

type StationNeeds = Parameters<typeof hangMessageStation>[1];

export interface Phones extends AsyncDisposable {
  readonly receipts: PhoneReceipts;
  send(binding: Binding, message: Message, recipientId: string): Promise<WireOutcome>;
  hang(needs: Omit<StationNeeds, 'abilities' | 'receipts' | 'sendReceipt'>): Disposable;
}

export async function servePhones(
  context: ServiceContext,
  needs: {
    readonly own: ServiceStore<ImTables>;
    readonly places: PhonePlaces;
    readonly directory: { readonly current: Directory };
    readonly conversations: Pick<Conversations, 'byId'>;
  },
): Promise<Phones> {
  const { bus, clock, log, nodeId } = context;
  const { own, places, directory, conversations } = needs;
  const abilities = new PhoneAbilities((learnt) => {
    bus.publish(phoneLearnt, learnt).catch((error) => log.debug({ error }, 'only this front end knows it'));
  });
  const wire = createPhoneWire(context, { directory, conversations, abilities });

  async function sendReceipt(receipt: PhoneReceipt): Promise<void> {
    const asking = places.bindingsOf(receipt.senderId).find(({ deviceId }) => deviceId === receipt.deviceId);
    if (asking !== undefined) await wire.sendReceipt(asking, receipt);
  }

  const receipts = new PhoneReceipts({
    own,
    clock,
    log,
    isHere: (userId) => places.nodeOf(userId) === nodeId,
    tellAsked: (asked) => bus.publish(phoneAsked, asked),
    send: sendReceipt,
  });

  /** When those who type were last told of, by conversation and person. */
  const typing = new Map<string, number>();

  function showTyping(
    shown: { conversationId: string; userId: string; typing: boolean },
    to: readonly string[],
  ) {
    if (abilities.isEmpty) return;
    const key = `${shown.conversationId} ${shown.userId}`;
    const toldAt = typing.get(key);
    const isNews = shown.typing
      ? toldAt === undefined || clock.now() - toldAt >= TYPING_AGAIN_MS
      : toldAt !== undefined;
    if (!isNews) return;
    typing.delete(key);
    if (shown.typing) typing.set(key, clock.now());
    if (typing.size > TYPING) typing.delete(typing.keys().next().value!);
    for (const recipientId of to) {
      if (recipientId === shown.userId) continue;
      for (const binding of places.bindingsOf(recipientId)) {
        if (binding.nodeId !== nodeId || !abilities.has(binding.deviceId, 'composing')) continue;
        wire
          .showTyping(binding, recipientId, shown)
          .catch((error) => log.debug({ error }, 'a phone does not hear that somebody types'));
      }
    }
  }

  const unheard = (error: unknown) => log.warn({ error }, 'a phone does not hear what became of its message');
  const subscriptions: Subscription[] = await Promise.all([
    bus.subscribe(phoneLearnt, (learnt) => abilities.fold(learnt)),
    bus.subscribe(phoneAsked, (asked) => receipts.opened(asked).catch(unheard)),
    bus.subscribe(messageTaken, async ({ conversationId, seq, userIds }) => {
      if (seq === 0) return;
      for (const userId of userIds) await receipts.reached(conversationId, userId, seq).catch(unheard);
    }),
    bus.subscribe(readChanged, async ({ conversationId, userId, readSeq, shownTo = [] }) => {
      if (receipts.isOpen(conversationId))
        await receipts.read(conversationId, userId, readSeq, shownTo).catch(unheard);
    }),
    bus.subscribe(typingShown, ({ participantIds, ...shown }) => showTyping(shown, participantIds)),
  ]);
  const sweeps = startRounds(
    context,
    { everyMs: SWEEP_MS, failure: 'what phones want to hear is looked at later' },
    () => receipts.sweep(),
  );
  await receipts.sweep();

  return {
    receipts,
    async send(binding, message, recipientId) {
      const outcome = await wire.send(binding, message, recipientId);
      if (outcome === 'delivered' && message.seq > 0)
        receipts.reached(message.conversationId, recipientId, message.seq).catch(unheard);
      return outcome;
    },
    hang: (station) => hangMessageStation(context, { ...station, abilities, receipts, sendReceipt }),
    async [Symbol.asyncDispose]() {
      await sweeps[Symbol.asyncDispose]();
      for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
    },
  };
}
