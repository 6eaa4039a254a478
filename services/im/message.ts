// Sending a message: stored and numbered, many in one commit; told and acknowledged after it.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome } from '@parley/platform/contract';
import { inGroups, type ServiceStore } from '@parley/platform/store';
import { type Content, cleanContent } from './content.ts';
import { imErrors, type Message } from './contract.ts';
import type { Conversations } from './conversations.ts';
import { mayWrite, type WritingGate } from './licence.ts';
import { type LinkPolicy, withoutLinks } from './link-filter.ts';
import type { ReachGate } from './reach.ts';
import { Recent } from './recent.ts';
import * as rows from './store.ts';
import { peopleAt, wasIn } from './store-groups.ts';
import { claimImages } from './store-images.ts';

export interface Draft extends Content {
  readonly senderId: string;
  readonly conversationId: string;
  readonly clientId: string;
  /** Where the person writes it: see `Writer`. */
  readonly deviceId?: string | null | undefined;
  readonly deviceName?: string | undefined;
}

/** A message that was stored just now, or, where its sender repeated it, before. */
export interface Stored {
  readonly message: Message;
  /** Those who may see it, in order of their places. */
  readonly participantIds: readonly string[];
  /** Their places, where they are not 1, 2, 3 … */
  readonly places?: readonly number[];
  /** How far the participant at that place had read or been given by phone before this message, as far as the rows say. */
  seenBy(place: number): number;
}

export interface Messages {
  /** The stored message; the one stored before where the sender repeats a `clientId`. */
  send(draft: Draft): Promise<Outcome<Message>>;
  markRead(
    userId: string,
    conversationId: string,
    seq: number,
  ): Promise<Outcome<{ readSeq: number; unread: number }>>;
}

export interface MessagePorts {
  readonly own: ServiceStore<rows.ImTables>;
  readonly clock: Clock;
  readonly gate: WritingGate;
  readonly reach: Pick<ReachGate, 'mayReach'>;
  readonly conversations: Conversations;
  readonly linkPolicyOf: (senderId: string) => LinkPolicy;
  /** Told of each message after its commit, in their order, and before its sender is. Must not reject. */
  readonly stored: (stored: Stored) => Promise<void>;
  /** Told after the mark has moved. Must not reject. */
  readonly read: (userId: string, conversationId: string, state: rows.ReadState) => Promise<void>;
}

interface Ask {
  readonly conversation: rows.KnownConversation;
  readonly message: Omit<Message, 'conversationId' | 'seq'>;
}

/** Nobody notices it, and many messages share a commit. */
const PACE_MS = 10;
/** Messages that were stored a moment ago: whoever repeats one is answered from here, unless it is long. */
const RECENT = 2_000;
const RECENT_CHARS = 2_000;

export function createMessages(ports: MessagePorts): Messages {
  const { own, clock, gate, reach, conversations } = ports;
  const recent = new Recent<Promise<Outcome<Message>>>(RECENT);
  const store = inGroups((asks: readonly Ask[]) => storeAll(own, asks), { paceMs: PACE_MS });

  async function send(draft: Draft): Promise<Outcome<Message>> {
    const { senderId, conversationId, clientId, deviceId, deviceName } = draft;
    const written = cleanContent(draft);
    const clean = written.ok ? withoutLinks(written.value, ports.linkPolicyOf(senderId)) : written;
    if (!clean.ok) return clean;
    const conversation = await conversations.of(senderId, conversationId);
    if (conversation === undefined) return await outside(draft);
    const licensed = mayWrite(
      gate,
      { userId: senderId, deviceId, deviceName },
      conversation.participantIds.length,
    );
    const allowed = licensed.ok ? reach.mayReach(senderId, conversation.participantIds) : licensed;
    if (!allowed.ok) {
      // What was stored once is acknowledged, whatever became of the licence or the level of access meanwhile.
      const [repeated] = (await rows.findRepeated(own, [{ senderId, clientId }])).values();
      return repeated === undefined ? allowed : done(repeated);
    }
    const content = await contentIn(conversation, draft, clean.value);
    if (!content.ok) return content;
    const message = {
      messageId: randomUUID(),
      senderId,
      sentAt: clock.wallNow(),
      clientId,
      ...content.value,
    };
    const stored = await store({ conversation, message });
    // Removed a moment ago, by the row's lock.
    if (stored === undefined) return await outside(draft);
    await ports.stored(stored);
    return done(stored.message);
  }

  /** What was stored once is acknowledged, even to who is not in the conversation any more. */
  async function outside(draft: Draft): Promise<Outcome<Message>> {
    const { senderId, clientId, conversationId } = draft;
    if (!(await wasIn(own, conversationId, senderId))) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
    const [repeated] = (await rows.findRepeated(own, [{ senderId, clientId }])).values();
    return repeated === undefined ? imErrors.fault('IM_NOT_IN_GROUP') : done(repeated);
  }

  /** What the message says in this conversation: only those who are in it can be meant, and its images are its own. */
  async function contentIn(
    { conversationId, participantIds }: rows.KnownConversation,
    { senderId, clientId }: Draft,
    { images: given, mentions: meant, ...content }: Content,
  ): Promise<Outcome<Pick<Message, 'text'> & rows.MessageExtra>> {
    if (meant === undefined && given === undefined) return done(content);
    const mentions = meant?.filter((userId) => participantIds.includes(userId)) ?? [];
    const said = { ...content, ...(mentions.length === 0 ? {} : { mentions }) };
    if (given === undefined) return done(said);
    const images = await claimImages(own, { senderId, conversationId, clientId }, given);
    return images === undefined ? imErrors.fault('IM_NO_SUCH_IMAGE') : done({ ...said, images });
  }

  return {
    send(draft) {
      const key = rows.clientKey(draft);
      const known = recent.get(key);
      if (known !== undefined) return known;
      const sending = send(draft);
      recent.set(key, sending);
      const forget = () => recent.delete(key, sending);
      // What was not stored may be sent again.
      sending.then(({ ok }) => {
        if (!ok || draft.text.length > RECENT_CHARS) forget();
      }, forget);
      return sending;
    },

    async markRead(userId, conversationId, seq) {
      const conversation = await conversations.byId(conversationId);
      if (conversation === undefined) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
      const moved = await rows.moveRead(own, conversationId, userId, seq);
      if (moved !== undefined) await ports.read(userId, conversationId, moved);
      const state = moved ?? (await rows.readState(own, conversationId, userId));
      if (state === undefined) return imErrors.fault('IM_NO_SUCH_CONVERSATION');
      return done({ readSeq: state.readSeq, unread: state.lastSeq - state.readSeq });
    },
  };
}

/** @returns undefined for a conversation that is not there. */
async function storeAll(
  own: ServiceStore<rows.ImTables>,
  asks: readonly Ask[],
): Promise<(Stored | undefined)[]> {
  const answers = new Map<Ask, Stored>();
  for (let left = asks; left.length > 0; ) {
    const { now, later } = split(left);
    try {
      const batches = [...now.values()];
      const found = await rows.storeMessages(own, batches);
      for (const { conversationId, asked } of batches) {
        const at = found.get(conversationId);
        if (at === undefined) continue;
        for (const [index, ask] of asked.entries())
          answers.set(ask, await storedOf(own, ask, at, at.before + index + 1));
      }
      left = later;
    } catch (error) {
      if (!rows.isRepeated(error)) throw error;
      // A client id that was used before, which is rare: what has one is answered, the others go again.
      const repeated = await rows.findRepeated(
        own,
        left.map(({ message }) => message),
      );
      if (repeated.size === 0) throw error;
      for (const ask of left) {
        const message = repeated.get(rows.clientKey(ask.message));
        if (message !== undefined) answers.set(ask, await repeatedOf(own, ask, message));
      }
      left = left.filter((ask) => !answers.has(ask));
    }
  }
  return asks.map((ask) => answers.get(ask));
}

type Batch = rows.Batch & { readonly asked: Ask[]; readonly messages: Ask['message'][] };

/** A statement moves the read mark of one sender in each conversation; what another says there follows in the next. */
function split(asks: readonly Ask[]): { readonly now: Map<string, Batch>; readonly later: Ask[] } {
  const now = new Map<string, Batch>();
  const later: Ask[] = [];
  const waiting = new Set<string>();
  for (const ask of asks) {
    const { conversationId, participantIds } = ask.conversation;
    const place = rows.placeAt(ask.conversation, participantIds.indexOf(ask.message.senderId));
    const batch = now.get(conversationId);
    if (batch === undefined)
      now.set(conversationId, { conversationId, place, asked: [ask], messages: [ask.message] });
    else if (batch.place !== place || waiting.has(conversationId)) {
      waiting.add(conversationId);
      later.push(ask);
    } else {
      batch.asked.push(ask);
      batch.messages.push(ask.message);
    }
  }
  return { now, later };
}

/** The lock of the row has seen who is in it; where that is not what is held here, the rows say who may see the message. */
async function storedOf(
  own: ServiceStore<rows.ImTables>,
  { conversation, message }: Ask,
  at: rows.StoredBatch,
  seq: number,
): Promise<Stored> {
  const { conversationId, group } = conversation;
  const isCurrent = at.version === (group?.version ?? 0);
  return {
    message: { ...message, conversationId, seq },
    ...(isCurrent ? heldPeople(conversation) : await peopleAt(own, conversationId, seq)),
    seenBy: (place) => Math.max(rows.markAt(at.read, place), rows.markAt(at.phone, place)),
  };
}

/** Who stored it first may have died before anybody was told: it is told again, and the rows know who has seen what. */
async function repeatedOf(
  own: ServiceStore<rows.ImTables>,
  { conversation }: Ask,
  message: Message,
): Promise<Stored> {
  const { conversationId, group } = conversation;
  if (message.conversationId !== conversationId) return { message, participantIds: [], seenBy: () => 0 };
  const people =
    group === undefined ? heldPeople(conversation) : await peopleAt(own, conversationId, message.seq);
  return { message, ...people, seenBy: () => 0 };
}

function heldPeople({ participantIds, group }: rows.KnownConversation) {
  return { participantIds, ...(group === undefined ? {} : { places: group.places }) };
}
