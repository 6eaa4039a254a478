// The fuzzer finds what throws and what hangs, keeps the input, and makes the same inputs from the same number.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { maxInputBytes, mutated, seededRandom } from './fuzz-mutate.ts';
import { fuzzTarget } from './fuzz-target.ts';

function run(t: TestContext, name: string, options: { forMs: number; hangMs?: number; heapMb?: number }) {
  const crashFolder = mkdtempSync(join(tmpdir(), 'parley-fuzz-'));
  t.after(() => rmSync(crashFolder, { recursive: true }));
  const path = `fixtures/${name}.ts`;
  return fuzzTarget({ root: import.meta.dirname, path, randomSeed: 1, crashFolder, ...options }).then(
    (result) => ({
      ...result,
      kept: readdirSync(crashFolder).map((file) => readFileSync(join(crashFolder, file))),
    }),
  );
}

test('a target that throws is found, and the input is kept', async (t) => {
  const { failures, kept } = await run(t, 'fuzz-breaks', { forMs: 2_000 });
  assert.equal(failures.length, 1);
  assert.match(failures[0]?.error ?? '', /a quote and a backslash/);
  assert.ok(kept[0]?.includes('"') && kept[0].includes('\\'));
});

test('a target that does not end is ended, and the input is kept', async (t) => {
  const { failures, kept } = await run(t, 'fuzz-hangs', { forMs: 60_000, hangMs: 500 });
  assert.match(failures[0]?.error ?? '', /did not end within 500 ms/);
  assert.ok(kept[0]?.includes(0));
});

test('a target that takes more memory than it may is ended, and the input is kept', async (t) => {
  const { failures, kept } = await run(t, 'fuzz-grows', { forMs: 60_000, heapMb: 48 });
  assert.match(failures[0]?.error ?? '', /took more than 48 MB/);
  assert.ok(kept[0]?.includes(0));
});

test('a target that holds is tried until the time is over', async (t) => {
  const { failures, tried } = await run(t, 'fuzz-holds', { forMs: 100 });
  assert.deepEqual(failures, []);
  assert.ok(tried >= 32);
});

test('the same number makes the same inputs, another number others, and none is too long', () => {
  const seeds = [
    new TextEncoder().encode('INVITE sip:bob@example.com SIP/2.0\r\n\r\n'),
    new Uint8Array(maxInputBytes),
  ];
  const inputs = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 50 }, () => mutated(seeds, random));
  };
  assert.deepEqual(inputs(7), inputs(7));
  assert.notDeepEqual(inputs(7), inputs(8));
  assert.ok(inputs(9).every((input) => input.length <= maxInputBytes));
});
