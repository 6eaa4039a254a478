// A call of a working day: two clocks that are apart, numbers that begin anew, and sound that comes as late at the end as at the
// beginning. Faster than real time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeG711 } from '@parley/protocol/rtp';
import { AudioReceiver } from './audio-receiver.ts';
import { AudioSender } from './audio-sender.ts';
import { tone } from './testing/measure.ts';
import { PAYLOADS } from './testing/network.ts';

const HOURS = 8;
const FRAMES = HOURS * 3_600 * 50;
/** What two clocks of devices are apart: 100 parts in a million, nearly three seconds in that time. */
const APART = 100e-6;
/** Heard over so many frames each. */
const STRETCH = FRAMES / 8;

for (const apart of [-APART, APART])
  test(`eight hours with a clock that is ${apart > 0 ? 'slow' : 'fast'}: no drift, no hole, nothing piles up`, () => {
    // The timestamps run over in the first hour, and the sequence numbers 22 times.
    const start = { sequence: 65_000, timestamp: 2 ** 32 - 8_000 * 1_800 };
    using sender = new AudioSender({ payloadType: 8, codec: 'PCMA', ssrc: 1, inRate: 8_000, start });
    using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: 8_000 });
    const said = encodeG711('a', tone(500, 8_000, 160));
    const heard = new Int16Array(160);
    const most: number[] = [];
    let [quiet, nextMs] = [0, 0];
    for (let index = 0; index < FRAMES; index++) {
      const nowMs = index * 20 * (1 + apart);
      for (; nextMs <= nowMs; nextMs += 20) receiver.receive(sender.carry(said, 160, nextMs)!, nextMs);
      receiver.pull(heard, nowMs);
      if (index > 50 && loudest(heard) < 1_000) quiet++;
      const stretch = Math.floor(index / STRETCH);
      most[stretch] = Math.max(most[stretch] ?? 0, receiver.delayMs);
    }
    assert.ok(Math.max(...most) < 120, `it waits ${most} ms`);
    assert.ok(most.at(-1)! < most[1]! + 20, `it waits longer and longer: ${most} ms`);
    // Less than one frame in a minute is made up or left out, and none of it is a hole.
    assert.ok(quiet < HOURS * 60, `${quiet} frames were quiet`);
  });

/** Not every sample is looked at: the tone has sixteen in a period. */
function loudest(samples: Int16Array): number {
  let most = 0;
  for (let at = 0; at < samples.length; at += 3) most = Math.max(most, Math.abs(samples[at]!));
  return most;
}
