// Whom one is likely to mean: favourites, contacts, people one has talked with, then the others as the server sorted them. Pure.
import type { Contact, Conversation, User } from '../../kit/contracts.ts';
import type { ById } from '../../kit/live/live-state.ts';

export function rankPeople(
  users: readonly User[],
  contacts: ById<Contact>,
  conversations: ById<Conversation>,
): User[] {
  const lastTalk = new Map<string, number>();
  for (const { participantIds, lastMessage } of Object.values(conversations)) {
    // Being in a large group with somebody says little.
    if (participantIds.length > 2) continue;
    for (const userId of participantIds)
      lastTalk.set(userId, Math.max(lastTalk.get(userId) ?? 0, lastMessage?.sentAt ?? 0));
  }
  const rank = ({ userId }: User) => {
    const contact = contacts[userId];
    if (contact?.favourite === true) return 0;
    if (contact !== undefined) return 1;
    return lastTalk.has(userId) ? 2 : 3;
  };
  const talked = ({ userId }: User) => lastTalk.get(userId) ?? 0;
  return [...users].sort((one, other) => rank(one) - rank(other) || talked(other) - talked(one));
}
