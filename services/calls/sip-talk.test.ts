import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keyIn } from './sip-talk.ts';

test('keys of INFO in the spellings of phones; what is none is none', () => {
  const keys = (...texts: string[]) => texts.map((text) => keyIn(text)?.key);
  assert.deepEqual(keyIn('Signal=5\r\nDuration=200\r\n'), { key: '5', durationMs: 200 });
  assert.deepEqual(keyIn('#'), { key: '#', durationMs: 160 });
  assert.deepEqual(
    keys('Signal= 10\r\n', 'signal=11\r\nduration=100', 'Signal=d', 'Duration=90\r\nSignal=*'),
    ['*', '#', 'D', '*'],
  );
  assert.deepEqual(
    keys('', 'Signal=', 'Signal=hello', 'Signal=16', '55', 'Duration=100'),
    Array.from({ length: 6 }, () => undefined),
  );
});
