import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { testDatabase } from '@parley/platform/store/testing';
import { jsonHere, runHere } from './run-testing.ts';
import { temporaryFolder } from './spawn-testing.ts';

const STANDARD = 'parley-standard-cal';
const ENTERPRISE = 'parley-enterprise-cal';

/** The command line on a database and a data directory of its own, with two people. */
async function office(t: TestContext) {
  const folder = await temporaryFolder(t);
  const database = await testDatabase();
  t.after(() => database[Symbol.asyncDispose]());
  const config = join(folder, 'parley.yaml');
  const settings = { store: database.connection, data: folder, domain: 'example.com' };
  await writeFile(config, JSON.stringify(settings));
  const at = (name: string) => join(folder, name);
  const own = ['--config', config];
  await writeFile(at('people.csv'), 'address,name\nalice,Alice Archer\nbob,Bob Baker\n');
  await runHere(['user', 'import', at('people.csv'), ...own]);
  /** Those that need no data take no configuration. */
  const withOwn = (args: readonly string[]) =>
    /^(keygen|sign)$/.test(args[1] ?? '') ? ['licence', ...args] : ['licence', ...args, ...own];
  return {
    at,
    run: (args: readonly string[]) => runHere(withOwn(args)),
    json: (args: readonly string[]) => jsonHere(withOwn(args)),
  };
}

test('licences are bought, assigned, shown in the position, taken back, and all of it is in the audit', async (t) => {
  const { json, run } = await office(t);
  const bought = ['buy', STANDARD, '2', '--metric', 'user', '--price', '4000', '--sa-to', '2099-12-31'];
  assert.equal((await json(bought)).exit, 0);
  await json(['buy', ENTERPRISE, '1', '--metric', 'user']);
  assert.equal((await json(['assign', 'bob', ENTERPRISE])).code, 'LICENCE_PREREQUISITE_MISSING');
  assert.equal((await json(['assign', 'bob', STANDARD, ENTERPRISE])).assigned, 2);
  assert.equal((await json(['unassign', 'bob', STANDARD])).code, 'LICENCE_PREREQUISITE_IN_USE');
  assert.equal((await json(['unassign', 'bob', ENTERPRISE, '--reason', 'not used'])).exit, 0);
  assert.equal((await json(['reassign', 'bob', STANDARD, 'alice'])).code, 'LICENCE_MOVED_TOO_EARLY');

  const { position } = await json(['position']);
  const line = position.lines.find(
    (each: { sku: string; metric: string }) => each.sku === STANDARD && each.metric === 'user',
  );
  assert.deepEqual([line.owned, line.assigned, line.difference], [2, 1, 1]);
  assert.match((await run(['stock'])).stdout, /40\.00 EUR/);
  const past = await run(['pool', '--as-of', '2020-01-01']);
  assert.doesNotMatch(past.stdout, /parley-standard-cal +user +[1-9]/);

  const { records } = await json(['audit', 'list']);
  const operations = records.map(({ operation, actor }: { operation: string; actor: string }) => {
    assert.match(actor, /cli|licensing/);
    return operation;
  });
  for (const name of ['grant.put', 'sa.put', 'assignment.put']) assert.ok(operations.includes(name), name);
  const verified = await json(['audit', 'verify']);
  assert.deepEqual([verified.exit, verified.ok, verified.records], [0, true, records.length]);
  assert.match((await run(['history', 'bob'])).stdout, /not used/);
});

test('imported access shows who is not covered, and the optimiser says what would cover it', async (t) => {
  const { at, json, run } = await office(t);
  const day = new Date().toISOString().slice(0, 10);
  const row = (user: string, device: string) => `${user},${device},im,${day}T08:00:00Z\n`;
  const log = `user,device,feature,time\n${row('alice@example.com', 'shared')}${row('bob@example.com', 'shared')}`;
  await writeFile(at('bad.csv'), `${log}alice,pc,im,yesterday\n`);
  const bad = await json(['import', 'access', at('bad.csv')]);
  assert.deepEqual([bad.exit, bad.code, bad.rejected[0].line], [3, 'CLI_BAD_ROWS', 4]);

  await writeFile(at('good.csv'), log);
  assert.equal((await json(['import', 'access', at('good.csv'), '--dry-run'])).accepted, 2);
  assert.equal((await json(['import', 'access', at('good.csv')])).accepted, 2);
  const open = await json(['unlicensed']);
  assert.deepEqual([open.exit, open.evidence.length], [1, 2]);
  assert.equal((await json(['compliance'])).exit, 1);

  const prices = ['--user-price', '4000', '--device-price', '4000'];
  const enterprise = ['--user-enterprise-price', '9000', '--device-enterprise-price', '9000'];
  const mix = await json(['optimise', ...prices, ...enterprise, '--no-packs']);
  assert.deepEqual(
    [mix.exit, mix.optimisation.result.cost, mix.optimisation.result.optimal],
    [0, 4000, true],
  );

  await json(['device', 'put', 'shared', '--name', 'Shared PC', '--common-area']);
  await json(['buy', STANDARD, '1', '--metric', 'device']);
  assert.equal((await json(['assign', 'Shared PC', STANDARD, '--device'])).exit, 0);
  assert.equal((await json(['unlicensed'])).exit, 0);
  assert.match(
    (await run(['subjects', '--kind', 'device'])).stdout,
    /Shared PC +common-area +parley-standard-cal/,
  );
});

test('settings, mode, roles and a licence file are set, and the position is exported', async (t) => {
  const { at, json, run } = await office(t);
  const changed = await json(['settings', '--window-days', '60', '--price', `${STANDARD}:user:1=4000`]);
  assert.deepEqual([changed.settings.windowDays, changed.settings.prices[0].price], [60, 4000]);
  assert.equal((await json(['mode', 'warn'])).settings.mode, 'warn');
  assert.equal((await json(['mode', 'strict'])).exit, 2);
  const { people } = await json(['role', 'alice', 'manager', 'auditor']);
  assert.deepEqual([people[0].name, people[0].roles], ['Alice Archer', ['auditor', 'manager']]);

  const made = await json(['file', 'keygen', 'our-key', '--out', at('key.pem')]);
  const names = [
    '--issuer',
    'Example IT',
    '--customer',
    'Sales',
    '--id',
    'sales',
    '--out',
    at('sales.licence'),
  ];
  await json(['file', 'sign', '--key', at('key.pem'), ...names, '--grant', `${STANDARD}:user=20`]);
  const stranger = await json(['file', 'install', at('sales.licence')]);
  assert.deepEqual([stranger.exit, stranger.code], [3, 'LICENCE_UNKNOWN_KEY']);
  await json(['key', 'pin', 'our-key', made.publicKey, '--name', 'Example IT']);
  assert.equal((await json(['file', 'install', at('sales.licence'), '--dry-run'])).dryRun, true);
  await json(['file', 'install', at('sales.licence')]);
  assert.equal((await json(['file', 'list'])).files[0].state, 'active');

  const html = await run(['export', 'position', '--out', at('position.html')]);
  assert.equal(html.code, 0, html.stderr);
  assert.match(
    await readFile(at('position.html'), 'utf8'),
    /<html[\s\S]*Parley Standard CAL[\s\S]*licence file/,
  );
  assert.match((await run(['export', 'entitlements'])).stdout, /<Quantity>20<\/Quantity>/);
  assert.match((await run(['export', 'users'])).stdout, /bob@example\.com,Bob Baker,no/);
  assert.equal((await json(['export', 'nonsense'])).exit, 2);
});
