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

test('RFC 7616 §3.4: each nonce count is taken once, in growing order, for each nonce', () => {
  const counts = new NonceCounts();
  assert.equal(counts.take('n1', 1), true);
  assert.equal(counts.take('n1', 1), false);
  assert.equal(counts.take('n1', 3), true);
  assert.equal(counts.take('n1', 2), false);
  assert.equal(counts.take('n2', 1), true);
});

test('RFC 7616 §3.4: without qop, a nonce is good for one request', () => {
  const counts = new NonceCounts();
  assert.equal(counts.take('n1', undefined), true);
  assert.equal(counts.take('n1', undefined), false);
  assert.equal(counts.take('n1', 9), false);
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
