// Groups on a real PostgreSQL: who sees what, and what is decided when somebody is removed while others write.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { done } from '@parley/platform/contract';
import fc from 'fast-check';
import { DEFAULTS, type Settings } from '../policy/contract.ts';
import { createChanges } from './changes.ts';
import type { GroupChange, Message } from './contract.ts';
import { createConversations } from './conversations.ts';
import { createGroups } from './groups.ts';
import { createMessages, type Stored } from './message.ts';
import { findConversation, readPage, sightOf } from './store.ts';
import { nextFor, withPending } from './store-deliveries.ts';
import { peopleAt } from './store-groups.ts';
import { type PostOffice, postOffice } from './testing.ts';

let office: PostOffice;
before(async () => {
  office = await postOffice();
});
after(() => office[Symbol.asyncDispose]());

const everybodyReaches = { mayReach: () => done(null), mayMeet: () => done(null) };
const gate = { check: () => ({ allowed: true, coveredBy: null }) } as const;

/** A front end with a memory of its own; it hears of no change of the others. */
function frontEnd(settings: Partial<Settings> = {}) {
  const { own, clock } = office;
  const conversations = createConversations(own, clock);
  const told: Stored[] = [];
  const settingsOf = () => ({ ...DEFAULTS, ...settings });
  const messages = createMessages({
    own,
    clock,
    gate,
    reach: everybodyReaches,
    conversations,
    linkPolicyOf: settingsOf,
    stored: async (stored) => void told.push(stored),
    read: async () => {},
  });
  const groups = createGroups({
    own,
    clock,
    gate,
    reach: everybodyReaches,
    conversations,
    settingsOf,
    nameOf: (userId) => userId,
    areKnown: async () => true,
    offer: () => {},
  });
  const changes = createChanges({
    own,
    clock,
    gate,
    reach: everybodyReaches,
    conversations,
    editableForMs: 3_600_000,
    settingsOf,
    imagesLost: () => {},
  });
  return {
    told,
    conversations,
    changes,
    say: (userId: string, conversationId: string, text: string) =>
      messages.send({
        senderId: userId,
        conversationId,
        text,
        clientId: `${userId} ${text} ${conversationId}`,
      }),
    async start(userId: string, ...others: string[]) {
      const started = await groups.start({ userId }, others);
      assert.ok(started.ok, started.ok ? '' : started.fault.code);
      return started.value;
    },
    change: (userId: string, conversationId: string, change: GroupChange) =>
      groups.change({ userId }, conversationId, change),
  };
}

async function seenBy(userId: string, conversationId: string): Promise<string[]> {
  const sight = await sightOf(office.own.db, conversationId, userId);
  if (sight === undefined) return [];
  const page = await readPage(office.own.db, conversationId, { afterSeq: 0, limit: 500 }, sight);
  return page.map(textOf);
}

const textOf = ({ text, notice }: Message) => (notice === undefined ? text : `(${notice.kind})`);

async function listed(userId: string, conversationId: string) {
  const found = await findConversation(office.own, userId, conversationId);
  assert.ok(found !== undefined, 'the conversation is listed');
  return found;
}

let nextPerson = 0;
const person = (name: string) => `${name}-${++nextPerson}`;

test('a third person makes a new group of a conversation of two, whose history stays where it was', async () => {
  const node = frontEnd();
  const [alice, bob, carol] = [person('alice'), person('bob'), person('carol')];
  const { conversationId } = await node.conversations.open(alice, [bob]);
  await node.say(alice, conversationId, 'between us');
  const grown = await node.change(alice, conversationId, { kind: 'add', userIds: [carol] });
  assert.ok(grown.ok);
  assert.notEqual(grown.value.conversationId, conversationId);
  assert.deepEqual(grown.value.participantIds.sort(), [alice, bob, carol].sort());
  assert.deepEqual(grown.value.leaderIds, [alice]);
  assert.deepEqual(await seenBy(carol, grown.value.conversationId), ['(added)']);
  assert.deepEqual(await seenBy(carol, conversationId), []);
  assert.deepEqual(await seenBy(bob, conversationId), ['between us']);
});

for (const [history, first, second] of [
  ['sinceJoin', ['(added)', 'two'], ['(added)', 'two', '(removed)', '(added)', 'four']],
  ['none', ['(added)', 'two'], ['(added)', 'four']],
  [
    'all',
    ['(added)', 'one', '(added)', 'two'],
    ['(added)', 'one', '(added)', 'two', '(removed)', 'three', '(added)', 'four'],
  ],
] as const) {
  test(`history for new people “${history}”: what a late joiner sees, and after a removal and a return`, async () => {
    const node = frontEnd({ historyForNewPeople: history });
    const [alice, bob, carol, dave] = [person('alice'), person('bob'), person('carol'), person('dave')];
    const { conversationId: id } = await node.start(alice, bob, carol);
    await node.say(alice, id, 'one');
    await node.change(bob, id, { kind: 'add', userIds: [dave] });
    await node.say(alice, id, 'two');
    assert.deepEqual(await seenBy(dave, id), first);
    assert.equal((await listed(dave, id)).unread, 2);
    await node.change(alice, id, { kind: 'remove', userId: dave });
    await node.say(alice, id, 'three');
    assert.deepEqual((await seenBy(dave, id)).at(-1), '(removed)');
    await node.change(alice, id, { kind: 'add', userIds: [dave] });
    await node.say(alice, id, 'four');
    assert.deepEqual(await seenBy(dave, id), second);
    assert.equal((await listed(dave, id)).unread, 2);
  });
}

test('who was removed sees the group as it was then: no word, no name and no title of later', async () => {
  const node = frontEnd();
  const [alice, bob, carol, dave] = [person('alice'), person('bob'), person('carol'), person('dave')];
  const { conversationId: id } = await node.start(alice, bob, carol);
  await node.change(alice, id, { kind: 'remove', userId: bob });
  const before = await listed(bob, id);
  await node.change(alice, id, { kind: 'add', userIds: [dave] });
  await node.change(alice, id, { kind: 'rename', title: 'Without Bob' });
  await node.say(dave, id, 'secret');
  const now = await listed(bob, id);
  assert.deepEqual({ ...now, peopleVersion: 0 }, { ...before, peopleVersion: 0 });
  assert.equal(now.isPast, true);
  assert.deepEqual([...now.participantIds].sort(), [alice, bob, carol].sort());
  assert.equal(now.lastMessage?.notice?.kind, 'removed');
  // Nor is anything pending for a phone for ever.
  await office.own.db
    .updateTable('conversations')
    .set({ phone_seqs: [9, 9, 9, 9] })
    .where('conversation_id', '=', id)
    .execute();
  assert.equal(await nextFor(office.own.db, bob), undefined);
  assert.deepEqual(await withPending(office.own, [bob], 10), []);
  assert.equal((await node.say(bob, id, 'still here?')).ok, false);
});

test('the places of people are never given to others', async () => {
  const node = frontEnd();
  const people = ['alice', 'bob', 'carol', 'dave'].map(person);
  const [alice = '', bob = '', carol = '', dave = ''] = people;
  const { conversationId: id } = await node.start(alice, bob, carol);
  await node.change(alice, id, { kind: 'remove', userId: bob });
  await node.change(alice, id, { kind: 'add', userIds: [dave] });
  await node.change(alice, id, { kind: 'add', userIds: [bob] });
  const { participantIds, places } = await peopleAt(office.own, id, 4);
  assert.deepEqual(
    participantIds.map((userId, index) => [userId, places[index]]),
    [
      [alice, 1],
      [bob, 2],
      [carol, 3],
      [dave, 4],
    ],
  );
});

test('a set of three becomes a group with its first change and keeps its id; the same three may open another', async () => {
  const node = frontEnd();
  const [alice, bob, carol, dave] = [person('alice'), person('bob'), person('carol'), person('dave')];
  const { conversationId: id } = await node.conversations.open(alice, [bob, carol]);
  await node.say(alice, id, 'before');
  const grown = await node.change(bob, id, { kind: 'add', userIds: [dave] });
  assert.equal(grown.ok && grown.value.conversationId, id);
  assert.deepEqual(grown.ok && [...(grown.value.leaderIds ?? [])].sort(), [alice, bob, carol].sort());
  assert.deepEqual(await seenBy(dave, id), ['(added)']);
  for (const other of [node, frontEnd()]) {
    const again = await other.conversations.open(alice, [bob, carol]);
    assert.notEqual(again.conversationId, id);
    assert.deepEqual([...again.participantIds].sort(), [alice, bob, carol].sort());
  }
});

test('a front end that has not heard of a change asks the rows: the new one may write, the removed one may not', async () => {
  const [here, there] = [frontEnd(), frontEnd()];
  const [alice, bob, carol, dave] = [person('alice'), person('bob'), person('carol'), person('dave')];
  const { conversationId: id } = await here.start(alice, bob, carol);
  await there.say(bob, id, 'this front end knows the three');
  await here.change(alice, id, { kind: 'add', userIds: [dave] });
  await here.change(alice, id, { kind: 'remove', userId: bob });
  there.told.length = 0;
  assert.equal((await there.say(carol, id, 'to whom?')).ok, true);
  assert.deepEqual([...(there.told[0]?.participantIds ?? [])].sort(), [alice, carol, dave].sort());
  const refused = await there.say(bob, id, 'me too');
  assert.equal(!refused.ok && refused.fault.code, 'IM_NOT_IN_GROUP');
  assert.equal((await there.say(dave, id, 'thanks')).ok, true);
  const stranger = await there.say(person('mallory'), id, 'hello');
  assert.equal(!stranger.ok && stranger.fault.code, 'IM_NO_SUCH_CONVERSATION');
});

test('a front end that has not heard of a change lets nobody who is gone edit, react or delete, and tells them nothing', async () => {
  const [here, there] = [frontEnd(), frontEnd()];
  const [alice, bob, carol, dave] = [person('alice'), person('bob'), person('carol'), person('dave')];
  const { conversationId: id } = await here.start(alice, bob, carol);
  const said = await there.say(bob, id, 'mine');
  assert.ok(said.ok);
  const { seq } = said.value;
  await here.change(alice, id, { kind: 'remove', userId: bob });
  await here.change(alice, id, { kind: 'add', userIds: [dave] });
  const which = { userId: bob, conversationId: id, seq };
  const refused = [
    await there.changes.edit({ ...which, text: 'still mine' }),
    await there.changes.react({ ...which, emoji: '👍', on: true }),
    await there.changes.remove(which),
    // Dave came after it was said.
    await there.changes.react({ ...which, userId: dave, emoji: '👍', on: true }),
    await there.changes.remove({ userId: alice, conversationId: id, seq: seq + 1 }),
  ];
  assert.deepEqual(
    refused.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.code)),
    ['IM_NOT_IN_GROUP', 'IM_NOT_IN_GROUP', 'IM_NOT_IN_GROUP', 'IM_NO_SUCH_MESSAGE', 'IM_NOTICE_STAYS'],
  );
  const reacted = await there.changes.react({ ...which, userId: carol, emoji: '👍', on: true });
  assert.ok(reacted.ok);
  const sight = await sightOf(office.own.db, id, bob);
  const [, mine] = await readPage(office.own.db, id, { afterSeq: 0, limit: 2 }, sight);
  assert.deepEqual([mine?.text, mine?.reactions, mine?.revision], ['mine', undefined, undefined]);
});

test('of two leaders who remove each other at once, one stays', async () => {
  const [here, there] = [frontEnd(), frontEnd()];
  const [alice, bob, carol] = [person('alice'), person('bob'), person('carol')];
  const { conversationId: id } = await here.start(alice, bob, carol);
  await here.change(alice, id, { kind: 'leader', userId: bob });
  const outcomes = await Promise.all([
    here.change(alice, id, { kind: 'remove', userId: bob }),
    there.change(bob, id, { kind: 'remove', userId: alice }),
  ]);
  assert.deepEqual(outcomes.map(({ ok }) => ok).sort(), [false, true]);
});

test('however people come, go and write at two front ends at once, each sees exactly what was said while being there', async () => {
  const step = fc.record({
    who: fc.integer({ min: 0, max: 3 }),
    node: fc.integer({ min: 0, max: 1 }),
    act: fc.constantFrom('say', 'say', 'say', 'add', 'remove', 'leave'),
    whom: fc.integer({ min: 0, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { maxLength: 6 }),
      async (rounds) => {
        const nodes = [frontEnd(), frontEnd()];
        const people = ['alice', 'bob', 'carol', 'dave'].map(person);
        const { conversationId: id } = await nodes[0]!.start(people[0]!, people[1]!, people[2]!);
        let words = 0;
        const said: string[] = [];
        for (const round of rounds) {
          await Promise.all(
            round.map(async ({ who, node, act, whom }) => {
              const [self, other] = [people[who]!, people[whom]!];
              const at = nodes[node]!;
              if (act === 'say') {
                const sent = await at.say(self, id, `word ${++words}`);
                if (sent.ok) said.push(sent.value.text);
              } else if (act === 'add') await at.change(self, id, { kind: 'add', userIds: [other] });
              else if (act === 'remove') await at.change(self, id, { kind: 'remove', userId: other });
              else await at.change(self, id, { kind: 'leave' });
            }),
          );
        }
        // The notices in the rows tell who was there when; the history of each person has to agree.
        const all = await readPage(office.own.db, id, { afterSeq: 0, limit: 500 });
        assert.deepEqual(
          all.map(({ seq }) => seq),
          all.map((_, index) => index + 1),
        );
        assert.deepEqual(
          all
            .filter(({ notice }) => !notice)
            .map(({ text }) => text)
            .sort(),
          said.sort(),
        );
        const here = new Set<string>([people[0]!]);
        const expected = new Map(people.map((userId) => [userId, [] as number[]]));
        const writers: string[] = [];
        for (const { seq, notice, senderId } of all) {
          if (notice?.kind === 'added') for (const userId of notice.userIds) here.add(userId);
          for (const userId of here) expected.get(userId)?.push(seq);
          if (notice === undefined && !here.has(senderId)) writers.push(`${senderId} at ${seq}`);
          if (notice?.kind === 'removed' || notice?.kind === 'left')
            for (const userId of notice.userIds) here.delete(userId);
        }
        assert.deepEqual(writers, [], 'nobody wrote who was not in it');
        const told = nodes.flatMap((node) => node.told);
        for (const userId of people) {
          const sight = await sightOf(office.own.db, id, userId);
          const seen =
            sight === undefined ? [] : await readPage(office.own.db, id, { afterSeq: 0, limit: 500 }, sight);
          assert.deepEqual(
            seen.map(({ seq }) => seq),
            expected.get(userId),
          );
          const heard = told.filter(({ participantIds }) => participantIds.includes(userId));
          for (const { message } of heard)
            assert.ok(expected.get(userId)?.includes(message.seq), `${userId} was told of ${message.seq}`);
        }
      },
    ),
    { numRuns: 40 },
  );
});
