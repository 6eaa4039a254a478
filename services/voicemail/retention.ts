// What time does to messages: those older than the policy keeps are gone, and those that were removed, a while after. Every front
// end looks once an hour; that another has looked changes nothing.
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import * as rows from './store.ts';
import { sweepGreetings } from './store-mailbox.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** So long a removal can be taken back. */
export const REMOVED_KEPT_MS = 7 * DAY_MS;
/** A media host that has not come back by then does not. */
const GIVE_UP_MS = 30 * DAY_MS;

export interface RetentionNeeds {
  readonly own: rows.Own;
  /** By the policy; 0: for ever. */
  readonly daysOf: (userId: string) => number;
}

export function startRetention(
  context: Pick<ServiceContext, 'clock' | 'log'>,
  needs: RetentionNeeds,
): Rounds {
  const failure = 'old voice messages go with the next round';
  return startRounds(context, { everyMs: HOUR_MS, failure }, async () => {
    const { log } = context;
    const gone = await expireAll(needs, context.clock.wallNow());
    if (gone > 0)
      log.error({ messages: gone }, 'Voice messages were lost: their media host has not come back.');
  });
}

/** @returns how many recordings were given up. */
export async function expireAll({ own, daysOf }: RetentionNeeds, now: number): Promise<number> {
  for (const userId of await rows.ownersOfOld(own, now - DAY_MS)) {
    const days = daysOf(userId);
    const before = days === 0 ? 0 : now - days * DAY_MS;
    await rows.expire(own, userId, { before, removedBefore: now - REMOVED_KEPT_MS });
  }
  await sweepGreetings(own, now - DAY_MS);
  return await rows.giveUp(own, now - GIVE_UP_MS);
}
