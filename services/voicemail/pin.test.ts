import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWeakPin } from './pin.ts';

test('sequences, repetitions and one’s own number are no PINs', () => {
  for (const weak of ['0000', '1234', '4321', '8901', '1212', '123123', '5555555555'])
    assert.equal(isWeakPin(weak), true, weak);
  assert.equal(isWeakPin('5590', '+43 1 555-90 12'), true);
  for (const good of ['1357', '9034', '204815']) assert.equal(isWeakPin(good, '+43155501'), false, good);
});
