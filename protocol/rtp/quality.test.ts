import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CODEC_IMPAIRMENTS,
  callQuality,
  LossPattern,
  MOST_R,
  mosOfR,
  parseRtcp,
  serializeRtcp,
  UNCONCEALED,
  voipMetrics,
} from './index.ts';

const near = (actual: number, expected: number, by = 0.05) =>
  assert.ok(Math.abs(actual - expected) <= by, `${actual} is not ${expected}`);

test('ITU-T G.107 Annex B: the score of an R', () => {
  for (const [r, mos] of [
    [93.2, 4.41],
    [90, 4.34],
    [80, 4.03],
    [70, 3.6],
    [60, 3.1],
    [50, 2.58],
    [0, 1],
    [-5, 1],
    [101, 4.5],
  ] as const)
    near(mosOfR(r), mos, 0.01);
});

test('ITU-T G.107: delay costs nothing up to 100 ms, and then more and more', () => {
  const r = (oneWayMs: number) => callQuality({ oneWayMs, lossRate: 0 }).conversationR;
  assert.equal(r(0), MOST_R);
  assert.equal(r(100), MOST_R);
  near(MOST_R - r(200), 3, 0.1);
  near(MOST_R - r(400), 24, 0.6);
  assert.equal(callQuality({ oneWayMs: 400, lossRate: 0 }).listeningR, MOST_R);
});

test('ITU-T G.107: loss costs by what the codec bears, and more in bursts', () => {
  const loss = (lossRate: number, more = {}) =>
    MOST_R - callQuality({ oneWayMs: 0, lossRate, ...more }).listeningR;
  near(loss(0.05), (95 * 5) / (5 + 25.1), 0.001);
  near(loss(0.05, { codec: UNCONCEALED }), (95 * 5) / (5 + 4.3), 0.001);
  near(loss(0.05, { codec: CODEC_IMPAIRMENTS['G729'] }), 11 + (84 * 5) / (5 + 19), 0.001);
  assert.ok(loss(0.05, { burstRatio: 2 }) > loss(0.05));
  assert.equal(callQuality({ oneWayMs: 0, lossRate: 1, codec: UNCONCEALED }).listeningMos < 1.2, true);
});

test('worse is never better, and scores are between 1 and 4.5', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const delay = fc.double({ min: 0, max: 3_000, noNaN: true });
  fc.assert(
    fc.property(share, share, delay, delay, (loss, moreLoss, ms, moreMs) => {
      const good = callQuality({ oneWayMs: ms, lossRate: loss });
      const bad = callQuality({ oneWayMs: ms + moreMs, lossRate: Math.min(1, loss + moreLoss) });
      assert.ok(bad.conversationR <= good.conversationR + 1e-9);
      assert.ok(good.conversationMos >= 1 && good.conversationMos <= 4.5);
    }),
  );
});

/** `.` came, `x` was lost, `l` came too late. */
function pattern(text: string) {
  const loss = new LossPattern();
  for (const each of text) {
    if (each === '.') loss.received();
    else if (each === 'x') loss.lostOne();
    else loss.discardedOne();
  }
  return loss.figures();
}

test('RFC 3611 §4.7.2: single losses are of the gap, those near each other are a burst', () => {
  const came = '.'.repeat(20);
  const single = pattern(`${came}x${came}x${came}`);
  assert.deepEqual([single.burstPackets, single.burstDensity, single.gapPackets], [0, 0, 62]);
  near(single.gapDensity, 2 / 62, 1e-9);
  const burst = pattern(`${came}x..l.x${came}x${came}`);
  assert.deepEqual([burst.burstPackets, burst.burstDensity], [6, 0.5]);
  assert.equal(burst.gapPackets, (20 + 41) / 2);
  near(burst.gapDensity, 1 / 61, 1e-9);
  assert.deepEqual([burst.lost, burst.discarded, burst.packets], [3, 1, 67]);
  // One that is under way counts too, and one at the begin has no gap before it.
  assert.equal(pattern('xx').burstPackets, 2);
  assert.equal(pattern(`xx${came}`).gapPackets, 20);
});

test('how much losses come in a row', () => {
  assert.equal(pattern('....................').burstRatio, 1);
  near(pattern(`${'.'.repeat(16)}xxxx`.repeat(5)).burstRatio, 4 * 0.8, 1e-9);
  near(pattern('.x.x.x').burstRatio, 1, 1e-9);
});

test('RFC 3611 §4.7: the block of a call is written and read', () => {
  const loss = pattern(`${'.'.repeat(80)}xxxx${'.'.repeat(16)}`);
  const quality = callQuality({ oneWayMs: 80, lossRate: 0.04, burstRatio: loss.burstRatio });
  const block = voipMetrics({
    ssrc: 7,
    loss,
    quality,
    packetMs: 20,
    roundTripMs: 61.4,
    endSystemDelayMs: 60,
    jitterBufferMs: 40,
    jitterBufferMostMs: 500,
  });
  assert.deepEqual([block.lossRate, block.burstDensity, block.burstMs, block.gapMs], [10, 255, 80, 960]);
  assert.equal(block.roundTripMs, 61);
  assert.ok(block.rFactor > 60 && block.rFactor < 93);
  const report = { kind: 'extended-report', ssrc: 1, blocks: [block] } as const;
  assert.deepEqual(parseRtcp(serializeRtcp([report])), { ok: true, packets: [report] });
});
