// Searching finds what a person may read and nothing else: in groups that people join and leave, and after edits and
// deletions. Each is looked for before and after it stands in blocks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { User } from '../identity/contract.ts';
import { emptyDirectory, foldUser } from '../identity/view.ts';
import { DEFAULTS, type Settings } from '../policy/contract.ts';
import { createChanges } from './changes.ts';
import type { GroupChange } from './contract.ts';
import { createGroups } from './groups.ts';
import { readQuery } from './rules/search-query.ts';
import { findMessages } from './search.ts';
import { createSearchIndex } from './search-index.ts';
import { everybodyIsThere, type PostOffice, postOffice, say } from './testing.ts';

const DAY_MS = 24 * 3_600_000;
const gate = { check: () => ({ allowed: true, coveredBy: null }) } as const;

let office: PostOffice;
before(async () => {
  office = await postOffice();
});
after(() => office[Symbol.asyncDispose]());

const directory = emptyDirectory();
function person(userId: string): string {
  const blank = { title: '', department: '', office: '', phone: '', photo: '' };
  const user: User = {
    ...{ userId, name: `${userId} Someone`, address: `${userId}@parley.test`, version: 1 },
    ...{ ...blank, administrator: false, disabled: false },
  };
  foldUser(directory, user);
  return userId;
}

async function search(userId: string, typed: string) {
  const { query } = readQuery(typed, Date.UTC);
  const ports = { own: office.own, clock: office.clock, directory: () => directory };
  const answer = await findMessages(ports, { userId, query, limit: 50 });
  assert.ok(answer.ok, answer.ok ? '' : answer.fault.code);
  return answer.value;
}

const texts = async (userId: string, typed: string) =>
  (await search(userId, typed)).found.map(({ text }) => text);

async function indexAll(): Promise<void> {
  await office.clock.advance(3_600_000);
  const index = createSearchIndex(office.own, office.clock);
  while (await index.some());
}

/** The same must hold of what is in no block yet and of what is in one. */
async function beforeAndAfterIndexing(look: () => Promise<void>): Promise<void> {
  await look();
  await indexAll();
  await look();
}

function groupsWith(settings: Partial<Settings> = {}) {
  const { own, clock, conversations } = office;
  const groups = createGroups({
    ...{ own, clock, gate, conversations, reach: everybodyIsThere },
    settingsOf: () => ({ ...DEFAULTS, ...settings }),
    nameOf: (userId) => userId,
    areKnown: async () => true,
    offer: () => {},
  });
  return {
    async start(userId: string, ...others: string[]) {
      const started = await groups.start({ userId }, others);
      assert.ok(started.ok);
      return started.value.conversationId;
    },
    async change(userId: string, conversationId: string, change: GroupChange) {
      const changed = await groups.change({ userId }, conversationId, change);
      assert.ok(changed.ok, changed.ok ? '' : changed.fault.code);
    },
  };
}

function changes() {
  const { own, clock, conversations } = office;
  return createChanges({
    ...{ own, clock, gate, conversations, reach: everybodyIsThere, editableForMs: DAY_MS },
    settingsOf: () => DEFAULTS,
    imagesLost: () => {},
  });
}

for (const [history, mayFind] of [
  ['sinceJoin', ['plan two', 'plan four']],
  ['none', ['plan four']],
  ['all', ['plan one', 'plan two', 'plan three', 'plan four']],
] as const) {
  test(`history for new people “${history}”: who joined late, left and came back finds what they may read`, async () => {
    const groups = groupsWith({ historyForNewPeople: history });
    const [ann, ben, cyd, dan] = ['ann', 'ben', 'cyd', 'dan'].map((name) => person(`${name}-${history}`));
    assert.ok(ann && ben && cyd && dan);
    const id = await groups.start(ann, ben, cyd);
    await say(office, ann, id, 'plan one', `${history} 1`);
    await groups.change(ann, id, { kind: 'add', userIds: [dan] });
    await say(office, ann, id, 'plan two', `${history} 2`);
    await groups.change(ann, id, { kind: 'remove', userId: dan });
    await say(office, ann, id, 'plan three', `${history} 3`);
    await groups.change(ann, id, { kind: 'add', userIds: [dan] });
    await say(office, ben, id, 'plan four', `${history} 4`);
    await beforeAndAfterIndexing(async () => {
      assert.deepEqual((await texts(dan, 'plan')).sort(), [...mayFind].sort());
      assert.equal((await texts(ann, 'plan')).length, 4);
      // What stands beside it is shown only as far as it may be read, and no notice is.
      for (const { text, before, after } of (await search(dan, 'plan')).found)
        for (const beside of [before, after])
          assert.ok(
            beside === null || mayFind.some((one) => one === beside.text),
            `${text}: ${beside?.text}`,
          );
      // Operators find no more than words do.
      assert.equal((await texts(dan, `from:${ann}`)).length, mayFind.length - 1);
    });
  });
}

test('who was removed finds nothing of later: no word, no title and no name of who came after', async () => {
  const groups = groupsWith();
  const [eve, fay, gus, hal] = ['eve', 'fay', 'gus', 'hal'].map(person);
  assert.ok(eve && fay && gus && hal);
  const id = await groups.start(eve, fay, gus);
  await groups.change(eve, id, { kind: 'rename', title: 'Picnic' });
  await say(office, eve, id, 'sandwiches for all', 'h1');
  const early = await say(office, eve, id, 'lemonade for all', 'h0');
  await groups.change(eve, id, { kind: 'remove', userId: fay });
  await groups.change(eve, id, { kind: 'add', userIds: [hal] });
  await groups.change(eve, id, { kind: 'rename', title: 'Without Fay' });
  await say(office, hal, id, 'sandwiches of hal', 'h2');
  await changes().edit({ userId: eve, conversationId: id, seq: early.seq, text: 'cider without fay' });
  await beforeAndAfterIndexing(async () => {
    assert.deepEqual(await texts(fay, 'sandwiches'), ['sandwiches for all']);
    assert.equal((await search(fay, 'sandwiches')).found[0]?.after, null);
    assert.deepEqual(await texts(fay, 'sandwiches in:picnic'), ['sandwiches for all']);
    for (const typed of ['cider', 'lemonade']) assert.deepEqual(await texts(fay, typed), [], typed);
    assert.deepEqual((await search(fay, 'in:without')).nobody, ['in:without']);
    assert.deepEqual((await search(fay, 'from:hal')).nobody, ['from:hal']);
    assert.deepEqual(await texts(fay, 'from:eve'), ['sandwiches for all']);
    const [shown] = (await search(fay, 'sandwiches')).conversations;
    assert.deepEqual([shown?.title, shown?.isPast], ['Picnic', true]);
    assert.ok(!shown?.participantIds.includes(hal));
    assert.deepEqual((await texts(eve, 'sandwiches in:without')).length, 2);
  });
});

test('an edit is found by the new text at once and not by the old one; a deletion by nothing', async () => {
  const [ida, joe] = ['ida', 'joe'].map(person);
  assert.ok(ida && joe);
  const conversationId = await office.messages.open(ida, [joe]);
  for (const text of ['the old harbour', 'a secret cove', 'the quiet bay'])
    await say(office, ida, conversationId, text);
  const { edit, remove, react } = changes();
  for (const isIndexedBefore of [false, true]) {
    if (isIndexedBefore) await indexAll();
    const [was, is] = isIndexedBefore ? ['harbour', 'jetty'] : ['nothing', 'harbour'];
    await edit({ userId: ida, conversationId, seq: 1, text: `the new ${is}` });
    await remove({ userId: ida, conversationId, seq: 2 });
    await react({ userId: joe, conversationId, seq: 3, emoji: '👍', on: !isIndexedBefore });
    await beforeAndAfterIndexing(async () => {
      assert.deepEqual(await texts(joe, is), [`the new ${is}`]);
      assert.deepEqual(await texts(joe, was), []);
      assert.deepEqual(await texts(joe, 'old'), []);
      assert.deepEqual(await texts(joe, 'secret'), []);
      assert.deepEqual(await texts(joe, 'from:ida'), ['the quiet bay', `the new ${is}`]);
      const [bay] = (await search(joe, 'bay')).found;
      assert.equal(bay?.before, null, 'what was taken back is not shown beside');
    });
  }
});

test('nothing of what was deleted is left in the blocks', async () => {
  const [kim, lou] = ['kim', 'lou'].map(person);
  assert.ok(kim && lou);
  const conversationId = await office.messages.open(kim, [lou]);
  await say(office, kim, conversationId, 'unforgettable');
  await indexAll();
  const blocks = () =>
    office.own.db
      .selectFrom('search_blocks')
      .select('words')
      .where('words', 'like', '%unforgettable%')
      .execute();
  assert.equal((await blocks()).length, 1);
  await changes().remove({ userId: kim, conversationId, seq: 1 });
  await indexAll();
  assert.deepEqual(await blocks(), []);
});

test('a flood of changes in many blocks goes into them batch by batch, and is found all the while', async () => {
  const [mia, ned] = ['mia', 'ned'].map(person);
  assert.ok(mia && ned);
  const conversationId = await office.messages.open(mia, [ned]);
  const COUNT = 1_100;
  const texts = Array.from({ length: COUNT }, (_, at) => `flood ${at}`);
  await Promise.all(texts.map((text) => say(office, mia, conversationId, text)));
  await indexAll();
  await office.own.db.transaction().execute(async (db) => {
    // As that many edits leave it.
    await db
      .updateTable('messages')
      .set((row) => ({ text: 'changed', revision: row.ref('seq') }))
      .where('conversation_id', '=', conversationId)
      .execute();
    await db
      .updateTable('conversations')
      .set({ revision: COUNT })
      .where('conversation_id', '=', conversationId)
      .execute();
  });
  const index = createSearchIndex(office.own, office.clock);
  let batches = 0;
  do {
    batches += 1;
    const page = await search(ned, 'changed');
    assert.equal(page.found.length, 50);
    assert.deepEqual((await search(ned, 'flood')).found, []);
  } while (await index.some());
  assert.ok(batches > 2, `${batches} batches`);
  const marks = await office.own.db
    .selectFrom('conversations')
    .select(['searched_revision', 'searched_seq'])
    .where('conversation_id', '=', conversationId)
    .executeTakeFirstOrThrow();
  assert.deepEqual(marks, { searched_revision: COUNT, searched_seq: COUNT });
});
