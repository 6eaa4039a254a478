import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MAX_REDUNDANT, parseRedundant, serializeRedundant } from './index.ts';
import { bytes, record } from './testing/arbitrary.ts';
import { hex, toHex } from './testing/hex.ts';

const payloadType = fc.integer({ min: 0, max: 127 });
const earlier = record({
  payloadType,
  earlierTicks: fc.integer({ min: 0, max: 16_383 }),
  payload: bytes(1_023),
});
const own = record({ payloadType, earlierTicks: fc.constant(0), payload: bytes(300) });

test('RFC 2198 §3: blocks that were written are read as the same blocks', () => {
  fc.assert(
    fc.property(fc.array(earlier, { maxLength: 4 }), own, (before, last) => {
      const blocks = [...before, last];
      assert.deepEqual(parseRedundant(serializeRedundant(blocks)), { ok: true, blocks });
    }),
  );
});

test('RFC 2198 §3: every field stands where the figure has it', () => {
  const payload = serializeRedundant([
    { payloadType: 111, earlierTicks: 960, payload: hex('aabb') },
    { payloadType: 111, earlierTicks: 0, payload: hex('cc') },
  ]);
  assert.equal(toHex(payload), 'ef0f00026faabbcc');
});

for (const [what, payload, reason] of [
  ['nothing', '', 'the head of the last block is missing'],
  ['a head of two bytes', 'ef0f', 'the head of a block is cut off'],
  ['no last head', 'ef0f0002', 'the head of the last block is missing'],
  ['a block longer than the payload', 'ef0f00036faabb', 'a block is cut off'],
  ['heads without end', 'ef0f0000'.repeat(MAX_REDUNDANT + 1), `more than ${MAX_REDUNDANT} blocks`],
] as const)
  test(`${what} is refused`, () => {
    const parsed = parseRedundant(hex(payload));
    assert.equal(!parsed.ok && parsed.reason, reason);
  });

test('what cannot be written is our own fault', () => {
  const last = { payloadType: 0, earlierTicks: 0, payload: hex('') };
  for (const blocks of [
    [],
    [{ ...last, earlierTicks: 1 }],
    [{ ...last, earlierTicks: 16_384 }, last],
    [{ ...last, payload: new Uint8Array(1_024) }, last],
    [{ ...last, payloadType: 128 }],
  ])
    assert.throws(() => serializeRedundant(blocks), RangeError);
});
