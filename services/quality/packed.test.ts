import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { QualityReport, StreamReport } from './contract.ts';
import { MINUTE_MS, minuteOf, packPoint, unpackPoint } from './packed.ts';
import { isBad } from './rules/bad.ts';
import { NOTHING_KNOWN, worseOf, worstOf } from './rules/worst.ts';
import { reportOfPhone } from './sip-report.ts';

const sound: StreamReport = {
  kind: 'audio',
  way: 'received',
  codec: 'opus',
  packets: 480,
  lost: 20,
  jitterMs: 7.3,
  roundTripMs: 41,
  concealed: 0.012,
  mos: 3.87,
};
const picture: StreamReport = {
  kind: 'video',
  way: 'sent',
  codec: 'VP8',
  packets: 900,
  lost: 0,
  jitterMs: 2,
  frames: 250,
  width: 1280,
  height: 720,
};
const report: QualityReport = {
  recordId: 'record-1',
  sideId: 'side-0001',
  userId: 'user',
  reporter: 'browser',
  from: 10 * MINUTE_MS + 2_000,
  until: 10 * MINUTE_MS + 12_000,
  streams: [sound, picture],
};

test('a report comes back out of its row as it went in', () => {
  const { from, until, streams } = report;
  assert.deepEqual(unpackPoint(minuteOf(report), packPoint(report)), { from, until, streams });
});

test('a minute of a call with sound both ways takes less than a kilobyte for each that reports', () => {
  const both = { ...report, streams: [sound, { ...sound, way: 'sent' as const }] };
  const browser = Array.from({ length: 6 }, () => packPoint(both));
  assert.ok(JSON.stringify(browser).length < 800, `${JSON.stringify(browser).length}`);
  const host = Array.from({ length: 12 }, () =>
    packPoint({ ...both, streams: [{ ...sound, jitterMs: 1.23456 }] }),
  );
  assert.ok(JSON.stringify(host).length < 1_000, `${JSON.stringify(host).length}`);
});

test('the worst of streams: a share of hardly any packets says nothing, and no picture counts', () => {
  const few = { ...sound, packets: 3, lost: 1, mos: 1 };
  assert.deepEqual(worstOf([few, { ...picture, lost: 800 }]), NOTHING_KNOWN);
  assert.deepEqual(worstOf([sound, { ...sound, mos: 2.9, lost: 0 }]), { mos: 2.9, lost: 0.04 });
  assert.deepEqual(worseOf({ mos: 4, lost: 0.1 }, { mos: null, lost: 0.2 }), { mos: 4, lost: 0.2 });
});

test('bad is what is below 3.2, what lost 5 %, and what somebody gave two stars', () => {
  const fine = { worstMos: 4.1, mostLost: 0.01, stars: null };
  assert.equal(isBad(fine), false);
  assert.equal(isBad({ ...fine, worstMos: 3.1 }), true);
  assert.equal(isBad({ ...fine, mostLost: 0.05 }), true);
  assert.equal(isBad({ ...fine, stars: 2 }), true);
  assert.equal(isBad({ worstMos: null, mostLost: null, stars: 5 }), false);
});

test('what a phone says in shares becomes packets; what came too late is lost; a clock that is a year off is not believed', () => {
  const body = [
    'VQSessionReport: CallTerm',
    'CallID: a@b',
    'LocalMetrics:',
    'Timestamps: START=2026-03-01T10:00:00Z STOP=2026-03-01T10:01:00Z',
    'SessionDesc: PD=PCMU PPS=50',
    'PacketLoss: NLR=5.0 JDR=1.0',
    'QualityEst: MOSCQ=3.6',
  ].join('\r\n');
  const named = { recordId: 'record-1', sideId: 'side-0001', userId: 'user' };
  const soon = Date.parse('2026-03-01T10:01:02Z');
  const taken = reportOfPhone(body, named, soon)!.report;
  assert.equal(taken.until - taken.from, 60_000);
  const [stream] = taken.streams;
  assert.deepEqual([stream?.packets, stream?.lost, stream?.mos], [2_820, 180, 3.6]);
  const late = reportOfPhone(body, named, soon + 366 * 86_400_000)!.report;
  assert.equal(late.until, soon + 366 * 86_400_000);
});
