// Puts conversations into the blocks that are searched, behind the messages and never in their way: those that have grown by
// some messages, that are at rest, or in which something was changed. Until then all of it is found as it is (search.ts).
import type { Clock } from '@parley/platform/clock';
import type { ServiceStore } from '@parley/platform/store';
import type { Message } from './contract.ts';
import { lineOf } from './rules/searchable.ts';
import type { ImTables } from './store.ts';
import { BLOCK } from './store-search.ts';
import {
  type Change,
  findGrown,
  type Grown,
  isOnlyIndexer,
  type Mark,
  type Piece,
  putBlocks,
  putMarks,
  readChanges,
  readGrown,
  readPieces,
  type SearchBlock,
} from './store-search-index.ts';

/** Fewer new messages wait, so that a block is not written again for each of them … */
const GROWN_BY = 32;
/** … unless nothing has been said for so long. */
const REST_MS = 30 * 60_000;
/** A batch holds a connection and the processor for a few milliseconds. */
const BATCH_MESSAGES = 2_000;
const BATCH_CONVERSATIONS = 200;
const BATCH_CHANGES = 500;
/** A look through all conversations finds work for many batches. */
const LOOK_CONVERSATIONS = 20_000;

export interface SearchIndex {
  /** One batch. @returns whether there may be more to do. */
  some(): Promise<boolean>;
}

export function createSearchIndex(own: ServiceStore<ImTables>, clock: Clock): SearchIndex {
  let waiting: string[] = [];
  return {
    async some() {
      if (waiting.length === 0) {
        const restingSince = clock.wallNow() - REST_MS;
        waiting = await findGrown(own, { by: GROWN_BY, restingSince, limit: LOOK_CONVERSATIONS });
      }
      if (waiting.length === 0) return false;
      const ids = waiting.slice(0, BATCH_CONVERSATIONS);
      const left = await own.transaction(async (transaction) => {
        // Another front end is at it.
        if (!(await isOnlyIndexer(transaction))) return undefined;
        const grown = await readGrown(transaction, ids);
        const { pieces, marks, later } = planBatch(
          grown,
          await readChanges(transaction, grown, BATCH_CHANGES),
        );
        if (pieces.length > 0) await putBlocks(transaction, blocksOf(await readPieces(transaction, pieces)));
        if (marks.length > 0) await putMarks(transaction, marks);
        return later;
      });
      if (left === undefined) {
        waiting = [];
        return false;
      }
      waiting = [...left, ...waiting.slice(ids.length)];
      return true;
    },
  };
}

export interface Batch {
  /** Whole blocks, each once. */
  readonly pieces: readonly Piece[];
  /** Where the conversations are when these are written. */
  readonly marks: readonly Mark[];
  /** Conversations that are not done by that. */
  readonly later: readonly string[];
}

/**
 * What is read again: the blocks in which a conversation has grown, and those in which a message was changed.
 * @param changes the first of them by conversation, in the same order as `grown`
 */
export function planBatch(grown: readonly Grown[], changes: readonly Change[]): Batch {
  const pieces = new Map<string, Piece>();
  const marks: Mark[] = [];
  const later: string[] = [];
  const changesOf = Map.groupBy(changes, ({ conversationId }) => conversationId);
  let room = BATCH_MESSAGES;

  /** @returns whether the block is read in this batch. */
  function take({ conversationId, lastSeq: end }: Grown, block: number): boolean {
    const key = `${conversationId} ${block}`;
    if (pieces.has(key)) return true;
    const firstSeq = block * BLOCK + 1;
    const lastSeq = Math.min(end, (block + 1) * BLOCK);
    const messages = lastSeq - firstSeq + 1;
    if (room < messages) return false;
    room -= messages;
    pieces.set(key, { conversationId, firstSeq, lastSeq });
    return true;
  }

  for (const one of grown) {
    const { conversationId, lastSeq, searchedSeq, revision, searchedRevision } = one;
    let seq = searchedSeq;
    while (seq < lastSeq) {
      const block = Math.floor(seq / BLOCK);
      if (!take(one, block)) break;
      seq = Math.min(lastSeq, (block + 1) * BLOCK);
    }
    let changed = searchedRevision;
    let isCaughtUp = true;
    for (const change of changesOf.get(conversationId) ?? []) {
      // What is in no block yet comes into one as it is then.
      isCaughtUp = change.seq > seq || take(one, Math.floor((change.seq - 1) / BLOCK));
      if (!isCaughtUp) break;
      changed = change.revision;
    }
    // Of the last conversation for which changes were read, there may be more.
    const isWhole = changes.length < BATCH_CHANGES || conversationId < (changes.at(-1)?.conversationId ?? '');
    if (isCaughtUp && isWhole) changed = revision;
    if (seq > searchedSeq || changed > searchedRevision)
      marks.push({ conversationId, seq, revision: changed });
    if (seq < lastSeq || changed < revision) later.push(conversationId);
  }
  return { pieces: [...pieces.values()], marks, later };
}

/** @param messages of each conversation in their order, from the beginning of a block */
export function blocksOf(messages: readonly Message[]): SearchBlock[] {
  const blocks = new Map<string, SearchBlock & { lines: string[] }>();
  for (const message of messages) {
    const { conversationId, seq, sentAt } = message;
    const block = Math.floor((seq - 1) / BLOCK);
    const key = `${conversationId} ${block}`;
    const held = blocks.get(key) ?? {
      conversation_id: conversationId,
      block,
      first_at: sentAt,
      last_at: sentAt,
      words: '',
      sent_ats: [],
      lines: [],
    };
    blocks.set(key, held);
    // The clocks of the front ends may differ.
    held.first_at = Math.min(held.first_at, sentAt);
    held.last_at = Math.max(held.last_at, sentAt);
    held.lines[(seq - 1) % BLOCK] = lineOf(message);
    held.sent_ats[(seq - 1) % BLOCK] = sentAt;
  }
  return [...blocks.values()].map(({ lines, ...block }) => ({
    ...block,
    words: Array.from(lines, (line) => line ?? '').join('\n'),
    sent_ats: Array.from(block.sent_ats, (sentAt) => sentAt ?? block.first_at),
  }));
}
