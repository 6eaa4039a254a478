import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contact, PresenceState, User } from '../../kit/contracts.ts';
import { type ContactRow, contactRows, FAVOURITES, groupNames } from './contact-rows.ts';

const contact = (userId: string, group: string, favourite = false): Contact => ({ userId, group, favourite });
const byId = <T extends { userId: string }>(items: T[]) =>
  Object.fromEntries(items.map((item) => [item.userId, item]));
const users = byId(['zoe', 'alice', 'émile', 'bob'].map((userId) => ({ userId, name: userId }) as User));
const presence = byId([
  { userId: 'bob', state: 'away' } as PresenceState,
  { userId: 'zoe', state: 'offline' } as PresenceState,
]);

function names(rows: readonly ContactRow[]): string[] {
  return rows.map((row) =>
    row.kind === 'group' ? `# ${row.favourites ? FAVOURITES : row.group}` : row.contact.userId,
  );
}

test('favourites come first, then groups by name, people without a group last; names in the order of the language', () => {
  const contacts = byId([
    contact('zoe', ''),
    contact('émile', 'Sales'),
    contact('alice', 'Sales'),
    contact('bob', 'Sales', true),
  ]);
  assert.deepEqual(names(contactRows({ contacts, users, presence }, new Set(), 'en')), [
    '# *',
    'bob',
    '# Sales',
    'alice',
    'émile',
    '# ',
    'zoe',
  ]);
});

test('a folded group keeps its heading and its numbers', () => {
  const contacts = byId([contact('bob', 'Sales'), contact('zoe', 'Sales'), contact('alice', 'Sales')]);
  const [heading, ...rest] = contactRows({ contacts, users, presence }, new Set(['Sales']), 'en');
  assert.deepEqual(rest, []);
  assert.ok(heading?.kind === 'group' && !heading.open && heading.online === 1 && heading.total === 3);
});

test('the names of groups are offered once each', () => {
  const contacts = byId([contact('bob', 'Sales'), contact('zoe', ''), contact('alice', 'Board')]);
  assert.deepEqual(groupNames(contacts), ['Board', 'Sales']);
});
