// From the newest message to the oldest until a page is full: what is in no block yet as it is now, and lines of blocks, of
// which only those messages are read that come onto the page.
import type { Clock } from '@parley/platform/clock';
import type { ServiceStore } from '@parley/platform/store';
import type { Message } from './contract.ts';
import { hasAll, lineOf } from './rules/searchable.ts';
import type { ImTables } from './store.ts';
import {
  findBlocks,
  findLines,
  newestFirst,
  type Position,
  readFound,
  readTail,
  type Scope,
} from './store-search.ts';

/** The first steps are small: who looks for a word of today has an answer at once. */
const FIRST_BLOCKS = 64;
const MOST_BLOCKS = 1_024;
/** What is in no block yet is little, unless a large database is being put into blocks for the first time. */
const TAIL = 2_000;
/** Messages of lines that are read at once. */
const MOST_READ = 1_024;
/** A page that is not full by then ends where it is, and says where to go on. */
const ENOUGH_MS = 700;
/** Behind every conversation of the same time. */
const LAST = '~';

export interface Walk {
  readonly scope: Scope;
  /** Each message has all of them. */
  readonly needles: readonly string[];
  readonly limit: number;
}

export interface Walked {
  /** The newest first; nothing is missing between them. One more than `limit` says that there are more. */
  readonly sure: readonly Message[];
  /** Where to go on; undefined when nothing is left. */
  readonly next: Position | undefined;
}

export async function walk(
  { own, clock }: { readonly own: ServiceStore<ImTables>; readonly clock: Clock },
  { scope, needles, limit }: Walk,
): Promise<Walked> {
  const untilMs = clock.now() + ENOUGH_MS;
  // Blocks may say what a message said before it was changed.
  const fits = (message: Message) => hasAll(lineOf(message), needles);
  // The tail first: what goes from it into a block meanwhile is found in both, and not in neither.
  const tail = await readTail(own, scope, TAIL);
  const blocks = await findBlocks(own, scope);
  /** What was sent then or before is not looked through yet. */
  const tailReached = tail.length < TAIL ? 0 : (tail.at(-1)?.sentAt ?? 0);
  let reached = Math.max(tailReached, blocks[0]?.lastAt ?? 0);
  let found = tail.filter(fits);
  /** Lines whose messages are not read yet. */
  let lines: Position[] = [];
  let sure: readonly Message[] = [];

  /** Reads messages of lines until the page is full or none is left that is known to be next. */
  async function settle(): Promise<void> {
    for (let batch = 2 * limit; ; batch = Math.min(batch * 4, MOST_READ)) {
      const [line] = lines;
      const isSure = (message: Message) =>
        message.sentAt > reached && (line === undefined || newestFirst(message, line) < 0);
      sure = found.filter(isSure);
      if (sure.length > limit || line === undefined || line.sentAt <= reached) return;
      if (batch > 2 * limit && clock.now() > untilMs) return;
      const ready = lines.findIndex(({ sentAt }) => sentAt <= reached);
      const taken = lines.splice(0, Math.min(batch, ready < 0 ? lines.length : ready));
      found = merged(found, (await readFound(own, taken, scope)).filter(fits));
    }
  }

  for (let at = 0, step = FIRST_BLOCKS; at < blocks.length; step = Math.min(step * 4, MOST_BLOCKS)) {
    lines = [...lines, ...(await findLines(own, blocks.slice(at, at + step), needles, scope))].sort(
      newestFirst,
    );
    at += step;
    reached = Math.max(tailReached, blocks[at]?.lastAt ?? 0);
    await settle();
    if (sure.length > limit) break;
    // Every page gets further than the one before, however long that takes.
    if (clock.now() > untilMs && reached < scope.position.sentAt) break;
  }
  if (blocks.length === 0) await settle();
  return { sure, next: nextOf() };

  function nextOf(): Position | undefined {
    const last = sure[limit - 1];
    if (sure.length > limit && last !== undefined) return { ...last };
    const [line] = lines;
    if (line !== undefined && line.sentAt > reached) return { ...line, seq: line.seq + 1 };
    return reached === 0 ? undefined : { sentAt: reached, conversationId: LAST, seq: 0 };
  }
}

/** The newest first, each message once. */
function merged(one: readonly Message[], other: readonly Message[]): Message[] {
  const byId = new Map([...one, ...other].map((message) => [message.messageId, message]));
  return [...byId.values()].sort(newestFirst);
}
