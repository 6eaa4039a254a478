// The server dies in the middle of changes of a group: what is said about its people and who is in it agree afterwards.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Person, standardEdition } from '../cast/stage.ts';

test('a server that is killed while people come and go leaves notices and people that agree', async () => {
  await using stage = await standardEdition();
  const [member] = stage.members;
  const cast = await Promise.all(['Alice', 'Bob', 'Carol', 'Dave', 'Erin'].map((name) => stage.hire(name)));
  const [alice, bob, ...others] = cast as [Person, Person, ...Person[]];
  const hers = await stage.browser(alice);
  const { conversationId } = await hers.command('im.startGroup', {
    participantIds: [bob.userId, others[0]!.userId],
  });
  let taken = 0;
  const told = Promise.withResolvers<void>();
  /** People come and go without pause until the server is gone. */
  async function comeAndGo({ userId }: Person): Promise<void> {
    for (;;) {
      await hers.command('im.changeGroup', { conversationId, change: { kind: 'add', userIds: [userId] } });
      await hers.command('im.changeGroup', { conversationId, change: { kind: 'remove', userId } });
      taken += 2;
      if (taken > 12) told.resolve();
    }
  }
  const running = Promise.allSettled(others.map(comeAndGo));
  await told.promise;
  await member!.kill();
  await running;
  await member!.start();

  const back = await stage.browser(alice);
  const messages = await back.history(conversationId);
  assert.deepEqual(
    messages.map(({ seq }) => seq),
    messages.map((_, index) => index + 1),
  );
  const here = new Set([alice.userId]);
  for (const { notice } of messages)
    for (const userId of notice?.userIds ?? []) {
      if (notice?.kind === 'added') here.add(userId);
      if (notice?.kind === 'removed') here.delete(userId);
    }
  const listed = back.snapshot?.conversations.find((one) => one.conversationId === conversationId);
  assert.deepEqual([...(listed?.participantIds ?? [])].sort(), [...here].sort());
  // One more for the beginning, one less for who was in it when they were added.
  assert.ok(messages.length >= taken, 'what was acknowledged is there');
  // And it goes on: whoever is in it hears the next word.
  const his = await stage.browser(bob);
  await back.send(conversationId, 'all is well');
  await his.hears('all is well');
});
