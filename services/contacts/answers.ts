// The answer to "X added you": the level that X gets, and whether X comes into one's own list. Given once, on any device.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { getAccess, type Level, setAccess } from '../presence/contract.ts';
import type { Books } from './book.ts';
import { addedChanged, type answerAdded } from './contract.ts';
import type { Own } from './store.ts';
import { answer } from './store-added.ts';

/** Another window may change the levels at the same time. */
const ATTEMPTS = 5;

export function createAnswers({
  bus,
  own,
  books,
}: {
  readonly bus: Bus;
  readonly own: Own;
  readonly books: Pick<Books, 'put'>;
}): { answer(ask: RequestOf<typeof answerAdded>): Promise<Outcome<object>> } {
  async function give(userId: string, adderId: string, level: Level): Promise<Outcome<unknown>> {
    for (let attempt = 1; ; attempt++) {
      const held = await bus.call(getAccess, { userId });
      if (!held.ok) return held;
      const member = { kind: 'user', value: adderId } as const;
      const given = await bus.call(setAccess, { userId, member, level, version: held.value.version });
      if (given.ok || given.fault.code !== 'PRESENCE_STALE' || attempt === ATTEMPTS) return given;
    }
  }

  return {
    // The question goes last: where something fails before, it is still there.
    async answer({ userId, adderId, level, addBack }) {
      if (level !== null) {
        const given = await give(userId, adderId, level);
        if (!given.ok) return given;
      }
      if (addBack) {
        const put = await books.put({ userId, contactIds: [adderId], change: {} });
        if (!put.ok) return put;
      }
      return own.transaction(async ({ db, announce }) => {
        if (await answer(db, userId, adderId)) await announce(addedChanged, { userId, adderId, at: null });
        return done({});
      });
    },
  };
}
