// The fuzz targets on their seeds, and on bytes of chance: a little of them in each run.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRtcp, parseRtp } from './index.ts';
import { corpus as folders, fuzz as fuzzPackets } from './rtp.fuzz.ts';
import { fuzz as fuzzStreams } from './stream.fuzz.ts';

const root = join(import.meta.dirname, '../..');
const corpus = folders.flatMap((folder) =>
  readdirSync(join(root, folder)).map(
    (name) => [name, new Uint8Array(readFileSync(join(root, folder, name)))] as const,
  ),
);

test('the seeds are what their names say', () => {
  assert.ok(corpus.length >= 15);
  for (const [name, bytes] of corpus) {
    if (name.startsWith('bad-')) continue;
    const parsed = name.startsWith('rtcp-')
      ? parseRtcp(bytes)
      : name.startsWith('rtp-')
        ? parseRtp(bytes)
        : { ok: true };
    assert.ok(parsed.ok, `${name}: ${JSON.stringify(parsed)}`);
  }
});

for (const [name, fuzz] of [
  ['packets', fuzzPackets],
  ['streams', fuzzStreams],
] as const)
  test(`${name}: nothing throws, whatever the bytes`, () => {
    for (const [, bytes] of corpus) fuzz(bytes);
    const changed = fc
      .tuple(fc.constantFrom(...corpus), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }))
      .map(([[, bytes], changes]) => {
        const copy = bytes.slice();
        for (const [place, value] of changes) copy[place % Math.max(1, copy.length)] = value;
        return copy;
      });
    fc.assert(fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 400 })), fuzz), { numRuns: 500 });
  });
