import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Signal } from './contract.ts';
import { begin, offerTo, renew, signalFrom, take, WindowLeg } from './negotiation.ts';

const candidate = (round: number, text = 'candidate:1'): Extract<Signal, { kind: 'candidate' }> => ({
  kind: 'candidate',
  round,
  candidate: text,
  mid: '0',
});

function said(from: WindowLeg, to: WindowLeg, signal: Signal) {
  const outcome = signalFrom(from, to, signal);
  return outcome.ok ? outcome.value : outcome.fault.code;
}

/** Alice offered, Bob answered. */
function pair() {
  const alice = new WindowLeg('alice', 1, 'offer');
  const { leg: bob } = take(alice, 'bob', 'answer');
  return { alice, bob };
}

test('a window that rings late hears the offer and all that was found since', () => {
  const alice = new WindowLeg('alice', 1, 'offer');
  assert.ok(alice.finds(candidate(1, 'a')));
  assert.ok(!alice.finds(candidate(2, 'of no round')));
  assert.deepEqual(
    offerTo('bob', alice).map(({ signal }) => signal),
    [{ kind: 'offer', round: 1, sdp: 'offer' }, candidate(1, 'a')],
  );
});

test('RFC 3261 §14.1: of two offers at once the first counts, and who made the other takes it back', () => {
  const { alice, bob } = pair();
  assert.deepEqual(said(alice, bob, { kind: 'offer', round: 2, sdp: 'hers' }), [
    { windowId: 'bob', signal: { kind: 'offer', round: 2, sdp: 'hers' } },
  ]);
  assert.deepEqual(said(bob, alice, { kind: 'offer', round: 2, sdp: 'his' }), [
    { windowId: 'bob', signal: { kind: 'rollback', round: 2 } },
  ]);
  assert.deepEqual(said(bob, alice, { kind: 'answer', round: 2, sdp: 'yes' }), [
    { windowId: 'alice', signal: { kind: 'answer', round: 2, sdp: 'yes' } },
  ]);
  assert.equal(said(bob, alice, { kind: 'offer', round: 2, sdp: 'his' }), 'CALL_GLARE');
  assert.deepEqual(said(bob, alice, { kind: 'answer', round: 2, sdp: 'again' }), [], 'nobody asked');
});

test('two offers in a row, an offer of a later round and "begin" from a window have no place', () => {
  const { alice, bob } = pair();
  assert.equal(said(alice, bob, { kind: 'offer', round: 3, sdp: 'x' }), 'CALL_GLARE');
  said(alice, bob, { kind: 'offer', round: 2, sdp: 'x' });
  assert.equal(said(alice, bob, { kind: 'offer', round: 3, sdp: 'y' }), 'CALL_GLARE');
  assert.equal(said(alice, bob, { kind: 'begin', round: 3 }), 'CALL_NOT_ALLOWED');
});

test('an offer that the other end cannot take is taken back, and the next one goes', () => {
  const { alice, bob } = pair();
  said(alice, bob, { kind: 'offer', round: 2, sdp: 'x' });
  assert.deepEqual(said(bob, alice, { kind: 'rollback', round: 2 }), [
    { windowId: 'alice', signal: { kind: 'rollback', round: 2 } },
  ]);
  assert.equal(said(bob, alice, { kind: 'offer', round: 3, sdp: 'y' }).length, 1);
});

test('a flood of candidates ends, and begins afresh with the next round', () => {
  const { alice, bob } = pair();
  const passed = Array.from({ length: 200 }, () => said(alice, bob, candidate(1)).length).filter(Boolean);
  assert.equal(passed.length, 80);
  said(alice, bob, { kind: 'offer', round: 2, sdp: 'x' });
  assert.equal(said(alice, bob, candidate(1)).length, 0, 'of an older round');
  assert.equal(said(alice, bob, candidate(2)).length, 1);
});

test('each window counts by itself: handed on, the rounds of the two differ and are translated', () => {
  const { alice } = pair();
  const carol = new WindowLeg('carol', 5);
  assert.deepEqual(begin(alice), { windowId: 'alice', signal: { kind: 'begin', round: 2 } });
  assert.deepEqual(said(carol, alice, candidate(5)), [], 'alice has no connection for it yet');
  assert.deepEqual(said(alice, carol, { kind: 'offer', round: 2, sdp: 'anew' }), [
    { windowId: 'carol', signal: { kind: 'offer', round: 6, sdp: 'anew', renewed: true } },
  ]);
  assert.deepEqual(said(carol, alice, { kind: 'answer', round: 6, sdp: 'yes' }), [
    { windowId: 'alice', signal: { kind: 'answer', round: 2, sdp: 'yes' } },
  ]);
});

test('moved to another window while the other end offers: that offer is taken back first', () => {
  const { alice, bob } = pair();
  said(alice, bob, { kind: 'offer', round: 2, sdp: 'x' });
  const sofa = new WindowLeg('sofa', 1, 'from the sofa');
  assert.deepEqual(
    renew(sofa, alice).map(({ signal }) => [signal.kind, signal.round]),
    [
      ['rollback', 2],
      ['offer', 3],
    ],
  );
});
