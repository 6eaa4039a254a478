import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, createResponse } from '@parley/protocol/sip';
import { type BranchOutcome, bestOutcome, forwardedRequest, race, returnedHeaders } from './forward.ts';

function request(headers: readonly (readonly [string, string])[] = []) {
  return createRequest({
    method: 'OPTIONS',
    uri: 'sip:bob@example.com',
    headers: [['Via', 'SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1'], ...headers],
  });
}

const answer = (status: number): BranchOutcome => ({
  kind: 'response',
  response: createResponse({ status }),
});
const statusOf = (outcome: BranchOutcome | undefined) =>
  outcome?.kind === 'response' ? outcome.response.status : undefined;

test('RFC 3261 §16.6: the copy has the Contact as its Request-URI, one hop less, and no credentials', () => {
  const original = request([
    ['Max-Forwards', '10'],
    ['Authorization', 'Digest username="a"'],
    ['Proxy-Authorization', 'Digest username="a"'],
    ['Subject', 'kept'],
  ]);
  const copy = forwardedRequest(original, 'sip:bob@192.0.2.9');
  assert.equal(copy?.uri, 'sip:bob@192.0.2.9');
  assert.equal(copy?.headers.get('Max-Forwards'), '9');
  assert.equal(copy?.headers.get('Subject'), 'kept');
  assert.equal(copy?.headers.has('Authorization'), false);
  assert.equal(copy?.headers.has('Proxy-Authorization'), false);
  assert.equal(original.headers.get('Max-Forwards'), '10');
});

test('RFC 3261 §16.6 step 3: without Max-Forwards, 70 is assumed; with 0 nothing is forwarded', () => {
  assert.equal(forwardedRequest(request(), 'sip:b@192.0.2.9')?.headers.get('Max-Forwards'), '69');
  assert.equal(forwardedRequest(request([['Max-Forwards', '0']]), 'sip:b@192.0.2.9'), undefined);
});

for (const [statuses, best] of [
  [[404, 200, 603], 200],
  [[486, 603, 302], 603],
  [[503, 404], 404],
  [[503, 404, 302], 302],
  [[404, 486, 407], 407],
  [[486, 404], 404],
  [[503], 503],
] as const) {
  test(`RFC 3261 §16.7 step 6: of ${statuses.join(', ')} the best is ${best}`, () => {
    assert.equal(statusOf(bestOutcome([{ kind: 'failed' }, ...statuses.map(answer)])), best);
  });
}

test('RFC 3261 §16.7: no answer from anyone is none', () => {
  assert.equal(bestOutcome([{ kind: 'failed' }, { kind: 'failed' }]), undefined);
});

test('RFC 3261 §16.7 step 5: a 2xx goes back at once, without waiting for the others', async () => {
  const never = new Promise<BranchOutcome>(() => {});
  assert.equal(statusOf(await race([never, Promise.resolve(answer(200))])), 200);
});

test('RFC 3261 §16.7 step 5: anything else waits for all', async () => {
  const { promise, resolve } = Promise.withResolvers<BranchOutcome>();
  const best = race([Promise.resolve(answer(404)), promise]);
  resolve(answer(200));
  assert.equal(statusOf(await best), 200);
});

test('RFC 3261 §16.7 step 9: what the device said goes back, but for the fields of the hop', () => {
  const response = createResponse({
    status: 200,
    headers: [
      ['Via', 'SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKus'],
      ['From', '<sip:a@example.com>'],
      ['To', '<sip:b@example.com>;tag=b'],
      ['Call-ID', 'c'],
      ['CSeq', '1 OPTIONS'],
      ['Content-Length', '0'],
      ['Allow', 'INVITE'],
    ],
  });
  assert.deepEqual(returnedHeaders(response), [
    ['To', '<sip:b@example.com>;tag=b'],
    ['Allow', 'INVITE'],
  ]);
});
