import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type Measured, meanOpinionScore } from './quality.ts';

const TALKING = { muted: false, held: false };
const start: Measured = {
  atMs: 0,
  received: 1000,
  lost: 10,
  jitterMs: 4,
  roundTripMs: 20,
  lostThere: 0,
  spokenEnergy: 1,
};
const later = (change: Partial<Measured> = {}): Measured => ({
  ...start,
  atMs: 2000,
  received: 1100,
  spokenEnergy: 1.2,
  ...change,
});
const advice = (change: Partial<Measured>, circumstances = TALKING) =>
  judge(start, later(change), circumstances).advice;

test('what is worst is said, and nothing where all is well', () => {
  assert.equal(advice({}), 'good');
  assert.equal(advice({ received: 1085, lost: 25 }), 'lossHere');
  assert.equal(advice({ lostThere: 0.15 }), 'lossThere');
  assert.equal(advice({ roundTripMs: 700 }), 'slow');
  assert.equal(advice({ jitterMs: 90 }), 'uneven');
  assert.equal(advice({ received: 1000 }), 'nothingHeard');
});

test('a microphone that gives nothing is named, unless it is muted', () => {
  assert.equal(advice({ spokenEnergy: 1 }), 'silentMicrophone');
  assert.equal(advice({ spokenEnergy: 1 }, { muted: true, held: false }), 'good');
});

test('of a held call nothing is expected', () => {
  assert.equal(advice({ received: 1000, spokenEnergy: 1 }, { muted: false, held: true }), 'good');
});

test('loss counts only what was lost since the last look', () => {
  assert.equal(judge(start, later({ received: 1085, lost: 25 }), TALKING).lossPercent, 15);
  assert.equal(judge(start, later(), TALKING).lossPercent, 0);
});

test('5 % of loss still leaves a score of 3.5, and 15 % does not', () => {
  assert.ok(meanOpinionScore(0, 20, 5) >= 4.3);
  assert.ok(meanOpinionScore(0.05, 60, 10) >= 3.5);
  assert.ok(meanOpinionScore(0.15, 60, 10) < 3);
});
