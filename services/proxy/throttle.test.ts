import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChallengeOffer } from './challenge-offer.ts';
import { NonceCounts } from './nonce-counts.ts';
import { Throttle } from './throttle.ts';

function fail(throttle: Throttle, source: string, username: string, times: number, now: number): void {
  for (let i = 0; i < times; i += 1) throttle.failed(source, username, now);
}

test('ten wrong passwords for one user from one source close that user for that source', () => {
  const throttle = new Throttle();
  fail(throttle, '192.0.2.1', 'alice', 9, 0);
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 0), false);
  fail(throttle, '192.0.2.1', 'alice', 1, 0);
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 0), true);
  assert.equal(throttle.refuses('192.0.2.1', 'ALICE', 0), true);
  assert.equal(throttle.refuses('192.0.2.1', 'bob', 0), false);
});

test('nobody is locked out from a source that never failed, whatever others do', () => {
  const throttle = new Throttle();
  for (let i = 0; i < 50; i += 1) throttle.failed(`192.0.2.${i}`, 'alice', 0);
  assert.equal(throttle.refuses('198.51.100.1', 'alice', 0), false);
  assert.equal(throttle.refuses('192.0.2.3', 'alice', 0), true);
});

test('twenty failures for different users close the source', () => {
  const throttle = new Throttle();
  for (let i = 0; i < 20; i += 1) throttle.failed('192.0.2.1', `user${i}`, 0);
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 0), true);
  assert.equal(throttle.refuses('192.0.2.2', 'alice', 0), false);
});

test('failures are forgotten with time', () => {
  const throttle = new Throttle();
  fail(throttle, '192.0.2.1', 'alice', 10, 0);
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 9_000), false, 'one of ten is forgotten in part');
  fail(throttle, '192.0.2.1', 'alice', 40, 10_000);
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 10_000 + 90_000), true);
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 10_000 + 101_000), false);
});

test('a phone with a wrong password that tries twice a minute is never refused', () => {
  const throttle = new Throttle();
  for (let now = 0; now < 3_600_000; now += 30_000) {
    assert.equal(throttle.refuses('192.0.2.1', 'alice', now), false);
    throttle.failed('192.0.2.1', 'alice', now);
  }
});

test('a person is not locked out by what others in the same house did, or by who guesses from elsewhere', () => {
  const throttle = new Throttle();
  fail(throttle, '192.0.2.1', 'carol', 40, 0);
  for (let i = 2; i < 50; i += 1) throttle.failed(`192.0.2.${i}`, 'alice', 0);
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 0), true, 'who was never proven waits with the house');
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 0, true), false);
  fail(throttle, '192.0.2.1', 'alice', 1, 0);
  assert.equal(throttle.refuses('192.0.2.1', 'alice', 0, true), true, 'guessed at from here as well');
});

for (const [whose, idsOf] of [
  ['our own', (counts: NonceCounts) => [counts.next(), counts.next()]],
  ['another front end', () => ['other1', 'other2']],
] as const) {
  test(`RFC 7616 §3.4: each count of a nonce of ${whose} is taken once, in growing order`, () => {
    const counts = new NonceCounts('mine', 0);
    const [one = '', other = ''] = idsOf(counts);
    assert.equal(counts.take(one, 5, 1), true);
    assert.equal(counts.take(one, 5, 1), false);
    assert.equal(counts.take(one, 5, 3), true);
    assert.equal(counts.take(one, 5, 2), false);
    assert.equal(counts.take(other, 5, 1), true);
    assert.equal(counts.take(other, 5, 2 ** 32 - 1), true);
  });

  test(`RFC 7616 §3.4: without qop, a nonce of ${whose} is good for one request`, () => {
    const counts = new NonceCounts('mine', 0);
    const [one = ''] = idsOf(counts);
    assert.equal(counts.take(one, 5, undefined), true);
    assert.equal(counts.take(one, 5, undefined), false);
    assert.equal(counts.take(one, 5, 9), false);
  });
}

test('nonces have ids that are all different', () => {
  const counts = new NonceCounts('mine', 0, 8);
  assert.equal(new Set(Array.from({ length: 100 }, () => counts.next())).size, 100);
});

test('a nonce of our own that is forgotten is used up', () => {
  const counts = new NonceCounts('mine', 0, 8);
  const first = counts.next();
  assert.equal(counts.take(first, 1, 1), true);
  const unused = counts.next();
  for (let i = 0; i < 7; i += 1) counts.next();
  assert.equal(counts.take(first, 1, 2), false, 'the client is challenged again');
  assert.equal(counts.take(unused, 1, 1), true);
  counts.next();
  assert.equal(counts.take(unused, 1, 2), false);
});

test('a nonce of another front end that is forgotten is used up, and so is whatever is as old', () => {
  const counts = new NonceCounts('mine', 0, 8, 10);
  assert.equal(counts.take('first', 1, 1), true);
  for (let i = 2; i <= 40; i += 1) assert.equal(counts.take(`n${i}`, i, 1), true);
  assert.equal(counts.take('first', 1, 1), false);
  assert.equal(counts.take('first', 1, 2), false);
  assert.equal(counts.take('unused', 2, 1), false);
  assert.equal(counts.take('n40', 40, 2), true);
  assert.equal(counts.take('n40', 40, 2), false);
});

test('after a restart, what was used before it cannot be used again', () => {
  const counts = new NonceCounts('mine', 1_000);
  assert.equal(counts.take('before', 1_000, 1), false);
  assert.equal(counts.take('after', 1_001, 1), true);
});

const ALICE = '192.0.2.1 sip:alice@example.com';

test('RFC 8760 §2.4: the strongest algorithm is offered first', () => {
  assert.deepEqual(new ChallengeOffer().for(ALICE, undefined, 0), ['SHA-256', 'MD5']);
});

test('a client that comes again without an answer gets MD5 alone from then on', () => {
  const offer = new ChallengeOffer();
  offer.for(ALICE, undefined, 0);
  assert.deepEqual(offer.for(ALICE, undefined, 30_000), ['MD5']);
  offer.answered(ALICE);
  assert.deepEqual(offer.for(ALICE, undefined, 60_000), ['MD5']);
  assert.deepEqual(offer.for('192.0.2.1 sip:bob@example.com', undefined, 60_000), ['SHA-256', 'MD5']);
});

test('requests that cross each other, and clients that answered, are offered everything', () => {
  const offer = new ChallengeOffer();
  offer.for(ALICE, undefined, 0);
  assert.deepEqual(offer.for(ALICE, undefined, 100), ['SHA-256', 'MD5']);
  offer.answered(ALICE);
  assert.deepEqual(offer.for(ALICE, undefined, 30_000), ['SHA-256', 'MD5']);
});

test('clients that are known to give up get MD5 alone at once', () => {
  assert.deepEqual(new ChallengeOffer().for(ALICE, 'baresip v1.0.0 (x86_64/linux)', 0), ['MD5']);
  assert.deepEqual(new ChallengeOffer().for(ALICE, 'baresip v3.5.0 (x86_64/linux)', 0), ['SHA-256', 'MD5']);
});
