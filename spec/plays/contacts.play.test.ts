// Contact lists in several windows and on several front ends: who is added is asked once, who waits is told once.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import type { ClientEvent } from '@parley/services/web-access/contract';
import { onEveryTopology, type Person } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

type Of<Type extends ClientEvent['type']> = Extract<ClientEvent, { type: Type }>;

function told<Type extends ClientEvent['type']>(user: WebUser, type: Type): Of<Type>[] {
  return user.frames.entries.flatMap((frame) =>
    frame.type === 'event' && frame.data.type === type ? [frame.data as Of<Type>] : [],
  );
}

onEveryTopology((stage) => {
  test('alice adds bob: both his windows ask him; answered in one, the question goes in the other and stays away', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const her = await stage().browser(alice);
    const [desk, sofa] = [await stage().browser(bob), await stage().browser(bob)];
    await her.command('contact.put', { contactIds: [bob.userId], change: {} });
    for (const window of [desk, sofa]) {
      const asked = await window.until('the question', () => told(window, 'added')[0]);
      assert.equal(asked.userId, alice.userId);
      await window.until('who she is', () => told(window, 'user').some(({ user }) => user.name === 'Alice'));
    }
    await desk.command('contact.answer', { adderId: alice.userId, level: 'team', addBack: true });
    await sofa.until('the answer', () => told(sofa, 'added')[1]?.at === null);
    await sofa.until('alice in his list', () =>
      told(sofa, 'book').some(({ contacts }) => contacts.some(({ contactId }) => contactId === alice.userId)),
    );
    await sofa.until('her level', () => sofa.access.entries.some(({ level }) => level === 'team'));
    const later = await stage().browser(bob);
    assert.deepEqual(later.snapshot?.book.addedBy, []);
    assert.deepEqual(her.snapshot?.book.addedBy, []);
    assert.equal(told(her, 'added').length, 0, 'who was added back is not asked');
  });

  test('where the policy asks nobody, bob hears nothing of being added; for whom it asks, the narrower scope decides', async () => {
    const cast = await Promise.all(['Alice', 'Bob', 'Carol'].map((name) => stage().hire(name)));
    const [alice, bob, carol] = cast as [Person, Person, Person];
    const [her, his, hers] = [
      await stage().browser(alice),
      await stage().browser(bob),
      await stage().browser(carol),
    ];
    const set = async (scope: object, addedQuestions: boolean) =>
      stage().administrator.request('PATCH', '/api/v1/admin/policies', {
        scope,
        changes: { addedQuestions },
      });
    const department = `Quiet ${randomUUID()}`;
    for (const { userId } of [bob, carol])
      await stage().administrator.request('PATCH', `/api/v1/admin/users/${userId}`, { department });
    await set({ kind: 'user', value: carol.userId }, true);
    await set({ kind: 'department', value: department }, false);
    await his.until('the policy', () => told(his, 'policy').at(-1)?.policy.addedQuestions === false);
    const contactIds = [bob.userId, carol.userId];
    await her.command('contact.put', { contactIds, change: {} });
    await hers.until('the question', () => told(hers, 'added')[0]?.userId === alice.userId);
    // Behind it, so that nothing is on its way any more.
    await her.send(await her.conversationWith(bob.userId), 'I added you');
    await his.hears('I added you');
    assert.deepEqual(told(his, 'added'), []);
    await set({ kind: 'department', value: department }, true);
    assert.deepEqual((await stage().browser(bob)).snapshot?.book.addedBy, []);
  });

  test('alice waits for bob on two devices: the one she uses hears it, once, and the waiting ends everywhere', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const [laptop, tablet] = [await stage().browser(alice), await stage().browser(alice)];
    const his = await stage().browser(bob);
    await laptop.sees(alice.userId, 'available');
    await laptop.command('alert.attend', { active: true, looksAt: null });
    await his.command('presence.setState', { state: 'busy' });
    await laptop.command('contact.put', { contactIds: [bob.userId], change: { waiting: 'once' } });
    await laptop.sees(bob.userId, 'busy');
    await tablet.sees(bob.userId, 'busy');
    await his.command('presence.setState', { state: 'available' });
    const heard = await laptop.until('the word', () => told(laptop, 'free')[0]);
    assert.equal(heard.userId, bob.userId);
    const ended = (user: WebUser) =>
      told(user, 'book').some(({ contacts }) =>
        contacts.some(({ contactId, waiting }) => contactId === bob.userId && waiting === undefined),
      );
    await Promise.all([laptop, tablet].map((user) => user.until('the end of the wait', () => ended(user))));
    // Once more, and with a message behind it, so that nothing is on its way any more.
    await his.command('presence.setState', { state: 'busy' });
    await his.command('presence.setState', { state: 'available' });
    await his.send(await his.conversationWith(alice.userId), 'here I am');
    await Promise.all([laptop.hears('here I am'), tablet.hears('here I am')]);
    assert.deepEqual([told(laptop, 'free').length, told(tablet, 'free').length], [1, 0]);
  });

  test('a group deleted with its people comes back; the other window follows every step', async () => {
    const [alice, bob, carol] = [
      await stage().hire('Alice'),
      await stage().hire('Bob'),
      await stage().hire('Carol'),
    ];
    const [one, other] = [await stage().browser(alice), await stage().browser(alice)];
    const groupId = randomUUID();
    const contactIds = [bob.userId, carol.userId];
    await one.command('contact.changeGroups', { change: { kind: 'create', groupId, name: 'Team' } });
    await one.command('contact.put', { contactIds, change: { addTo: [groupId] } });
    await other.command('contact.put', { contactIds: [bob.userId], change: { favourite: true } });
    const { undoId = '' } = await other.command('contact.changeGroups', {
      change: { kind: 'delete', groupId, people: 'remove' },
    });
    await one.command('contact.undo', { undoId });
    const last = await other.until('the undo', () =>
      told(other, 'book').find(({ version }) => version === 5),
    );
    assert.deepEqual(
      told(other, 'book').map(({ version }) => version),
      [1, 2, 3, 4, 5],
    );
    assert.deepEqual(last.groups, [{ groupId, name: 'Team' }]);
    const listed = await one.command('contact.list', {});
    assert.deepEqual(
      listed.contacts.map(({ groupIds }) => groupIds),
      [[groupId], [groupId]],
    );
    const talk = await one.conversationWith(carol.userId);
    for (const text of ['a', 'b', 'c']) await one.send(talk, text);
    const { userIds } = await one.command('contact.frequent', {});
    assert.deepEqual(userIds, [carol.userId], 'whom she writes to');
  });
});
