import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { fakeClock } from '@parley/platform/net/testing';
import { silentLog } from '@parley/platform/store/testing';
import type { Window } from '../alerts/contract.ts';
import { followWindows } from './windows.ts';

const laptop: Window = {
  userId: 'bob',
  windowId: 'laptop',
  browserId: 'laptop',
  activeAt: 1,
  looksAt: null,
  isOpen: true,
};

test('nodes know one another’s windows, also those that were there before them, and forget the dead', async () => {
  const clock = fakeClock();
  await using bus = openInProcessBus({ log: silentLog, clock });
  const node = (nodeId: string) => followWindows({ bus, clock, log: silentLog, nodeId });
  await using one = await node('n1');
  one.put(laptop);
  await using two = await node('n2');
  await clock.advanceAsync(1);
  assert.deepEqual([...two.ofUser('bob')], [laptop]);
  assert.equal(two.of('laptop'), undefined, 'it is not its own');

  two.put({ ...laptop, windowId: 'tablet', browserId: 'tablet', activeAt: 2 });
  await clock.advanceAsync(1);
  assert.deepEqual(
    [...one.ofUser('bob')].map(({ windowId }) => windowId),
    ['laptop', 'tablet'],
  );
  two.put({ ...laptop, windowId: 'tablet', isOpen: false });
  await clock.advanceAsync(1);
  assert.deepEqual([...one.ofUser('bob')], [laptop]);

  await clock.advanceAsync(12 * 60_000);
  assert.deepEqual([...one.ofUser('bob')], [laptop], 'its own it keeps');
  assert.deepEqual([...two.ofUser('bob')], [], 'of another node that says nothing any more it forgets');
});
