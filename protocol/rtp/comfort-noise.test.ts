import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildNoiseLevel, ComfortNoise, levelOf, readNoiseLevel } from './index.ts';
import { hex } from './testing/hex.ts';

test('RFC 3389 §3: the level of the noise', () => {
  assert.equal(readNoiseLevel(hex('b20102')), 0x32);
  assert.equal(readNoiseLevel(hex('')), undefined);
  assert.equal(readNoiseLevel(buildNoiseLevel(60)), 60);
  assert.throws(() => buildNoiseLevel(128), RangeError);
});

test('noise is as loud as it is said, and never the same twice in a row', () => {
  const noise = new ComfortNoise(7);
  for (const level of [20, 40, 60]) {
    const one = noise.fill(new Int16Array(8_000), level);
    assert.ok(Math.abs(levelOf(one) - level) <= 1, `${levelOf(one)} is not ${level}`);
    assert.notDeepEqual(one, noise.fill(new Int16Array(8_000), level));
  }
  assert.ok(noise.fill(new Int16Array(100), 127).every((sample) => Math.abs(sample) <= 1));
  assert.deepEqual(
    new ComfortNoise(3).fill(new Int16Array(9), 30),
    new ComfortNoise(3).fill(new Int16Array(9), 30),
  );
});
