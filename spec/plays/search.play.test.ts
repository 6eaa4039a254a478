// Finding what was said, at whichever front end one is: new and old words, and what was said after one has left.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQuery } from '@parley/services/im/rules/search-query';
import { onEveryTopology } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

async function finds(browser: WebUser, typed: string): Promise<string[]> {
  const { query } = readQuery(typed, Date.UTC);
  const { found } = await browser.command('im.search', { query, limit: 20 });
  return found.map(({ text }) => text);
}

onEveryTopology((stage) => {
  test('what is stored is found by who may read it, as it is now', async () => {
    const [alice, bob, carol] = [
      await stage().hire('Alice'),
      await stage().hire('Bob'),
      await stage().hire('Carol'),
    ];
    const [hers, his, carols] = [
      await stage().browser(alice),
      await stage().browser(bob),
      await stage().browser(carol),
    ];
    const { conversationId } = await hers.command('im.startGroup', {
      participantIds: [bob.userId, carol.userId],
      title: 'Marmots',
    });
    const { seq } = await hers.send(conversationId, 'The marmot plan');
    assert.deepEqual(await finds(his, 'marm'), ['The marmot plan']);
    assert.deepEqual(await finds(his, 'from:alice in:marmots'), ['The marmot plan']);
    await hers.command('im.edit', { conversationId, seq, text: 'The badger plan' });
    assert.deepEqual(await finds(his, 'marmot'), []);
    assert.deepEqual(await finds(his, 'badger'), ['The badger plan']);

    const change = { kind: 'remove', userId: carol.userId } as const;
    await hers.command('im.changeGroup', { conversationId, change });
    await hers.send(conversationId, 'The badger again');
    assert.deepEqual(await finds(his, 'badger'), ['The badger again', 'The badger plan']);
    assert.deepEqual(await finds(carols, 'badger'), ['The badger plan']);

    await hers.command('im.delete', { conversationId, seq });
    for (const browser of [hers, his]) assert.deepEqual(await finds(browser, 'badger'), ['The badger again']);
    assert.deepEqual(await finds(carols, 'from:alice'), []);
  });
});
