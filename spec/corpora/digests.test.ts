// The torture messages stay byte for byte what they are: one editor that mends line ends would unmake them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const here = import.meta.dirname;
const listed = new Map(
  readFileSync(join(here, 'torture.sha256'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line): [string, string] => [line.slice(66), line.slice(0, 64)]),
);

for (const [folder, count] of [
  ['rfc4475', 49],
  ['rfc5118', 12],
] as const) {
  test(`${folder}: every message is what it was`, () => {
    const files = readdirSync(join(here, folder)).map((file) => `${folder}/${file}`);
    assert.equal(files.length, count);
    for (const file of files) {
      const digest = createHash('sha256').update(readFileSync(join(here, file))).digest('hex');
      assert.equal(digest, listed.get(file), file);
    }
  });
}
