import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { User } from '../identity/contract.ts';
import { emptyDirectory, foldUser } from '../identity/view.ts';
import { readQuery } from './rules/search-query.ts';
import { findMessages } from './search.ts';
import { createSearchIndex } from './search-index.ts';
import { type PostOffice, postOffice, say } from './testing.ts';

let office: PostOffice;
before(async () => {
  office = await postOffice();
});
after(() => office[Symbol.asyncDispose]());

const directory = emptyDirectory();
for (const userId of ['alice', 'bob', 'carol', 'dave']) {
  const name = `${userId[0]!.toUpperCase()}${userId.slice(1)} Öz`;
  const blank = { title: '', department: '', office: '', phone: '', photo: '' };
  const user: User = {
    ...{ userId, name, address: `${userId}@parley.test`, version: 1 },
    ...{ ...blank, administrator: false, disabled: false },
  };
  foldUser(directory, user);
}

async function search(
  userId: string,
  typed: string,
  more: { readonly next?: string; readonly limit?: number; readonly conversationId?: string } = {},
) {
  const { query } = readQuery(typed, Date.UTC);
  const ports = { own: office.own, clock: office.clock, directory: () => directory };
  const answer = await findMessages(ports, { userId, query, limit: 20, ...more });
  assert.ok(answer.ok, answer.ok ? '' : answer.fault.code);
  return answer.value;
}

const texts = ({ found }: { readonly found: readonly { readonly text: string }[] }) =>
  found.map(({ text }) => text);

/** All that is there, as if it had rested. */
async function indexAll(): Promise<number> {
  await office.clock.advance(3_600_000);
  const index = createSearchIndex(office.own, office.clock);
  let batches = 0;
  while (await index.some()) batches += 1;
  return batches;
}

test('a message is found at once, and again when it is in the index', async () => {
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'first words', 'a1');
  await say(office, 'bob', conversationId, 'Die Straße ist gesperrt', 'a2');
  await say(office, 'alice', conversationId, 'last words', 'a3');
  for (let round = 0; round < 2; round++) {
    const page = await search('alice', 'strasse');
    assert.deepEqual(texts(page), ['Die Straße ist gesperrt']);
    const [found] = page.found;
    assert.deepEqual(found?.ranges, [{ start: 4, end: 10 }]);
    assert.deepEqual([found?.seq, found?.senderId], [2, 'bob']);
    assert.deepEqual(found?.before, { senderId: 'alice', text: 'first words' });
    assert.deepEqual(found?.after, { senderId: 'alice', text: 'last words' });
    assert.deepEqual(
      page.conversations.map(({ participantIds }) => participantIds),
      [['alice', 'bob']],
    );
    assert.equal(page.next, undefined);
    assert.deepEqual(texts(await search('bob', 'from:alice words')), ['last words', 'first words']);
    if (round === 0) assert.ok((await indexAll()) > 0);
  }
  assert.equal(await createSearchIndex(office.own, office.clock).some(), false);
});

test('nobody finds what was said where they are not', async () => {
  const secret = await office.messages.open('carol', ['dave']);
  await say(office, 'carol', secret, 'the secret number', 's1');
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(texts(await search('dave', 'secret')), ['the secret number']);
    assert.deepEqual(texts(await search('alice', 'secret')), []);
    const ports = { own: office.own, clock: office.clock, directory: () => directory };
    const { query } = readQuery('secret', Date.UTC);
    const there = await findMessages(ports, { userId: 'alice', query, limit: 20, conversationId: secret });
    assert.ok(!there.ok && there.fault.code === 'IM_NO_SUCH_CONVERSATION');
    assert.deepEqual(texts(await search('alice', 'from:carol')), []);
    await indexAll();
  }
});

test('pages follow one another without a gap or a repetition, over many blocks and what is in none yet', async () => {
  const one = await office.messages.open('alice', ['dave']);
  const other = await office.messages.open('alice', ['carol', 'dave']);
  const said: string[] = [];
  for (let at = 0; at < 300; at++) {
    if (at % 3 === 0) await office.clock.advance(1_000);
    if (at === 200) await indexAll();
    const text = `paged number ${at}`;
    await say(office, 'alice', at % 2 === 0 ? one : other, text, `p${at}`);
    said.push(text);
  }
  const found: string[] = [];
  let next: string | undefined;
  do {
    const page = await search('dave', 'paged', { limit: 7, ...(next === undefined ? {} : { next }) });
    found.push(...texts(page));
    next = page.next;
  } while (next !== undefined);
  assert.equal(found.length, 300);
  assert.deepEqual([...found].sort(), [...said].sort());
  // Those of one second stand in the order of their conversations.
  const seconds = found.map((text) => Math.floor(Number(text.split(' ')[2]) / 3));
  assert.deepEqual(
    seconds,
    [...seconds].sort((a, b) => b - a),
  );
});

test('from:, in:, before: and after: narrow the search; a name that nobody has is told', async () => {
  assert.deepEqual(texts(await search('bob', 'from:me')), ['Die Straße ist gesperrt']);
  assert.deepEqual(texts(await search('bob', 'in:"alice öz" gesperrt')), ['Die Straße ist gesperrt']);
  assert.deepEqual((await search('bob', 'from:"Nobody Here" gesperrt')).nobody, ['from:Nobody Here']);
  // Carol is there, but not in a conversation with bob.
  assert.deepEqual((await search('bob', 'in:carol')).nobody, ['in:carol']);
  const year = new Date(office.clock.wallNow()).getUTCFullYear();
  assert.deepEqual(texts(await search('bob', `gesperrt before:${year + 1}`)), ['Die Straße ist gesperrt']);
  assert.deepEqual(texts(await search('bob', `gesperrt after:${year + 1}`)), []);
  assert.deepEqual(texts(await search('bob', 'gesperrt before:1999')), []);
});

test('a conversation grows past what is indexed and is indexed again, block by block', async () => {
  const conversationId = await office.messages.open('bob', ['carol']);
  for (let at = 0; at < 260; at++) await say(office, 'bob', conversationId, `grown ${at}`, `g${at}`);
  await indexAll();
  for (let at = 260; at < 300; at++) await say(office, 'bob', conversationId, `grown ${at}`, `g${at}`);
  const index = createSearchIndex(office.own, office.clock);
  assert.equal(await index.some(), true);
  for (const at of [0, 127, 128, 255, 256, 259, 260, 299])
    assert.deepEqual(texts(await search('carol', `"grown ${at}"`)), [`grown ${at}`]);
});

test('a search for nothing, and a place that is none, are told in words', async () => {
  const ports = { own: office.own, clock: office.clock, directory: () => directory };
  const ask = (typed: string, next?: string) =>
    findMessages(ports, {
      userId: 'alice',
      query: readQuery(typed, Date.UTC).query,
      limit: 20,
      ...(next === undefined ? {} : { next }),
    });
  const empty = await ask('from:');
  assert.ok(!empty.ok && empty.fault.code === 'IM_SEARCH_EMPTY');
  const over = await ask('x', 'drop table');
  assert.ok(!over.ok && over.fault.code === 'IM_SEARCH_OVER');
});
