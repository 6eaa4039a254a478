// `parley policy` on a database of its own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '@parley/platform/store/testing';
import { runParley, temporaryFolder } from './spawn-testing.ts';

test('a setting is changed for a department and a person, says where it comes from, and is given back', async (t) => {
  const folder = await temporaryFolder(t);
  const database = await testDatabase();
  t.after(() => database[Symbol.asyncDispose]());
  const environment = {
    PARLEY_STORE: database.connection,
    PARLEY_DATA: folder,
    PARLEY_DOMAIN: 'example.com',
  };
  const parley = (...args: string[]) => runParley(args, { environment });
  const policy = async (...args: string[]) => JSON.parse((await parley('policy', ...args, '--json')).stdout);
  const added = await parley('user', 'add', 'bob', '--name', 'Bob', '--department', 'Sales');
  assert.equal(added.code, 0, added.stderr);
  await policy('set', 'linkFilter', 'warn');
  await policy('set', 'banner', 'For work only', '--department', 'Sales');
  await policy('set', 'startGroups', 'no', '--user', 'bob');
  const held = await policy('show', '--user', 'bob');
  assert.deepEqual(
    ['linkFilter', 'banner', 'startGroups', 'groupSize'].map((name) => [
      held.settings[name],
      held.origins[name],
    ]),
    [
      ['warn', 'global'],
      ['For work only', 'department'],
      [false, 'user'],
      [100, 'default'],
    ],
  );
  await policy('set', 'startGroups', '--user', 'bob');
  assert.equal((await policy('show', '--user', 'bob')).origins.startGroups, 'default');
  const table = await parley('policy', 'show', '--department', 'Sales');
  assert.match(table.stdout, /banner +For work only +department/);
  const refused = await parley('policy', 'set', 'linkFilter', 'maybe');
  assert.deepEqual([refused.code, /CLI_BAD_VALUE|no value of linkFilter/.test(refused.stderr)], [3, true]);
});
