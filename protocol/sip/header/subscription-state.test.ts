import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSubscriptionState, serializeSubscriptionState } from './subscription-state.ts';

test('RFC 6665 §8.2.3: state, expiry, reason and retry', () => {
  assert.deepEqual(parseSubscriptionState('Active;expires=600'), {
    state: 'active',
    expiresS: 600,
    params: new Map(),
  });
  assert.deepEqual(parseSubscriptionState('terminated; reason=Giveup ;retry-after=30;x=1'), {
    state: 'terminated',
    reason: 'giveup',
    retryAfterS: 30,
    params: new Map([['x', '1']]),
  });
});

test('it is written as it is read', () => {
  assert.equal(serializeSubscriptionState({ state: 'active', expiresS: 59.5 }), 'active;expires=59');
  assert.equal(
    serializeSubscriptionState({
      state: 'terminated',
      reason: 'timeout',
      retryAfterS: 1,
      params: new Map([['x', undefined]]),
    }),
    'terminated;reason=timeout;retry-after=1;x',
  );
  assert.throws(() => serializeSubscriptionState({ state: '' }), TypeError);
});

for (const text of ['', ';expires=1', 'active expires=1']) {
  test(`"${text}" is no Subscription-State`, () => assert.equal(parseSubscriptionState(text), undefined));
}
