import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildStun, StunFramer, writeChannelData } from '../index.ts';
import { stunMessage } from '../testing/arbitrary.ts';

const channel = fc
  .tuple(fc.integer({ min: 0x4000, max: 0x4fff }), fc.uint8Array({ maxLength: 60 }))
  .map(([number, payload]) => {
    const into = new Uint8Array(80);
    return into.slice(0, writeChannelData(number, payload, into, true));
  });

test('messages come out as they went in, however the stream cuts them', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          stunMessage.map((message) => buildStun(message)),
          channel,
        ),
        { maxLength: 6 },
      ),
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 9 }),
      (messages, cuts) => {
        const stream = Uint8Array.from(messages.flatMap((bytes) => [...bytes]));
        const framer = new StunFramer();
        const found: number[] = [];
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const length = cuts[cut % cuts.length]!;
          const isRead = framer.push(stream.subarray(at, at + length), (bytes) => {
            const length4 = (bytes.length + 3) & ~3;
            found.push(...bytes, ...new Array<number>(length4 - bytes.length).fill(0));
          });
          assert.ok(isRead);
          at += length;
        }
        assert.deepEqual(found, [...stream]);
        assert.equal(framer.heldBytes, 0);
      },
    ),
  );
});

test('what is neither STUN nor ChannelData ends the stream', () => {
  const take = () => assert.fail('nothing is there');
  for (const bytes of [
    [0x16, 3, 1, 0, 0, 0, 0, 0],
    [0x80, 1],
    [0x50, 0, 0, 0],
    [0, 1, 0, 3],
    [...new TextEncoder().encode('POST / HTTP/1.1\r\n')],
  ])
    assert.equal(new StunFramer().push(Uint8Array.from(bytes), take), false, String(bytes));
  assert.equal(new StunFramer().push(Uint8Array.of(0, 1, 0), take), true, 'too little to say');
});
