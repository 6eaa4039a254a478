import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRequest, type RequestParts } from '../build-message.ts';
import type { SipRequest } from '../message.ts';
import { isLoop, loopMark } from './loop-detection.ts';

const FIELDS: readonly (readonly [string, string])[] = [
  ['From', '<sip:alice@example.com>;tag=a'],
  ['To', '<sip:bob@example.com>'],
  ['Call-ID', 'c1'],
  ['CSeq', '1 INVITE'],
];

function invite(
  parts: Partial<RequestParts> = {},
  more: readonly (readonly [string, string])[] = [],
): SipRequest {
  return createRequest({
    method: 'INVITE',
    uri: 'sip:bob@example.com',
    headers: [...FIELDS, ...more],
    ...parts,
  });
}

/** As it comes back after we sent it on and another proxy returned it. */
function returned(request: SipRequest, mark: string): SipRequest {
  const headers = request.headers.clone();
  headers.prepend(
    'Via',
    `SIP/2.0/UDP proxy.example.com;branch=z9hG4bKabc${mark}, SIP/2.0/UDP caller.example.com`,
  );
  headers.prepend('Via', 'SIP/2.0/TCP other.example.org;branch=z9hG4bKxyz');
  return { ...request, headers };
}

test('RFC 3261 §16.3 step 4: a request that comes back as it went is a loop', () => {
  const request = invite();
  const mark = loopMark(request);
  assert.equal(isLoop(request, mark), false);
  assert.equal(isLoop(returned(request, mark), mark), true);
});

for (const [name, changed] of [
  ['its Request-URI', invite({ uri: 'sip:carol@example.com' })],
  ['its Route', invite({}, [['Route', '<sip:next.example.com;lr>']])],
  ['its proof', invite({}, [['Proxy-Authorization', 'Digest username="alice"']])],
] as const) {
  test(`RFC 5393 §4.2.1: one that comes back with another ${name.slice(4)} is a spiral`, () => {
    const went = loopMark(invite());
    const now = loopMark(changed);
    assert.notEqual(now, went);
    assert.equal(isLoop(returned(changed, went), now), false);
  });
}

test('the mark is made of token characters', () => assert.match(loopMark(invite()), /^[A-Za-z0-9.]+$/));
