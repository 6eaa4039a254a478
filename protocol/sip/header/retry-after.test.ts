import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRetryAfter, serializeRetryAfter } from './retry-after.ts';

for (const [text, value] of [
  ['18000;duration=3600', { afterS: 18000, durationS: 3600 }],
  ["120 (I'm in a meeting)", { afterS: 120, comment: "I'm in a meeting" }],
  ['5 (a (nested \\) one) ) ;x;duration=1', { afterS: 5, comment: 'a (nested ) one)', durationS: 1 }],
  ['949302838503028349304023988', { afterS: 4294967295 }],
] as const) {
  test(`20.33: ${text}`, () => {
    assert.deepEqual(parseRetryAfter(text), value);
    assert.deepEqual(parseRetryAfter(serializeRetryAfter(value)), value);
  });
}

for (const text of ['', 'soon', '-1', '5 (never closed', '5 x', '5 (a) b', '5;']) {
  test(`"${text}" is no Retry-After`, () => assert.equal(parseRetryAfter(text), undefined));
}
