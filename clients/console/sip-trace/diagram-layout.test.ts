import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrowOf, hasPause, isCrowded, laneAt, nodeNumber } from './diagram-layout.ts';
import { isChallenge, kindOf, toneOf } from './step-tone.ts';
import type { Participant } from './trace-api.ts';

const peer: Participant = { kind: 'peer', name: 'alice@parley.test', agent: '', place: 'udp 192.0.2.1:5060' };
const node: Participant = { kind: 'node', name: 'a', agent: '', place: '' };

test('lanes stand at equal distances, and an arrow goes from one to the other', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((lane) => laneAt(lane, 4)),
    [12.5, 37.5, 62.5, 87.5],
  );
  assert.deepEqual(arrowOf({ source: 2, target: 0 }, 4), {
    from: 62.5,
    to: 12.5,
    labelStart: 12.5,
    labelWidth: 50,
    pointsToEnd: false,
  });
});

test('three lanes fit on a telephone; five are told one below the other', () => {
  assert.equal(isCrowded(3, 288), false);
  assert.equal(isCrowded(5, 288), true);
  assert.equal(isCrowded(0, 288), false);
});

test('front ends are numbered only where there are several', () => {
  assert.equal(nodeNumber([peer, node], 1), undefined);
  assert.deepEqual(
    [nodeNumber([peer, node, peer, node], 1), nodeNumber([peer, node, peer, node], 3)],
    [1, 2],
  );
});

test('a second is a pause', () => {
  assert.deepEqual([hasPause({ gapMs: 999 }), hasPause({ gapMs: 1_000 })], [false, true]);
});

test('each class of answers has a tone, and a request another', () => {
  assert.deepEqual([null, 100, 183, 200, 302, 407, 486, 503, 603].map(toneOf), [
    'request',
    'waiting',
    'waiting',
    'good',
    'elsewhere',
    'refused',
    'refused',
    'failed',
    'failed',
  ]);
  assert.ok(isChallenge({ status: 407 }) && !isChallenge({ status: 403 }));
  assert.deepEqual(
    ['INVITE', 'NOTIFY', 'FLY'].map((method) => kindOf({ method })),
    ['call', 'subscription', 'other'],
  );
});
