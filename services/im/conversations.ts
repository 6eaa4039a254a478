// Who takes part in which conversation, held in memory and kept current by `im.group.changed`. Bounded.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import { inGroups, type ServiceStore } from '@parley/platform/store';
import type { GroupChanged } from './contract.ts';
import { conversationIdOf, participantKey, participantsOf } from './conversation.ts';
import * as rows from './store.ts';

export interface Conversations {
  /** Takes a conversation of which nothing is kept from one of its people; what does not fit is ignored. */
  learn(conversationId: string, participantIds: readonly string[] | undefined): void;
  byId(conversationId: string): Promise<rows.KnownConversation | undefined>;
  /** The same as the rows say now. */
  fresh(conversationId: string): Promise<rows.KnownConversation | undefined>;
  /** The same, if this person is in it. One who was added at another front end a moment ago is looked for in the rows. */
  of(userId: string, conversationId: string): Promise<rows.KnownConversation | undefined>;
  /** A group has changed, here or elsewhere; what is older than what is held changes nothing. */
  changed(group: GroupChanged): void;
  /** Changes may have been missed. */
  forgetAll(): void;
  /** The conversation of exactly these people, as far as there is one. */
  find(userId: string, others: readonly string[]): Promise<rows.KnownConversation | undefined>;
  /** The same, made if there is none. */
  open(userId: string, others: readonly string[]): Promise<rows.KnownConversation>;
}

/** About 250 bytes each. */
const HELD_PEOPLE = 100_000;

/** @param isKept whether new conversations are stored; without it, they are known by their people alone. */
export function createConversations(
  own: ServiceStore<rows.ImTables>,
  clock: Clock,
  isKept = true,
): Conversations {
  const held = new Held();
  const lookUpId = inGroups(async (ids: readonly string[]) => {
    const found = await rows.conversationsById(own, ids);
    return ids.map((id) => found.get(id));
  });
  const lookUpKey = inGroups(async (keys: readonly string[]) => {
    const found = await rows.conversationsByKey(own, keys);
    return keys.map((key) => found.get(key));
  });
  const make = inGroups(async (asked: readonly (readonly string[])[]) => {
    const keys = asked.map(participantKey);
    const made = new Map(
      asked.map((participantIds, index): [string, rows.NewConversation] => {
        const key = keys[index]!;
        const conversationId = conversationIdOf(key);
        const spareId = randomUUID();
        return [key, { conversationId, spareId, participantIds, participantKey: key, now: clock.wallNow() }];
      }),
    );
    await rows.makeConversations(own, [...made.values()]);
    // One that another node made meanwhile, or an earlier version under another id, is the one that counts.
    const found = await rows.conversationsByKey(own, [...made.keys()]);
    return keys.map((key) => found.get(key)!);
  });

  async function find(participantIds: readonly string[]): Promise<rows.KnownConversation | undefined> {
    const known = held.of(participantIds);
    if (known !== undefined) return known;
    const found = await lookUpKey(participantKey(participantIds));
    if (found !== undefined) held.put(found);
    return found;
  }

  async function byId(conversationId: string): Promise<rows.KnownConversation | undefined> {
    const known = held.byId(conversationId);
    if (known !== undefined || !isId(conversationId)) return known;
    return await fresh(conversationId);
  }

  async function fresh(conversationId: string): Promise<rows.KnownConversation | undefined> {
    const found = await lookUpId(conversationId);
    if (found !== undefined) held.put(found);
    return found;
  }

  return {
    learn(conversationId, given) {
      if (isKept || given === undefined || held.byId(conversationId) !== undefined) return;
      const participantIds = [...new Set(given)].sort();
      if (conversationIdOf(participantKey(participantIds)) !== conversationId) return;
      held.put({ conversationId, participantIds });
    },
    byId,
    async fresh(conversationId) {
      return isKept && isId(conversationId) ? await fresh(conversationId) : held.byId(conversationId);
    },
    async of(userId, conversationId) {
      const known = await byId(conversationId);
      if (known === undefined || known.participantIds.includes(userId)) return known;
      // A conversation of two is always of the same two.
      if (!isKept || (known.group === undefined && known.participantIds.length === 2)) return undefined;
      const now = await fresh(conversationId);
      return now?.participantIds.includes(userId) === true ? now : undefined;
    },
    changed({ conversationId, participantIds, version, places, leaderIds, title, isLocked }) {
      if (held.byId(conversationId) === undefined) return;
      held.put({ conversationId, participantIds, group: { version, places, leaderIds, title, isLocked } });
    },
    forgetAll: () => held.clear(),
    find: (userId, others) => find(participantsOf(userId, others)),
    async open(userId, others) {
      const participantIds = participantsOf(userId, others);
      // Looked for first: nearly every message is to somebody one has written to before.
      const known = await find(participantIds);
      if (known !== undefined) return known;
      const conversationId = conversationIdOf(participantKey(participantIds));
      const made = isKept ? await make(participantIds) : { conversationId, participantIds };
      held.put(made);
      return made;
    },
  };
}

const ID_CHARS = 64;

/** What a peer sends may be anything; PostgreSQL cannot even be asked for U+0000. */
function isId(text: string): boolean {
  return text.length <= ID_CHARS && !text.includes('\0');
}

/** Bounded by people, because some conversations have a hundred; when it is full, the older half is forgotten. */
class Held {
  readonly #byId = new Map<string, rows.KnownConversation>();
  readonly #byPeople = new Map<string, rows.KnownConversation>();
  #people = 0;

  byId(conversationId: string): rows.KnownConversation | undefined {
    return this.#byId.get(conversationId);
  }

  of(participantIds: readonly string[]): rows.KnownConversation | undefined {
    return this.#byPeople.get(participantIds.join('\n'));
  }

  put(known: rows.KnownConversation): void {
    const before = this.#byId.get(known.conversationId);
    if (before !== undefined) {
      if (versionOf(before) >= versionOf(known)) return;
      this.#forget(before);
    }
    if (this.#people >= HELD_PEOPLE) this.#forgetHalf();
    this.#byId.set(known.conversationId, known);
    // A group is never found by its people: the same ones may have another.
    if (known.group === undefined) this.#byPeople.set(known.participantIds.join('\n'), known);
    this.#people += known.participantIds.length;
  }

  clear(): void {
    this.#byId.clear();
    this.#byPeople.clear();
    this.#people = 0;
  }

  #forget({ conversationId, participantIds, group }: rows.KnownConversation): void {
    this.#byId.delete(conversationId);
    if (group === undefined) this.#byPeople.delete(participantIds.join('\n'));
    this.#people -= participantIds.length;
  }

  #forgetHalf(): void {
    for (const known of this.#byId.values()) {
      if (this.#people <= HELD_PEOPLE / 2) return;
      this.#forget(known);
    }
  }
}

function versionOf({ group }: rows.KnownConversation): number {
  return group?.version ?? 0;
}
