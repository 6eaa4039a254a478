import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PHONES } from './testing.ts';
import { MAX_MESSAGE_BYTES, TraceRing } from './trace-ring.ts';

const HOUR_MS = 3_600_000;
const text = (length: number, seq: number) => new Uint8Array(length).fill(seq % 251);

function held(ring: TraceRing): number[] {
  return Array.from({ length: ring.size }, (_, at) => ring.firstSeq + at);
}

test('holds so many messages at most, the latest', () => {
  const ring = new TraceRing({ bytes: 1_000_000, messages: 3, ageMs: HOUR_MS });
  for (let seq = 0; seq < 5; seq++) ring.add(seq, false, PHONES.alice, text(100, seq));
  assert.deepEqual(held(ring), [2, 3, 4]);
  assert.equal(ring.read(1), undefined);
  assert.equal(ring.read(5), undefined);
});

test('holds so many bytes at most, whatever the sizes, and never a byte of another message', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 300 }),
      fc.integer({ min: 1_000, max: 5_000 }),
      (lengths, bytes) => {
        const ring = new TraceRing({ bytes, messages: 50, ageMs: HOUR_MS });
        for (const [seq, length] of lengths.entries()) {
          ring.add(seq, seq % 2 === 0, PHONES.alice, text(length, seq));
          let sum = 0;
          for (const at of held(ring)) {
            const record = ring.read(at)!;
            sum += record.bytes.length;
            assert.equal(record.at, at);
            assert.deepEqual(record.bytes, text(lengths[at]!, at));
          }
          assert.ok(sum <= bytes && ring.blockBytes <= bytes);
          assert.equal(ring.nextSeq, seq + 1);
          assert.ok(ring.size >= 1, 'the latest is always there');
        }
      },
    ),
  );
});

test('forgets what is too old', () => {
  const ring = new TraceRing({ bytes: 10_000, messages: 10, ageMs: 1_000 });
  ring.add(5_000, false, PHONES.alice, text(10, 1));
  ring.add(5_900, false, PHONES.alice, text(10, 2));
  ring.expire(6_001);
  assert.equal(ring.size, 1);
  assert.equal(ring.oldestAt, 5_900);
  ring.expire(60_000);
  assert.equal(ring.size, 0);
  assert.equal(ring.oldestAt, 0);
});

test('keeps as much of a message as it is told, and says how much it left away', () => {
  const ring = new TraceRing({ bytes: 1_000_000, messages: 10, ageMs: HOUR_MS });
  ring.add(1, true, PHONES.alice, text(500, 1), 120);
  ring.add(1, true, PHONES.alice, text(MAX_MESSAGE_BYTES + 7, 1));
  assert.deepEqual([ring.read(0)?.bytes.length, ring.read(0)?.omittedBytes], [120, 380]);
  assert.deepEqual([ring.read(1)?.bytes.length, ring.read(1)?.omittedBytes], [MAX_MESSAGE_BYTES, 7]);
});

test('a quiet server has a small block, and messages of a moment do not make it grow', () => {
  const ring = new TraceRing({ bytes: 64 * 1024 * 1024, messages: 100, ageMs: HOUR_MS });
  for (let seq = 0; seq < 20_000; seq++) ring.add(seq, false, PHONES.alice, text(500, seq));
  assert.ok(ring.blockBytes <= 1024 * 1024, `${ring.blockBytes} bytes`);
});
