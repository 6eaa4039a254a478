// RFC 6455 §5 as a server reads it: frames, fragments, masks, what must not be, and bounds.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { closeFrame, type WebSocketEvent, WebSocketReader, webSocketFrame } from './web-socket-frames.ts';

const mask = [0x37, 0xfa, 0x21, 0x3d];
const limitBytes = 1000;

interface FrameParts {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly isFinal?: boolean;
  readonly reserved?: number;
}

/** As a client sends it. */
function frame({ opcode, payload = '', isFinal = true, reserved = 0 }: FrameParts): Buffer {
  const bytes = Buffer.from(payload as string);
  const length =
    bytes.length < 126
      ? [bytes.length]
      : bytes.length < 65_536
        ? [126, bytes.length >> 8, bytes.length & 0xff]
        : [127, 0, 0, 0, 0, ...new Uint8Array(new Uint32Array([bytes.length]).buffer).reverse()];
  const head = [(isFinal ? 0x80 : 0) | reserved | opcode, 0x80 | length[0]!, ...length.slice(1), ...mask];
  return Buffer.concat([Buffer.from(head), bytes.map((byte, index) => byte ^ mask[index % 4]!)]);
}

const text = (payload: string, isFinal = true) => frame({ opcode: 1, payload, isFinal });
const reader = () => new WebSocketReader(limitBytes);

function shown(events: readonly WebSocketEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === 'message') return `${event.isText ? 'text' : 'binary'} ${Buffer.from(event.bytes)}`;
    if (event.kind === 'ping') return `ping ${Buffer.from(event.bytes)}`;
    return 'code' in event ? `${event.kind} ${event.code}` : event.kind;
  });
}

describe('WebSocket frames', () => {
  test('RFC 6455 §5.7: the masked “Hello” of the RFC is read, and an unmasked one of ours is its other example', () => {
    const example = Uint8Array.of(0x81, 0x85, ...mask, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
    assert.deepEqual(shown(reader().push(example)), ['text Hello']);
    assert.deepEqual(
      [...webSocketFrame('text', Buffer.from('Hello'))],
      [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f],
    );
  });

  test('the same bytes give the same messages however they are cut', () => {
    const stream = Buffer.concat([
      text('one'),
      frame({ opcode: 9, payload: 'are you there' }),
      text('tw', false),
      frame({ opcode: 10 }),
      frame({ opcode: 0, payload: 'o', isFinal: true }),
      frame({ opcode: 2, payload: 'x'.repeat(300) }),
      frame({ opcode: 8, payload: Uint8Array.of(0x03, 0xe8) }),
    ]);
    const expected = [
      'text one',
      'ping are you there',
      'pong',
      'text two',
      `binary ${'x'.repeat(300)}`,
      'close 1000',
    ];
    for (const step of [1, 2, 3, 7, 50, stream.length]) {
      const cut = reader();
      const events: string[] = [];
      for (let at = 0; at < stream.length; at += step)
        events.push(...shown(cut.push(Buffer.from(stream.subarray(at, at + step)))));
      assert.deepEqual(events, expected, `${step} bytes at a time`);
    }
  });

  test('RFC 6455 §5.2: lengths of 125, 126, 65,535 and 65,536 are written and read', () => {
    for (const length of [0, 125, 126, 65_535, 65_536, 70_000]) {
      const payload = Buffer.alloc(length, 'y');
      const [event] = new WebSocketReader(100_000).push(frame({ opcode: 2, payload }));
      assert.ok(event?.kind === 'message' && Buffer.from(event.bytes).equals(payload), `${length}`);
      const written = webSocketFrame('binary', payload);
      const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
      assert.equal(written.length, headBytes + length);
      if (headBytes === 4) assert.equal(Buffer.from(written).readUInt16BE(2), length);
      if (headBytes === 10) assert.equal(Buffer.from(written).readBigUInt64BE(2), BigInt(length));
    }
  });

  for (const [what, bytes, code] of [
    ['RFC 6455 §5.1: a frame without a mask', Buffer.from([0x81, 0x01, 0x41]), 1002],
    ['RFC 6455 §5.2: a reserved bit', frame({ opcode: 1, payload: 'a', reserved: 0x40 }), 1002],
    ['RFC 6455 §5.2: an unknown data frame', frame({ opcode: 3 }), 1002],
    ['RFC 6455 §5.2: an unknown control frame', frame({ opcode: 11 }), 1002],
    [
      'RFC 6455 §5.2: a length that is longer than it must be',
      Buffer.from([0x81, 0xfe, 0, 1, ...mask, 0]),
      1002,
    ],
    ['RFC 6455 §5.4: a continuation of nothing', frame({ opcode: 0 }), 1002],
    ['RFC 6455 §5.4: a message within a message', Buffer.concat([text('a', false), text('b')]), 1002],
    ['RFC 6455 §5.5: a control frame in pieces', frame({ opcode: 9, isFinal: false }), 1002],
    ['RFC 6455 §5.5: a control frame of 126 bytes', frame({ opcode: 9, payload: 'z'.repeat(126) }), 1002],
    ['RFC 6455 §5.5.1: half a close code', frame({ opcode: 8, payload: 'a' }), 1002],
    [
      'RFC 6455 §7.4.1: a close code that is never sent',
      frame({ opcode: 8, payload: Uint8Array.of(0x03, 0xed) }),
      1002,
    ],
    ['RFC 6455 §8.1: text that is no UTF-8', frame({ opcode: 1, payload: Uint8Array.of(0xff) }), 1007],
    [
      'RFC 6455 §7.1.6: a reason that is no UTF-8',
      frame({ opcode: 8, payload: Uint8Array.of(0x03, 0xe8, 0xff) }),
      1007,
    ],
    [
      'RFC 6455 §10.4: a message that is too large, before it is there',
      text('a'.repeat(1001)).subarray(0, 8),
      1009,
    ],
    [
      'RFC 6455 §10.4: fragments that together are too large',
      Buffer.concat([text('a'.repeat(600), false), frame({ opcode: 0, payload: 'a'.repeat(401) })]),
      1009,
    ],
  ] as const) {
    test(`${what} ends the connection with ${code}, and nothing follows`, () => {
      const broken = reader();
      assert.deepEqual(shown(broken.push(Buffer.from(bytes))).at(-1), `broken ${code}`);
      assert.deepEqual(broken.push(text('more')), []);
      assert.equal(broken.heldBytes, 0);
    });
  }

  test('what is held of a message that is not whole is told, and nothing is held between messages', () => {
    const trickle = reader();
    assert.equal(trickle.isUnfinished, false);
    trickle.push(text('abc', false));
    assert.equal(trickle.isUnfinished, true);
    assert.equal(trickle.heldBytes, 3);
    trickle.push(frame({ opcode: 0, payload: 'defg' }).subarray(0, 8));
    assert.equal(trickle.heldBytes, 3 + 8);
    trickle.push(frame({ opcode: 0, payload: 'defg' }).subarray(8));
    assert.equal(trickle.isUnfinished, false);
    assert.equal(trickle.heldBytes, 0);
  });

  test('no bytes at all throw or hold more than the bound', () => {
    let state = 1;
    const random = () => (state = (state * 48_271) % 2_147_483_647);
    for (let round = 0; round < 3_000; round++) {
      const noise = reader();
      for (let piece = 0; piece < 4; piece++) {
        const bytes = Uint8Array.from({ length: random() % 60 }, () => random() & 0xff);
        // Half of them begin like a frame.
        if (round % 2 === 0 && bytes.length > 1) bytes.set([0x80 | (random() % 11), 0x80 | (random() % 20)]);
        noise.push(bytes);
        assert.ok(noise.heldBytes <= limitBytes + 14);
      }
    }
  });

  test('RFC 6455 §5.5.1: our close carries its code', () => {
    assert.deepEqual([...closeFrame(1001)], [0x88, 0x02, 0x03, 0xe9]);
  });
});
