import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventBuffer } from './event-buffer.ts';

test('after any events and snapshots, a resume gives what came since, or says that it cannot', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(
        fc.oneof(
          { weight: 8, arbitrary: fc.constant('event') },
          { weight: 1, arbitrary: fc.constant('snapshot') },
        ),
        { maxLength: 60 },
      ),
      (limit, steps) => {
        const buffer = new EventBuffer(limit, 1_000);
        /** Everything that happened, by number; a snapshot is what a browser must not miss. */
        const all: string[] = [''];
        for (const step of steps) {
          const number = step === 'event' ? buffer.push(`e${all.length}`).event : buffer.takeSnapshot();
          assert.equal(number, all.length, 'numbers have no gaps');
          all.push(step === 'event' ? `e${number}` : 'snapshot');
        }
        assert.equal(buffer.last, all.length - 1);
        for (let seen = 0; seen < all.length; seen += 1) {
          const since = all.slice(seen + 1);
          const isKept = since.length <= limit && !since.includes('snapshot');
          const missed = buffer.after(seen);
          assert.deepEqual(
            missed?.map(({ json }) => json),
            isKept ? since : undefined,
          );
          assert.deepEqual(
            missed?.map(({ event }) => event),
            isKept ? since.map((_, index) => seen + 1 + index) : undefined,
          );
        }
        assert.equal(buffer.after(all.length), undefined, 'a number that was never given');
      },
    ),
  );
});

test('long events are kept for as long as they are not too long together', () => {
  const buffer = new EventBuffer(100, 1_000);
  for (let event = 1; event <= 500; event += 1) buffer.push('x'.repeat(100));
  assert.equal(buffer.after(490)?.length, 10);
  assert.equal(buffer.after(480), undefined, 'twice the limit is never held');
  buffer.push('y'.repeat(5_000));
  assert.equal(buffer.after(500), undefined, 'one that is too long alone is not held');
  buffer.push('z');
  assert.deepEqual(buffer.after(501), [{ event: 502, json: 'z' }]);
});
