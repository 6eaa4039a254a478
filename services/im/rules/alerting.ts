// Whom a message may disturb. Pure.
import type { Message } from '../contract.ts';

/** Of these people, all who did not write it; of what is told about a group, only whom it is about. */
export function whomToAlert(
  { notice, senderId }: Pick<Message, 'notice' | 'senderId'>,
  userIds: readonly string[],
): readonly string[] {
  return userIds.filter(
    (userId) => userId !== senderId && (notice === undefined || notice.userIds.includes(userId)),
  );
}
