// Every fuzz target of the repository, a minute together: `npm run fuzz` gives each of them as long as one likes.
import assert from 'node:assert/strict';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzTarget } from './fuzz-target.ts';
import { readTree, root } from './source-tree.ts';

const ALL_MS = 60_000;
const targets = readTree()
  .map(({ path }) => path)
  .filter((path) => path.endsWith('.fuzz.ts'));

for (const path of targets) {
  test(`${path}: nothing throws, hangs or takes more memory than it may`, {
    timeout: 5 * ALL_MS,
  }, async (t) => {
    const crashFolder = join(tmpdir(), `parley-fuzz-${process.pid}-${path.replaceAll('/', '-')}`);
    t.after(() => rmSync(crashFolder, { recursive: true, force: true }));
    const randomSeed = Date.now() % 2 ** 32;
    const forMs = ALL_MS / targets.length;
    const { tried, failures } = await fuzzTarget({ root, path, forMs, randomSeed, crashFolder });
    t.diagnostic(`${tried} inputs, seed ${randomSeed}`);
    // The input goes into the message: the folder is gone after the test.
    const told = failures.map(({ file, error }) => `${error}\n${readFileSync(file).toString('base64')}`);
    assert.deepEqual(told, []);
    assert.ok(tried > 0);
  });
}
