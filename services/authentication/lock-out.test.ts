import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterFailure,
  isLocked,
  LOCK_AFTER,
  LOCK_MS,
  NO_FAILURES,
  SOURCE_ATTEMPTS,
  SOURCE_WINDOW_MS,
  SourceThrottle,
} from './lock-out.ts';

function failures(times: number, now: number) {
  let count = NO_FAILURES;
  for (let i = 0; i < times; i++) count = afterFailure(count, now);
  return count;
}

test('the account is open after one wrong password less than the limit, locked after it, and open again in time', () => {
  assert.ok(!isLocked(failures(LOCK_AFTER - 1, 1000), 1000));
  const locked = failures(LOCK_AFTER, 1000);
  assert.ok(isLocked(locked, 1000 + LOCK_MS - 1));
  assert.ok(!isLocked(locked, 1000 + LOCK_MS));
});

test('after a lock has run out the count starts again', () => {
  const later = 1000 + LOCK_MS;
  assert.deepEqual(afterFailure(failures(LOCK_AFTER, 1000), later), { failures: 1, lockedUntil: 0 });
});

test('a network address is slowed down after its attempts of one minute, and others are not', () => {
  const throttle = new SourceThrottle();
  for (let i = 0; i < SOURCE_ATTEMPTS; i++) {
    assert.ok(!throttle.isThrottled('192.0.2.1', i));
    throttle.failed('192.0.2.1', i);
  }
  assert.ok(throttle.isThrottled('192.0.2.1', SOURCE_ATTEMPTS));
  assert.ok(!throttle.isThrottled('192.0.2.2', SOURCE_ATTEMPTS));
  assert.ok(!throttle.isThrottled('192.0.2.1', SOURCE_WINDOW_MS));
});
