// Many small changes in one transaction: what comes while one commits goes together with the next. One flush to the disk
// and a few statements serve them all, and each caller still hears only of what is stored.
import type { ServiceStore, ServiceTransaction } from './store.ts';
import { StoreError } from './store-error.ts';

export interface GroupCommitOptions {
  /** So many go into one transaction at most. */
  readonly most?: number;
  /**
   * Between the beginnings of two transactions, so that a quick disk does not make them small: what comes in between goes
   * together. The first after a pause does not wait.
   */
  readonly paceMs?: number;
}

interface Waiting<Ask, Reply> {
  readonly ask: Ask;
  resolve(reply: Reply): void;
  reject(error: unknown): void;
}

const MOST = 200;

/**
 * @param apply makes the changes and answers each ask, in order. When it throws for several, each is tried alone, so that
 *   one bad value fails nobody else's change; not so when the store itself is away or full, which is true for all.
 * @returns resolves once the change is committed.
 */
export function groupCommit<Tables, Ask, Reply>(
  own: ServiceStore<Tables>,
  apply: (work: ServiceTransaction<Tables>, asks: readonly Ask[]) => Promise<readonly Reply[]>,
  options: GroupCommitOptions = {},
): (ask: Ask) => Promise<Reply> {
  return inGroups((asks: readonly Ask[]) => own.transaction((work) => apply(work, asks)), options);
}

/** The same where `apply` opens its transaction itself, or needs none because it is one statement. */
export function inGroups<Ask, Reply>(
  apply: (asks: readonly Ask[]) => Promise<readonly Reply[]>,
  { most = MOST, paceMs = 0 }: GroupCommitOptions = {},
): (ask: Ask) => Promise<Reply> {
  const waiting: Waiting<Ask, Reply>[] = [];
  let isCommitting = false;

  async function commit(group: readonly Waiting<Ask, Reply>[]): Promise<void> {
    try {
      const asks = group.map(({ ask }) => ask);
      const replies = await apply(asks);
      for (const [index, { resolve }] of group.entries()) resolve(replies[index]!);
    } catch (error) {
      if (group.length === 1 || isOfAll(error)) for (const { reject } of group) reject(error);
      else for (const one of group) await commit([one]);
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const began = performance.now();
      await commit(waiting.splice(0, most));
      const leftMs = began + paceMs - performance.now();
      if (leftMs > 0 && waiting.length < most) await new Promise((resolve) => setTimeout(resolve, leftMs));
    }
    isCommitting = false;
  }

  return (ask) =>
    new Promise<Reply>((resolve, reject) => {
      waiting.push({ ask, resolve, reject });
      if (isCommitting) return;
      isCommitting = true;
      // What came in the same turn of the loop goes together from the start.
      setImmediate(drain);
    });
}

function isOfAll(error: unknown): boolean {
  return error instanceof StoreError && (error.code === 'STORE_UNAVAILABLE' || error.code === 'STORE_FULL');
}
