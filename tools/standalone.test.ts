// protocol/sip, protocol/sdp and protocol/ice stand alone: the folder, its package.json, the corpora and fast-check are all that the
// tests need. No other package of the repository is where they run.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { root } from './source-tree.ts';

/** Packages of others that the tests need, and what these need. */
const foreign = ['fast-check', 'pure-rand'];

interface Library {
  readonly name: string;
  readonly corpora: readonly string[];
  /** Fewer tests that pass are too few. */
  readonly least: number;
}

const libraries: readonly Library[] = [
  { name: 'sip', corpora: ['rfc4475', 'rfc5118', 'sip-headers', 'sip-messages'], least: 500 },
  { name: 'sdp', corpora: ['sdp'], least: 100 },
  { name: 'ice', corpora: ['stun', 'stun-vectors'], least: 70 },
];

function copy(t: TestContext, { name: library, corpora }: Library): string {
  const folder = mkdtempSync(join(tmpdir(), `parley-${library}-`));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const part of [
    'protocol/package.json',
    `protocol/${library}`,
    // Numbers in network byte order, which several of them read.
    'protocol/bytes',
    ...corpora.map((name) => `spec/corpora/${name}`),
  ]) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  mkdirSync(join(folder, 'node_modules'));
  for (const name of foreign) {
    symlinkSync(realpathSync(join(root, 'node_modules', name)), join(folder, 'node_modules', name), 'dir');
  }
  return folder;
}

test('protocol needs nothing at run time', () => {
  const manifest = JSON.parse(readFileSync(join(root, 'protocol', 'package.json'), 'utf8')) as object;
  assert.equal('dependencies' in manifest, false);
});

for (const library of libraries) {
  test(`protocol/${library.name} passes its tests where no other package of the repository is installed`, (t) => {
    const folder = copy(t, library);
    // The child is a test run of its own, and not a part of this one.
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const run = spawnSync(
      process.execPath,
      ['--test', '--test-reporter=tap', `protocol/${library.name}/**/*.test.ts`],
      { cwd: folder, env, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 },
    );
    const failures = run.stdout.split('\n').filter((line) => /^\s*not ok/.test(line));
    assert.deepEqual(failures, []);
    assert.equal(run.status, 0, run.stderr);
    const passed = Number(/^# pass (\d+)$/m.exec(run.stdout)?.[1]);
    assert(passed > library.least, `${passed} tests passed`);
  });
}
