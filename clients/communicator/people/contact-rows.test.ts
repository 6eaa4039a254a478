import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Contact, PresenceState, User } from '../../kit/contracts.ts';
import { type ContactRow, contactRows, sectionsOf } from './contact-rows.ts';

const contact = (contactId: string, groupIds: string[] = [], favourite = false): Contact => ({
  contactId,
  groupIds,
  favourite,
  note: '',
  noteVersion: 0,
});
const contacts = (...all: Contact[]) => Object.fromEntries(all.map((one) => [one.contactId, one]));
const users = Object.fromEntries(
  ['zoe', 'alice', 'émile', 'bob'].map((userId) => [userId, { userId, name: userId } as User]),
);
const presence = {
  bob: { userId: 'bob', state: 'away' } as PresenceState,
  zoe: { userId: 'zoe', state: 'offline' } as PresenceState,
  émile: { userId: 'émile', state: 'available' } as PresenceState,
};
const groups = [
  { groupId: 's', name: 'Sales' },
  { groupId: 'b', name: 'Board' },
];
const nobody = { recent: [], frequent: [] };

function names(rows: readonly ContactRow[]): string[] {
  return rows.map((row) =>
    row.kind === 'section' ? `# ${row.section.group?.name ?? row.section.kind}` : row.contactId,
  );
}

test('sections in order, groups as their owner put them, names in the order of the language; one person in several', () => {
  const sections = sectionsOf(
    {
      contacts: contacts(
        contact('zoe'),
        contact('émile', ['s']),
        contact('alice', ['s', 'b']),
        contact('bob', [], true),
        contact('eve@example.com'),
      ),
      users,
      groups,
      recent: ['zoe', 'alice'],
      frequent: ['bob'],
    },
    'en',
  );
  assert.deepEqual(names(contactRows(sections, presence, new Set(), 'name')), [
    '# favourites',
    'bob',
    '# frequent',
    '# Sales',
    'alice',
    'émile',
    '# Board',
    'alice',
    '# others',
    'zoe',
    '# recent',
    '# external',
    'eve@example.com',
  ]);
  const opened = contactRows(sections, presence, new Set(['*recent', '*others', 's', 'b']), 'name');
  assert.deepEqual(names(opened).slice(-5), ['# recent', 'zoe', 'alice', '# external', 'eve@example.com']);
  assert.equal(new Set(opened.map(({ key }) => key)).size, opened.length, 'each row has a key of its own');
});

test('by availability: who can be reached soonest first; recent people keep their order', () => {
  const known = {
    contacts: contacts(contact('zoe'), contact('bob'), contact('émile'), contact('alice')),
    users,
    groups: [],
    recent: ['zoe', 'émile'],
    frequent: [],
  };
  const rows = contactRows(sectionsOf(known, 'en'), presence, new Set(['*recent']), 'availability');
  assert.deepEqual(names(rows), ['# others', 'émile', 'bob', 'zoe', 'alice', '# recent', 'zoe', 'émile']);
});

test('a folded group keeps its heading and its numbers; an empty group is shown', () => {
  const known = {
    contacts: contacts(contact('bob', ['s']), contact('zoe', ['s']), contact('alice', ['s'])),
    users,
    groups,
    ...nobody,
  };
  const [sales, board, ...rest] = contactRows(sectionsOf(known, 'en'), presence, new Set(['s']), 'name');
  assert.deepEqual(rest, []);
  assert.ok(sales?.kind === 'section' && !sales.open && sales.online === 1 && sales.total === 3);
  assert.ok(board?.kind === 'section' && board.total === 0);
  assert.deepEqual([board.position, board.setSize], [2, 2]);
});
