// Messages of a server that keeps none (`messages.keep: never`): handed to whoever is there now, and forgotten. Nothing of
// them is written, and nothing comes into a log. Used by service.ts in the place of message.ts.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import type { Binding } from '../registrar/contract.ts';
import { cleanContent } from './content.ts';
import { imErrors, type Message } from './contract.ts';
import type { Conversations } from './conversations.ts';
import { mayWrite, type WritingGate } from './licence.ts';
import { type LinkPolicy, withoutLinks } from './link-filter.ts';
import type { Draft } from './message.ts';
import { PhoneLines, type WireOutcome } from './phone-lines.ts';
import type { ReachGate } from './reach.ts';
import { Recent } from './recent.ts';
import { clientKey } from './store.ts';

export interface PassingPorts {
  readonly clock: Clock;
  readonly gate: WritingGate;
  readonly reach: Pick<ReachGate, 'mayReach'>;
  readonly conversations: Conversations;
  readonly linkPolicyOf: (senderId: string) => LinkPolicy;
  readonly bindingsOf: (userId: string) => readonly Binding[];
  readonly send: (binding: Binding, message: Message, recipientId: string) => Promise<WireOutcome>;
  /** Tells the windows of these people. Must not reject. */
  readonly tell: (
    message: Message,
    participantIds: readonly string[],
    to: readonly string[],
  ) => Promise<void>;
}

export interface Passing {
  /** The message, once somebody has it. */
  send(draft: Draft): Promise<Outcome<Message>>;
  /** A window has this message. */
  taken(messageId: string): void;
}

/** A phone that answers within it spares the question whether there is a window. */
const PHONE_MS = 200;
/** How long windows have to say that they are there. */
const WINDOW_MS = 1_000;
/** Messages that were passed a moment ago: whoever repeats one is answered from here, and nobody gets it twice. */
const RECENT = 2_000;

export function createPassing(ports: PassingPorts): Passing {
  const { clock, gate, reach, conversations, tell } = ports;
  const lines = new PhoneLines(ports.send);
  const recent = new Recent<Promise<Outcome<Message>>>(RECENT);
  const waiting = new Map<string, () => void>();

  /** Resolves with true as soon as one phone has it, with false when none will. */
  async function toPhones(message: Message, recipientIds: readonly string[]): Promise<boolean> {
    const given = recipientIds.map(async (recipientId) => {
      const bindings = ports.bindingsOf(recipientId);
      const outcome = bindings.length > 0 && (await lines.firstTaken(bindings, message, recipientId));
      if (outcome !== 'delivered') throw new Error('no phone of this person took it');
    });
    return Promise.any(given).then(
      () => true,
      () => false,
    );
  }

  /** Resolves with true when a window has it, with false when none has said so in time. */
  function byWindow(messageId: string): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = clock.after(WINDOW_MS, () => resolve(false));
    waiting.set(messageId, () => resolve(true));
    return promise.finally(() => {
      timer[Symbol.dispose]();
      waiting.delete(messageId);
    });
  }

  async function within(ms: number, work: Promise<boolean>): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    using _timer = clock.after(ms, () => resolve(false));
    return await Promise.race([work, promise]);
  }

  async function pass(message: Message, participantIds: readonly string[]): Promise<boolean> {
    const { senderId, messageId } = message;
    const others = participantIds.filter((userId) => userId !== senderId);
    const phone = toPhones(message, others);
    if (await within(PHONE_MS, phone)) {
      await tell(message, participantIds, participantIds);
      return true;
    }
    const window = byWindow(messageId);
    await tell(message, participantIds, others);
    const isTaken = await firstTrue([window, phone]);
    // Only what somebody has is shown to its sender as said.
    if (isTaken) await tell(message, participantIds, [senderId]);
    return isTaken;
  }

  async function send(draft: Draft): Promise<Outcome<Message>> {
    const { senderId, conversationId, clientId, deviceId, deviceName } = draft;
    const written = cleanContent(draft);
    const clean = written.ok ? withoutLinks(written.value, ports.linkPolicyOf(senderId)) : written;
    if (!clean.ok) return clean;
    // A reply would need what it answers.
    const { images, replyTo: _, ...content } = clean.value;
    if (images !== undefined) return imErrors.fault('IM_NOTHING_KEPT');
    const participantIds = (await conversations.byId(conversationId))?.participantIds;
    if (!participantIds?.includes(senderId)) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
    const licensed = mayWrite(gate, { userId: senderId, deviceId, deviceName }, participantIds.length);
    if (!licensed.ok) return licensed;
    const reached = reach.mayReach(senderId, participantIds);
    if (!reached.ok) return reached;
    const sentAt = clock.wallNow();
    const messageId = randomUUID();
    const message = { messageId, conversationId, seq: 0, senderId, sentAt, clientId, ...content };
    return (await pass(message, participantIds)) ? done(message) : imErrors.fault('IM_NOBODY_THERE');
  }

  return {
    send(draft) {
      const key = clientKey(draft);
      const known = recent.get(key);
      if (known !== undefined) return known;
      const sending = send(draft);
      recent.set(key, sending);
      const forget = () => recent.delete(key, sending);
      sending.then((outcome) => outcome.ok || forget(), forget);
      return sending;
    },
    taken: (messageId) => waiting.get(messageId)?.(),
  };
}

function firstTrue(all: readonly Promise<boolean>[]): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  for (const one of all) void one.then((isTrue) => isTrue && resolve(true));
  void Promise.all(all).then((outcomes) => resolve(outcomes.includes(true)));
  return promise;
}
