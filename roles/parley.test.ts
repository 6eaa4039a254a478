import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runParley, temporaryFolder } from './cli/spawn-testing.ts';
import { roleNames } from './index.ts';

test('--version prints the version, --help the commands and the exit codes', async () => {
  const version = await runParley(['--version']);
  assert.deepEqual([version.code, /^\d+\.\d+\.\d+\n$/.test(version.stdout)], [0, true]);
  const help = await runParley(['--help']);
  assert.equal(help.code, 0);
  for (const word of ['start', 'config', 'user', 'backup', 'restore', 'doctor', '--json', 'Exit codes']) {
    assert.ok(help.stdout.includes(word), word);
  }
});

test('every command explains itself with examples', async () => {
  const commands = [
    ['start'],
    ['config', 'check'],
    ['config', 'schema'],
    ...['add', 'list', 'import', 'disable', 'enable', 'reset-password'].map((name) => ['user', name]),
    ...['add', 'list', 'revoke'].map((name) => ['user', 'device', name]),
    ['backup'],
    ['restore'],
    ['doctor'],
  ];
  const answers = await Promise.all(commands.map((command) => runParley([...command, '--help'])));
  for (const [index, { code, stdout }] of answers.entries()) {
    const name = commands[index]!.join(' ');
    assert.deepEqual(
      [name, code, stdout.includes('Example'), stdout.includes('--json')],
      [name, 0, true, true],
    );
  }
});

test('bad usage ends with 2 and says what to do, as text or as JSON', async () => {
  const unknown = await runParley(['strat']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /unknown command 'strat'.*\[CLI_BAD_USAGE\]/);
  assert.equal(unknown.stdout, '');
  const missing = await runParley(['user', 'add', 'bob', '--json']);
  assert.equal(missing.code, 2);
  assert.deepEqual(
    [JSON.parse(missing.stdout).ok, JSON.parse(missing.stdout).code],
    [false, 'CLI_BAD_USAGE'],
  );
  for (const args of [[], ['user'], ['config']]) {
    const bare = await runParley(args);
    assert.deepEqual([bare.code, /Usage:/.test(bare.stderr)], [2, true], args.join(' '));
  }
});

test('config check shows what is in force, with passwords left out', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeFile(
    join(cwd, 'parley.yaml'),
    'domain: example.com\nstore: postgres://parley:hunter2@db/parley\nbus: nats://hunter2@a,nats://b:hunter2@c\n',
  );
  const { code, stdout } = await runParley(['config', 'check', '--json'], {
    cwd,
    environment: { PARLEY_LISTEN_SIP: 'off' },
  });
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /hunter2/);
  const answer = JSON.parse(stdout);
  assert.equal(answer.file, join(cwd, 'parley.yaml'));
  assert.deepEqual([answer.config.domain, answer.config.listen.sip.port], ['example.com', null]);
});

test('a bad configuration ends with 3, each problem with its place and the nearest known key', async (t) => {
  const cwd = await temporaryFolder(t);
  await writeFile(join(cwd, 'parley.yaml'), 'domian: example.com\nlisten: { sip: { port: none } }\n');
  for (const command of [['config', 'check'], ['start'], ['user', 'list'], ['doctor']]) {
    const { code, stderr } = await runParley(command, { cwd });
    assert.equal(code, 3, command.join(' '));
    assert.match(stderr, /parley\.yaml:1:1: There is no setting "domian"\. Did you mean "domain"\?/);
    assert.match(stderr, /parley\.yaml:2:24: listen\.sip\.port is "none"/);
    assert.doesNotMatch(stderr, /\n\s+at /);
  }
  const { stdout } = await runParley(['config', 'check', '--json'], { cwd });
  assert.deepEqual(
    JSON.parse(stdout).problems.map(({ line }: { line: number }) => line),
    [1, 2],
  );
});

test('an unknown role is refused with the nearest one', async (t) => {
  const cwd = await temporaryFolder(t);
  const { code, stderr } = await runParley(['start', '--role', 'frontend', '--data', cwd], { cwd });
  assert.equal(code, 3);
  assert.match(stderr, /--role: There is no role "frontend"\. \[ROLE_UNKNOWN\]\nDid you mean "front-end"\?/);
  assert.ok(roleNames.includes('front-end'));
});

test('the published schema is the one of this program', async () => {
  const { code, stdout } = await runParley(['config', 'schema']);
  assert.equal(code, 0);
  const published = await readFile(join(import.meta.dirname, '..', 'docs', 'parley.schema.json'), 'utf8');
  assert.deepEqual(
    JSON.parse(stdout),
    JSON.parse(published),
    'run `npx parley config schema > docs/parley.schema.json`',
  );
});

test('a data directory that cannot be used ends with 1 and one clear message', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  const data = join(folder, 'file', 'data');
  const { code, stderr, stdout } = await runParley(['start', '--data', data, '--json']);
  assert.equal(code, 1);
  assert.equal(JSON.parse(stdout).code, 'STORE_DATA_UNUSABLE');
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test('a database that is not there ends with 1 and the setting to check', async (t) => {
  const data = await temporaryFolder(t);
  const environment = { PARLEY_STORE: 'postgres://parley:hunter2@127.0.0.1:1/parley' };
  const { code, stdout, stderr } = await runParley(['doctor', '--data', data, '--json'], { environment });
  assert.equal(code, 1);
  const finding = JSON.parse(stdout).findings.find(({ name }: { name: string }) => name === 'postgresql');
  assert.deepEqual([finding.status, /`store`/.test(finding.remedy)], ['fail', true]);
  assert.doesNotMatch(stdout + stderr, /hunter2/);
});

test('backup refuses to replace a file unless told to', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'there.gz');
  await mkdir(join(folder, 'data'));
  await writeFile(file, 'precious');
  const { code, stderr } = await runParley(['backup', file, '--data', join(folder, 'data')]);
  assert.deepEqual([code, /\[CLI_FILE_EXISTS\]/.test(stderr)], [3, true]);
  assert.equal(await readFile(file, 'utf8'), 'precious');
});
