// "Tell me when X is free": looks at every change of those whom somebody waits for, and says it once, whoever notices.
import type { HeldView } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import { done } from '@parley/platform/contract';
import type { Log } from '@parley/platform/observe';
import type { Presentity } from '../presence/contract.ts';
import type { Books } from './book.ts';
import { becameFree, type Wait } from './contract.ts';
import * as rows from './store.ts';
import type { WaitView } from './view.ts';

/** Who comes and goes is told of once in this time; it is longer than front ends hear of a change one after the other. */
const AGAIN_MS = 30_000;

export type Freedom = 'free' | 'notFree' | 'same';

export interface WaitNeeds {
  readonly clock: Clock;
  readonly log: Log;
  readonly own: rows.Own;
  readonly books: Pick<Books, 'change'>;
  readonly waits: HeldView<WaitView, Wait>;
  readonly presence: Pick<HeldView<unknown, Presentity>, 'onChange'>;
  /** How the contact is for that person; `same` while it says nothing of it. */
  readonly freedomOf: (contactId: string, userId: string) => Freedom;
  /** Whether the person is there to hear it, or can be told by push, and wants to. */
  readonly mayHear: (userId: string, contactId: string) => boolean;
}

export function startWaits(needs: WaitNeeds): AsyncDisposable {
  const { clock, log, own, books, waits, presence, freedomOf, mayHear } = needs;
  /** By pair: what is noted of one follows what was noted before it, or "gone" could overwrite a later "came". */
  const running = new Map<string, Promise<void>>();
  /** What was noted last of each pair here: most changes of a person are no change of that. */
  const noted = new Map<string, Freedom>();

  async function gone(userId: string, contactId: string): Promise<void> {
    await own.transaction(({ db }) => rows.noteFree(db, userId, contactId, false));
  }

  async function came(userId: string, contactId: string): Promise<void> {
    await books.change<object>(userId, async ({ work }) => {
      const before = await rows.noteFree(work.db, userId, contactId, true);
      const at = clock.wallNow();
      if (before === undefined || at - before.toldAt < AGAIN_MS) return { reply: done({}) };
      const { waiting, ...contact } = before.contact;
      await rows.noteTold(work.db, userId, contactId, at);
      await work.announce(becameFree, { userId, contactId, at });
      return { reply: done({}), ...(waiting === 'once' ? { changes: { contacts: [contact] } } : {}) };
    });
  }

  function look(userId: string, contactId: string): void {
    const freedom = freedomOf(contactId, userId);
    const pair = `${userId} ${contactId}`;
    if (freedom === 'same' || noted.get(pair) === freedom) return;
    if (freedom === 'free' && !mayHear(userId, contactId)) return;
    noted.set(pair, freedom);
    const before = running.get(pair) ?? Promise.resolve();
    const ended = before
      .then(() => (freedom === 'free' ? came(userId, contactId) : gone(userId, contactId)))
      .catch((error) => {
        noted.delete(pair);
        log.warn({ error }, 'somebody who waits is told at the next change');
      })
      .finally(() => {
        if (running.get(pair) === ended) running.delete(pair);
      });
    running.set(pair, ended);
  }

  const listening = [
    presence.onChange((presentity) => {
      if (presentity === undefined) return lookAtAll();
      const { userId } = presentity;
      for (const waiter of waits.current.byContact.get(userId)?.keys() ?? []) look(waiter, userId);
      // Who comes back hears of those who are free by now.
      for (const contactId of waits.current.byUser.get(userId)?.keys() ?? []) look(userId, contactId);
    }),
    waits.onChange((wait) => {
      if (wait === undefined) return lookAtAll();
      const { userId, contactId, waiting } = wait;
      noted.delete(`${userId} ${contactId}`);
      // What the contact did between the wish and its arrival here was not looked at.
      if (waiting !== null) look(userId, contactId);
    }),
  ];

  function lookAtAll(): void {
    noted.clear();
    for (const [userId, contacts] of waits.current.byUser)
      for (const contactId of contacts.keys()) look(userId, contactId);
  }

  return {
    async [Symbol.asyncDispose]() {
      for (const listener of listening) listener[Symbol.dispose]();
      await Promise.all(running.values());
    },
  };
}
