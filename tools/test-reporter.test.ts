// What a run prints: a line a file, what failed, the counts, and last what was left out and why.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pathToFileURL } from 'node:url';

function run(t: TestContext, files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'parley-reporter-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), `import { describe, test } from 'node:test';\n${text}\n`);
  }
  const reporter = pathToFileURL(join(import.meta.dirname, 'test-reporter.ts')).href;
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const options = ['--test', `--test-reporter=${reporter}`, '--test-reporter-destination=stdout'];
  const paths = Object.keys(files).map((name) => join(folder, name));
  const { stdout, status } = spawnSync(process.execPath, [...options, ...paths], {
    env: environment,
    encoding: 'utf8',
  });
  return { stdout, status };
}

test('a run that passes shows its counts and says that nothing was left out', (t) => {
  const { stdout, status } = run(t, {
    'a.mjs': "test('one', () => {}); test('two', () => console.log('chatter'));",
  });
  assert.equal(status, 0);
  assert.match(stdout, /^ok {5}.*a\.mjs \(2 tests, [\d.]+ s\)$/m);
  assert.match(stdout, /^# tests 2$[\s\S]*^# pass 2$[\s\S]*^# fail 0$/m);
  assert.doesNotMatch(stdout, /chatter/);
  assert.match(stdout, /Nothing was left out\.\n$/);
});

test('a failure is told in full where it happens and by name at the end', (t) => {
  const text =
    "describe('outer', () => test('inner', () => { console.log('chatter'); throw new Error('broken'); }));";
  const { stdout, status } = run(t, { 'a.mjs': text });
  assert.equal(status, 1);
  assert.match(stdout, /FAILED .*a\.mjs:2\n {2}inner\n {4}Error: broken/);
  assert.match(stdout, /chatter/);
  assert.match(stdout, /^FAILED \S*a\.mjs:2 inner$/m);
  assert.equal(stdout.match(/outer/g), null);
});

test('a file that cannot be loaded says why', (t) => {
  const { stdout, status } = run(t, { 'a.mjs': "throw new Error('no such thing');" });
  assert.equal(status, 1);
  assert.match(stdout, /no such thing/);
});

test('the last lines say what was left out, how much of it, and why', (t) => {
  const reason = 'baresip is not installed (Debian: apt-get install baresip-core)';
  const skip = JSON.stringify({ skip: reason });
  const { stdout, status } = run(t, {
    'a.mjs': `test('one', ${skip}, () => {}); describe('two', ${skip}, () => {}); test('three', () => {});`,
  });
  assert.equal(status, 0);
  const [, last = ''] = stdout.split('Left out, and why:\n');
  assert.match(
    last,
    /^ {2}baresip is not installed \(Debian: apt-get install baresip-core\)\n {4}.*one and 1 more\n$/,
  );
});
