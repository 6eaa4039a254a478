import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvent, serializeEvent } from './event.ts';

test('RFC 6665 §8.2.1: a package, its templates, an id', () => {
  assert.deepEqual(parseEvent('presence'), { type: 'presence', params: new Map() });
  assert.deepEqual(parseEvent('presence.winfo ; id=17;x'), {
    type: 'presence.winfo',
    id: '17',
    params: new Map([['x', undefined]]),
  });
});

test('it is written as it is read', () => {
  for (const text of ['presence', 'dialog;id=a1', 'refer;x;id=2']) {
    assert.deepEqual(parseEvent(serializeEvent(parseEvent(text)!)), parseEvent(text));
  }
  assert.throws(() => serializeEvent({ type: 'a b' }), TypeError);
});

for (const text of ['', ';id=1', 'a b', 'presence;', 'presence,dialog']) {
  test(`"${text}" is no Event`, () => assert.equal(parseEvent(text), undefined));
}
