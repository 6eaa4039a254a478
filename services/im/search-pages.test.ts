import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { User } from '../identity/contract.ts';
import { emptyDirectory, foldUser } from '../identity/view.ts';
import { readQuery } from './rules/search-query.ts';
import { hasAll, lineOf, needlesOf } from './rules/searchable.ts';
import { findMessages } from './search.ts';
import { createSearchIndex } from './search-index.ts';
import { postOffice, say } from './testing.ts';

const directory = emptyDirectory();
for (const userId of ['alice', 'bob', 'carol']) {
  const blank = { title: '', department: '', office: '', phone: '', photo: '' };
  const user: User = {
    ...{ userId, name: userId, address: `${userId}@parley.test`, version: 1 },
    ...{ ...blank, administrator: false, disabled: false },
  };
  foldUser(directory, user);
}

test('whatever is asked in pages of any size, it finds what reading everything would find', async () => {
  await using office = await postOffice();
  const told: { readonly text: string; readonly sentAt: number; readonly senderId: string }[] = [];
  const people = ['alice', 'bob', 'carol'];
  const places = await Promise.all([
    office.messages.open('alice', ['bob', 'carol']),
    office.messages.open('carol', ['alice', 'bob', 'dave']),
  ]);
  const words = ['lorem', 'loremus', 'ipsum', 'dolor', 'sit'];
  for (let at = 0; at < 300; at++) {
    // Several of one moment, as several front ends store them.
    if (at % 7 === 0) await office.clock.advance(1_000);
    if (at === 150) {
      const index = createSearchIndex(office.own, office.clock);
      while (await index.some());
    }
    const senderId = people[(at * at) % 3] ?? '';
    const text = `${words[at % 5]} ${words[(at * 3 + 1) % 4]} u${at}`;
    const { sentAt } = await say(office, senderId, places[(at * 5) % 2] ?? '', text, `u${at}`);
    told.push({ text, sentAt, senderId });
  }
  const terms = ['lorem ', 'lorem', 'dolor lor', '"ipsum lorem"', 'sit "dolor loremus"', 'nobody'];
  const senders = ['', 'from:bob ', 'from:me ', 'from:alice from:carol '];
  const asked = fc.record({
    term: fc.constantFrom(...terms),
    from: fc.constantFrom(...senders),
    limit: fc.integer({ min: 1, max: 50 }),
  });
  const middle = told[150]?.sentAt ?? 0;
  await fc.assert(
    fc.asyncProperty(asked, fc.boolean(), async ({ term, from, limit }, isBefore) => {
      const typed = `${from}${term}`;
      const query = { ...readQuery(typed, Date.UTC).query, ...(isBefore ? { before: middle } : {}) };
      const needles = needlesOf(query);
      const expected = told.filter(
        ({ text, sentAt, senderId }) =>
          hasAll(lineOf({ text }), needles) &&
          (!isBefore || sentAt < middle) &&
          (from === '' || from.includes(senderId === 'alice' ? 'me' : senderId) || from.includes(senderId)),
      );
      const ports = { own: office.own, clock: office.clock, directory: () => directory };
      const found: string[] = [];
      let next: string | undefined;
      do {
        const more = next === undefined ? {} : { next };
        const page = await findMessages(ports, { userId: 'alice', query, limit, ...more });
        assert.ok(page.ok);
        found.push(...page.value.found.map(({ text }) => text));
        next = page.value.next;
      } while (next !== undefined);
      assert.deepEqual([...found].sort(), expected.map(({ text }) => text).sort(), typed);
    }),
    { numRuns: 40 },
  );
});
