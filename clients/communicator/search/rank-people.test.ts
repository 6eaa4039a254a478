import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation, User } from '../../kit/contracts.ts';
import { rankPeople } from './rank-people.ts';

const user = (userId: string) => ({ userId }) as User;
const talk = (participantIds: string[], sentAt: number) =>
  ({ participantIds, lastMessage: { sentAt } }) as Conversation;
const contact = (contactId: string, favourite = false) => ({
  contactId,
  groupIds: [],
  favourite,
  note: '',
  noteVersion: 0,
});

test('favourites, contacts and people one talks with come before those whom one does not know', () => {
  const users = ['stranger', 'inGroup', 'talked', 'contact', 'talkedLater', 'favourite'].map(user);
  const ranked = rankPeople(
    users,
    { contact: contact('contact'), favourite: contact('favourite', true) },
    {
      a: talk(['me', 'talked'], 10),
      b: talk(['me', 'talkedLater'], 20),
      c: talk(['me', 'inGroup', 'talked'], 30),
    },
  );
  assert.deepEqual(
    ranked.map(({ userId }) => userId),
    ['favourite', 'contact', 'talkedLater', 'talked', 'stranger', 'inGroup'],
  );
});
