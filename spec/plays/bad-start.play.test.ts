// Bad input to the program at its start and to its commands: one message with a code and a remedy, the exit code that
// scripts look at, the same with --json, and nothing left half done.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { obtainCertificates, systemClock } from '@parley/platform/net';
import { openTestStore, testDatabase } from '@parley/platform/store/testing';
import { runParley, temporaryFolder } from '@parley/roles/cli/spawn-testing';

const FREE_PORTS = {
  PARLEY_LISTEN_HTTP_PORT: '0',
  PARLEY_LISTEN_HTTPS_PORT: 'off',
  PARLEY_LISTEN_SIP_PORT: '0',
  PARLEY_LISTEN_SIPS_PORT: 'off',
  PARLEY_LISTEN_TURN_PORT: 'off',
  PARLEY_LISTEN_TURNS_PORT: 'off',
  PARLEY_LISTEN_ADMIN_PORT: '0',
};

/** What the program says as a document. */
async function refusal(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const ran = await runParley([...args, '--json'], { environment: { ...FREE_PORTS, ...environment } });
  const fault = JSON.parse(ran.stdout) as Record<string, unknown>;
  assert.equal(fault['ok'], false);
  assert.ok(String(fault['remedy'] ?? '').length > 10, `it says what to do: ${ran.stdout}`);
  assert.doesNotMatch(ran.stderr, /\n\s+at /, 'no stack trace');
  return { exit: ran.code, code: fault['code'], sentence: String(fault['sentence']), fault };
}

async function organisation(t: TestContext) {
  const data = await temporaryFolder(t);
  const database = await testDatabase();
  t.after(() => database[Symbol.asyncDispose]());
  return { data, environment: { PARLEY_DATA: data, PARLEY_STORE: database.connection } };
}

test('a database that a newer Parley has used is refused and not touched', async (t) => {
  const data = await temporaryFolder(t);
  const bus = { publish: async () => {} } as never;
  const store = await openTestStore({ bus });
  t.after(() => store[Symbol.asyncDispose]());
  await store.service('identity', [{ name: '9999-from-the-future', sql: 'create table treasures (n int)' }]);
  const environment = { PARLEY_DATA: data, PARLEY_STORE: store.connection };
  for (const args of [['start'], ['user', 'list']]) {
    const refused = await refusal(args, environment);
    assert.deepEqual([refused.exit, refused.code], [1, 'STORE_NEWER_DATABASE'], args.join(' '));
    assert.match(refused.sentence, /9999-from-the-future/);
  }
});

test('a key that belongs to another certificate is named, and so is a file that is none', async (t) => {
  const { data, environment } = await organisation(t);
  const made = [];
  for (const name of ['one', 'two']) {
    const folder = join(data, name);
    made.push(await obtainCertificates({ folder, hostNames: [`${name}.example`], clock: systemClock }));
    await writeFile(join(data, `${name}.crt`), made.at(-1)!.certPem);
    await writeFile(join(data, `${name}.key`), made.at(-1)!.keyPem, { mode: 0o600 });
  }
  const tls = { ...environment, PARLEY_LISTEN_HTTPS_PORT: '0', PARLEY_TLS_CERT: join(data, 'one.crt') };
  const other = await refusal(['start'], { ...tls, PARLEY_TLS_KEY: join(data, 'two.key') });
  assert.deepEqual([other.exit, other.code], [1, 'NET_TLS_KEY_MISMATCH']);
  await writeFile(join(data, 'no.key'), 'not a key');
  const none = await refusal(['start'], { ...tls, PARLEY_TLS_KEY: join(data, 'no.key') });
  assert.equal(none.exit, 1);
  assert.match(none.sentence, /no\.key/);
  const missing = await refusal(['start'], { ...tls, PARLEY_TLS_KEY: join(data, 'nowhere.key') });
  assert.deepEqual([missing.exit, missing.code], [1, 'NET_TLS_UNREADABLE']);
});

test('bad YAML is told with its line and column, an unknown key with the nearest known one', async (t) => {
  const { data, environment } = await organisation(t);
  const file = join(data, 'parley.yaml');
  await writeFile(file, 'domain: example.com\nlisten:\n  http: {port: 80\nlog:\n');
  for (const args of [
    ['start', '--config', file],
    ['config', 'check', '--config', file],
  ]) {
    const broken = await refusal(args, environment);
    assert.equal(broken.exit, 3);
    assert.match(broken.sentence, /parley\.yaml:[34]:\d+/);
    const text = await runParley(args, { environment: { ...FREE_PORTS, ...environment } });
    assert.deepEqual([text.code, text.stdout], [3, '']);
    assert.match(text.stderr, new RegExp(`parley\\.yaml:[34]:\\d+: .*\\[${broken.code}\\]\n.+\n$`));
  }
  await writeFile(file, 'domian: example.com\n');
  const unknown = await refusal(['start', '--config', file], environment);
  assert.equal(unknown.exit, 3);
  assert.match(`${unknown.sentence} ${unknown.fault['remedy']}`, /domian.*domain/);
  await writeFile(file, '# nothing but a comment\n'.repeat(60_000));
  const large = await refusal(['start', '--config', file], environment);
  assert.deepEqual([large.exit, large.code], [3, 'CONFIG_TOO_LARGE']);
});

for (const transport of ['TCP', 'UDP'] as const) {
  test(`a taken ${transport} port ends the start with its number and the setting to change`, async (t) => {
    const { environment } = await organisation(t);
    const other = transport === 'TCP' ? createServer() : createSocket('udp4');
    const listening = once(other, 'listening');
    if ('bind' in other) other.bind(0, '127.0.0.1');
    else other.listen(0, '127.0.0.1');
    await listening;
    t.after(() => other.close());
    const { port } = other.address() as { port: number };
    const taken = { PARLEY_LISTEN_SIP_PORT: String(port), PARLEY_LISTEN_SIP_ADDRESS: '127.0.0.1' };
    const refused = await refusal(['start'], { ...environment, ...taken });
    assert.deepEqual([refused.exit, refused.code], [1, 'NET_PORT_TAKEN']);
    assert.match(refused.sentence, new RegExp(`${transport} port ${port} `));
    assert.match(String(refused.fault['remedy']), /listen\.sip\.port/);
  });
}

test('of a CSV with bad rows nobody is imported; each is listed with its line and reason', async (t) => {
  const { data, environment } = await organisation(t);
  const file = join(data, 'people.csv');
  const header = 'address,name,phone';
  await writeFile(file, `${header}\nanna,Anna Good,\n`);
  const first = await runParley(['user', 'import', file], { environment });
  assert.equal(first.code, 0, first.stderr);
  const cases: readonly (readonly [text: string, lines: readonly number[]])[] = [
    ['', [1]],
    ['address,nme\nx,X\n', [1, 1]],
    [`${header}\nberta,Berta,\nanna,Anna Again,\n`, [3]],
    [`${header}\ncarl,Carl,\ncarl,Carl Twin,\ndora,,\nemil,Emil,12x\nfritz,Fritz\n`, [3, 4, 5, 6]],
    [`${header}\n"gerd,Gerd,\n`, [2]],
    [`${header}\n${'h,H,\n'.repeat(5_001)}`, [1]],
  ];
  for (const [text, lines] of cases) {
    await writeFile(file, text);
    const refused = await refusal(['user', 'import', file], environment);
    assert.deepEqual([refused.exit, refused.code], [3, 'IDENTITY_BAD_CSV']);
    const problems = refused.fault['problems'] as { line: number; reason: string }[];
    assert.deepEqual(problems.map(({ line }) => line).sort(), lines, JSON.stringify(problems));
    assert.ok(problems.every(({ reason }) => reason.length > 10));
  }
  const list = await runParley(['user', 'list', '--json'], { environment });
  assert.equal(JSON.parse(list.stdout).users.length, 1);
});

test('a duplicate address is refused, whoever adds it', async (t) => {
  const { environment } = await organisation(t);
  const added = await runParley(['user', 'add', 'bob', '--name', 'Bob'], { environment });
  assert.equal(added.code, 0, added.stderr);
  const again = await refusal(['user', 'add', 'BOB', '--name', 'Another Bob'], environment);
  assert.deepEqual([again.exit, again.code], [3, 'IDENTITY_ADDRESS_TAKEN']);
});
