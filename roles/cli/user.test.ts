import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { testDatabase } from '@parley/platform/store/testing';
import { type RunOptions, runParley, temporaryFolder } from './spawn-testing.ts';

/** The command line on a database and a data directory of its own. */
async function organisation(t: TestContext) {
  const folder = await temporaryFolder(t);
  const database = await testDatabase();
  t.after(() => database[Symbol.asyncDispose]());
  const environment = {
    PARLEY_STORE: database.connection,
    PARLEY_DATA: folder,
    PARLEY_DOMAIN: 'example.com',
  };
  return {
    folder,
    user: (args: readonly string[], options: RunOptions = {}) =>
      runParley(['user', ...args], { ...options, environment }),
    async json(args: readonly string[], options: RunOptions = {}) {
      const ran = await runParley(['user', ...args, '--json'], { ...options, environment });
      return { exit: ran.code, ...JSON.parse(ran.stdout) };
    },
  };
}

test('a user is added with a password that is shown once, listed, disabled and enabled', async (t) => {
  const { user, json } = await organisation(t);
  const added = await json(['add', 'bob', '--name', 'Bob Baker', '--department', 'Sales', '--administrator']);
  assert.equal(added.exit, 0);
  assert.equal(added.user.address, 'bob@example.com');
  assert.match(added.password, /^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);

  const list = await user(['list']);
  assert.match(list.stdout, /bob@example\.com +Bob Baker +Sales +administrator/);
  assert.doesNotMatch(list.stdout, new RegExp(added.password));

  const disabled = await json(['disable', 'bob@example.com']);
  assert.equal(disabled.user.disabled, true);
  const enabled = await json(['enable', 'BOB']);
  assert.equal(enabled.user.disabled, false);
});

test('a password comes from standard input, never from an argument', async (t) => {
  const { user, json } = await organisation(t);
  await json(['add', 'bob', '--name', 'Bob']);
  const given = await user(['reset-password', 'bob', '--password-stdin'], {
    input: 'correct horse battery\n',
  });
  assert.equal(given.code, 0);
  assert.doesNotMatch(given.stdout, /correct horse/);
  const none = await json(['reset-password', 'bob', '--password-stdin'], { input: '' });
  assert.deepEqual([none.exit, none.code], [3, 'CLI_NO_PASSWORD']);
  const weak = await user(['reset-password', 'bob', '--password-stdin'], { input: 'short\n' });
  assert.deepEqual([weak.code, /AUTHENTICATION_WEAK_PASSWORD/.test(weak.stderr)], [3, true]);
});

test('a duplicate and an unknown user are refused with 3', async (t) => {
  const { user } = await organisation(t);
  await user(['add', 'bob', '--name', 'Bob']);
  const again = await user(['add', 'bob', '--name', 'Another Bob']);
  assert.deepEqual([again.code, /IDENTITY_ADDRESS_TAKEN/.test(again.stderr)], [3, true]);
  const nobody = await user(['disable', 'nobody']);
  assert.deepEqual([nobody.code, /IDENTITY_NO_SUCH_USER/.test(nobody.stderr)], [3, true]);
});

test('a phone is added with a password that is shown once, listed and revoked by name', async (t) => {
  const { json, user } = await organisation(t);
  await json(['add', 'bob', '--name', 'Bob']);
  const added = await json(['device', 'add', 'bob', '--name', 'Desk phone', '--expires-days', '30']);
  assert.equal(added.exit, 0);
  assert.ok(added.password.length >= 16);
  assert.ok(added.device.expiresAt > Date.now());
  assert.match((await user(['device', 'list', 'bob'])).stdout, /Desk phone/);
  const wrong = await user(['device', 'revoke', 'bob', 'Other phone']);
  assert.deepEqual([wrong.code, /Known: Desk phone/.test(wrong.stderr)], [3, true]);
  assert.equal((await user(['device', 'revoke', 'bob', 'Desk phone'])).code, 0);
  assert.deepEqual((await json(['device', 'list', 'bob'])).devices, []);
  assert.equal((await user(['device', 'add', 'bob', '--name', 'X', '--expires-days', 'soon'])).code, 2);
});

test('import adds all rows or none, and lists bad rows with line and reason', async (t) => {
  const { folder, json, user } = await organisation(t);
  const file = join(folder, 'people.csv');
  await writeFile(
    file,
    '\uFEFFname;address;phone;password\r\nÉva Szabó;eva;;a long password\r\nNo Address;;;\r\nTwin;eva;;\r\nBad Phone;p;12x;\r\n',
  );
  const bad = await json(['import', file]);
  assert.deepEqual([bad.exit, bad.code], [3, 'IDENTITY_BAD_CSV']);
  assert.deepEqual(
    bad.problems.map(({ line }: { line: number }) => line),
    [3, 4, 5],
  );
  assert.deepEqual((await json(['list'])).users, []);

  await writeFile(file, 'name,address,password,devicePassword\nÉva Szabó,eva,a long password,phone-of-eva\n');
  const dry = await json(['import', file, '--dry-run']);
  assert.deepEqual([dry.ok, dry.imported, dry.dryRun], [true, 1, true]);
  assert.deepEqual((await json(['list'])).users, []);

  const done = await user(['import', file]);
  assert.deepEqual([done.code, done.stdout], [0, '1 user added.\n']);
  assert.equal((await json(['device', 'list', 'eva'])).devices.length, 1);
});

test('a file that is missing or is no text is refused', async (t) => {
  const { folder, user } = await organisation(t);
  assert.match((await user(['import', join(folder, 'nowhere.csv')])).stderr, /CLI_NO_FILE/);
  const file = join(folder, 'latin1.csv');
  await writeFile(file, Buffer.from('name,address\nJ\xfcrgen,j\n', 'latin1'));
  const refused = await user(['import', file]);
  assert.deepEqual([refused.code, /not UTF-8/.test(refused.stderr)], [3, true]);
});
