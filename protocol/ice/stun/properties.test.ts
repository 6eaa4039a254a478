// What is written is read; the fuzz target on its seeds, and on bytes of chance: a little of it in each run.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildStun, checkStun, parseStun, stunKey, verifyFingerprint, verifyIntegrity } from '../index.ts';
import { nodeHashes } from '../node-hashes.ts';
import { corpus as folders, fuzz } from '../stun.fuzz.ts';
import { stunMessage } from '../testing/arbitrary.ts';

const root = join(import.meta.dirname, '../../..');
const corpus = folders.flatMap((folder) =>
  readdirSync(join(root, folder)).map(
    (name) => [name, new Uint8Array(readFileSync(join(root, folder, name)))] as const,
  ),
);

test('what is written is read, with every seal', () => {
  fc.assert(
    fc.property(
      stunMessage,
      fc.uint8Array({ minLength: 1, maxLength: 80 }),
      fc.constantFrom('sha1' as const, 'sha256' as const, 'both' as const),
      (message, secret, integrity) => {
        assert.deepEqual(parseStun(buildStun(message)), { ok: true, message });
        const key = stunKey(secret, nodeHashes);
        const bytes = buildStun(message, { key, integrity, fingerprint: true });
        assert.equal(checkStun(bytes), undefined);
        assert.equal(verifyIntegrity(bytes, key), integrity === 'sha1' ? 'sha1' : 'sha256');
        assert.ok(verifyFingerprint(bytes));
        const parsed = parseStun(bytes);
        assert.ok(parsed.ok);
        assert.deepEqual(parsed.message.attributes.slice(0, message.attributes.length), message.attributes);
      },
    ),
    { numRuns: 300 },
  );
});

test('the seeds are what their names say', () => {
  assert.ok(corpus.length >= 12);
  for (const [name, bytes] of corpus) assert.equal(parseStun(bytes).ok, !name.startsWith('bad-'), name);
});

test('nothing throws, whatever the bytes', () => {
  for (const [, bytes] of corpus) fuzz(bytes);
  const changed = fc
    .tuple(fc.constantFrom(...corpus), fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 4 }))
    .map(([[, bytes], changes]) => {
      const copy = bytes.slice();
      for (const [place, value] of changes) copy[place % Math.max(1, copy.length)] = value;
      return copy;
    });
  fc.assert(fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), fuzz), { numRuns: 1_000 });
});
