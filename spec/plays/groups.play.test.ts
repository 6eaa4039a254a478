// Group conversations: a department of a hundred, the hundred and first, the lock, and a leader who leaves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupChange, Message } from '@parley/services/im/contract';
import { department } from '../cast/department.ts';
import { onEveryTopology, type Person } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

/** Until the directory of the process that answers has everybody in it. */
async function expanded(browser: WebUser, name: string, total: number) {
  for (;;) {
    const found = await browser.command('people.department', { department: name });
    if (found.total === total) return found;
  }
}

const notices = (messages: readonly Message[]) => messages.flatMap(({ notice }) => notice?.kind ?? []);

function knows(browser: WebUser, conversationId: string, what: string): Promise<Message> {
  return browser.until(`the notice “${what}”`, () =>
    browser.received.find(
      (message) => message.conversationId === conversationId && message.notice?.kind === what,
    ),
  );
}

onEveryTopology((stage) => {
  test('a department of a hundred becomes a group, each with their state; the hundred and first is cut', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const [hers, his] = [await stage().browser(alice), await stage().browser(bob)];
    const name = await department(stage(), 98, [alice, bob]);
    const { users, presence } = await expanded(hers, name, 100);
    assert.equal(users.length, 100);
    assert.equal(presence.find(({ userId }) => userId === bob.userId)?.state, 'available');
    assert.equal(new Set(presence.map(({ userId }) => userId)).size, 100);
    const search = await hers.command('people.search', { query: name, limit: 10 });
    assert.deepEqual(search.departments, [{ name, people: 100 }]);

    const others = users.map(({ userId }) => userId).filter((userId) => userId !== alice.userId);
    const group = await hers.command('im.startGroup', { participantIds: others, title: 'All of sales' });
    assert.equal(group.participantIds.length, 100);
    assert.deepEqual(group.leaderIds, [alice.userId]);
    await hers.send(group.conversationId, 'Welcome, all of you');
    assert.equal((await his.hears('Welcome, all of you')).conversationId, group.conversationId);

    const dave = await stage().hire('Dave');
    const change: GroupChange = { kind: 'add', userIds: [dave.userId] };
    await assert.rejects(
      hers.command('im.changeGroup', { conversationId: group.conversationId, change }),
      /IM_GROUP_FULL: A group holds at most 100 people, and it is full\./,
    );
    await stage().administrator.request('PATCH', `/api/v1/admin/users/${dave.userId}`, { department: name });
    assert.equal((await expanded(hers, name, 101)).users.length, 100);
  });

  test('a locked group takes nobody; a leader who leaves passes it on, and another leader may be made', async () => {
    const cast = await Promise.all(['Alice', 'Bob', 'Carol', 'Dave'].map((name) => stage().hire(name)));
    const [alice, bob, carol, dave] = cast as [Person, Person, Person, Person];
    const hers = await stage().browser(alice);
    const his = await stage().browser(bob);
    const other = await stage().browser(dave);
    const { conversationId } = await hers.command('im.startGroup', {
      participantIds: [bob.userId, carol.userId],
    });
    await knows(his, conversationId, 'added');
    await hers.command('im.changeGroup', { conversationId, change: { kind: 'lock', locked: true } });
    await knows(his, conversationId, 'locked');
    const change: GroupChange = { kind: 'add', userIds: [dave.userId] };
    const adding = { conversationId, change };
    await assert.rejects(his.command('im.changeGroup', adding), /IM_GROUP_LOCKED: This group is locked/);

    await hers.command('im.changeGroup', { conversationId, change: { kind: 'leave' } });
    await knows(his, conversationId, 'leader');
    const led = await his.command('im.conversation', { conversationId });
    assert.deepEqual([led.leaderIds, led.participantIds.length], [[bob.userId], 2]);
    await his.command('im.changeGroup', { conversationId, change: { kind: 'leader', userId: carol.userId } });
    await his.command('im.changeGroup', { conversationId, change: { kind: 'lock', locked: false } });
    await his.command('im.changeGroup', adding);
    await knows(other, conversationId, 'added');
    await his.send(conversationId, 'without Alice');
    await other.hears('without Alice');

    // Who came late sees what was said since; who left sees what was said until then, and cannot write.
    assert.deepEqual(notices(await other.history(conversationId)), ['added']);
    assert.deepEqual(notices(await hers.history(conversationId)), ['added', 'locked', 'left']);
    assert.ok(!(await hers.history(conversationId)).some(({ text }) => text === 'without Alice'));
    await assert.rejects(hers.send(conversationId, 'me too'), /IM_NOT_IN_GROUP/);
    const again = await stage().browser(alice);
    const past = again.snapshot?.conversations.find((one) => one.conversationId === conversationId);
    assert.deepEqual([past?.isPast, past?.lastMessage?.notice?.kind], [true, 'left']);
    assert.equal(past?.participantIds.includes(dave.userId), false);
  });

  test('people see how far the others have read, unless one of both hides it', async () => {
    const cast = await Promise.all(['Alice', 'Bob', 'Carol'].map((name) => stage().hire(name)));
    const [alice, bob, carol] = cast as [Person, Person, Person];
    const [hers, his, other] = await Promise.all(cast.map((person) => stage().browser(person)));
    const { conversationId } = await hers!.command('im.startGroup', {
      participantIds: [bob.userId, carol.userId],
    });
    const { seq } = await hers!.send(conversationId, 'read me');
    await other!.command('im.setPrivacy', { hidesReceipts: true });
    await other!.until('the own policy', () =>
      other!.frames.entries.some(
        (frame) => frame.type === 'event' && frame.data.type === 'policy' && frame.data.policy.hidesReceipts,
      ),
    );
    const seen = (browser: WebUser) =>
      browser.frames.entries.flatMap((frame) =>
        frame.type === 'event' && frame.data.type === 'seen' ? [frame.data] : [],
      );
    for (const browser of [other!, his!]) await browser.command('im.read', { conversationId, seq });
    await hers!.until('that Bob has read it', () => seen(hers!).some(({ userId }) => userId === bob.userId));
    const shown = [{ userId: bob.userId, seq }];
    const marks = async (browser: WebUser) =>
      (await browser.command('im.receipts', { conversationId })).receipts.filter((mark) => mark.seq === seq);
    assert.deepEqual(await marks(hers!), shown);
    assert.deepEqual(await marks(other!), []);
    assert.deepEqual(
      (await marks(his!)).map(({ userId }) => userId),
      [alice.userId],
    );
    assert.deepEqual([...new Set(seen(hers!).map(({ userId }) => userId))], [bob.userId]);
    assert.deepEqual(seen(other!), []);
  });

  test('a message counts as delivered when a window or a phone has it, and who blocks one is not given away', async () => {
    const cast = await Promise.all(['Alice', 'Bob', 'Carol'].map((name) => stage().hire(name)));
    const [, bob, carol] = cast as [Person, Person, Person];
    const hers = await stage().browser(cast[0]!);
    const { conversationId } = await hers.command('im.startGroup', {
      participantIds: [bob.userId, carol.userId],
    });
    const { seq } = await hers.send(conversationId, 'who has it?');
    const reachedBy = async () => {
      const { receipts } = await hers.command('im.receipts', { conversationId });
      return receipts.flatMap((mark) => ((mark.reached ?? 0) >= seq ? mark.userId : [])).sort();
    };
    assert.deepEqual(await reachedBy(), []);
    const his = await stage().browser(bob);
    await hers.sees(bob.userId, 'available');
    for (;;) if ((await reachedBy()).includes(bob.userId)) break;
    const member = { kind: 'user', value: hers.snapshot?.me.address ?? '' } as const;
    await his.command('access.set', { member, level: 'blocked', version: 0 });
    await hers.sees(bob.userId, 'offline');
    assert.deepEqual(await reachedBy(), []);
    const phone = await stage().phone(carol);
    await phone.hears('who has it?');
    for (;;) if ((await reachedBy()).includes(carol.userId)) break;
  });

  test('the policy of the sender decides about links, from the browser and from the phone alike', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const hers = await stage().browser(alice);
    const phone = await stage().phone(bob);
    const set = (person: Person, linkFilter: string) =>
      stage().administrator.request('PATCH', '/api/v1/admin/policies', {
        scope: { kind: 'user', value: person.userId },
        changes: { linkFilter, linkDomains: ['good.test'] },
      });
    const conversationId = await hers.conversationWith(bob.userId);
    await set(alice, 'block');
    await set(bob, 'warn');
    // Each front end hears of it by itself.
    for (;;) {
      const sent = await hers.send(conversationId, 'see http://evil.test').then(
        () => true,
        (error: Error) => !error.message.startsWith('IM_LINK_BLOCKED'),
      );
      if (!sent) break;
    }
    await hers.send(conversationId, 'but http://good.test/x');
    await phone.hears('but http://good.test/x');
    for (;;) {
      await phone.say(alice.address, 'look: http://evil.test');
      const heard = await hers.until('the message of the phone', () =>
        hers.received.findLast(({ senderId }) => senderId === bob.userId),
      );
      if (heard.text.includes('_hxxp://evil.test')) break;
    }
    const last = hers.received.findLast(({ senderId }) => senderId === bob.userId)?.text ?? '';
    assert.match(last, /^Caution: .*\nlook: _hxxp:\/\/evil\.test$/);
  });
});
