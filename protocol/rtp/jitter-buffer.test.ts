import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JitterBuffer, type JitterPacket, type JitterPull } from './index.ts';

const FRAME = 160;
const frame = (index: number, more: Partial<JitterPacket> = {}): JitterPacket => ({
  sequence: index & 0xffff,
  timestamp: (index * FRAME) >>> 0,
  payload: Uint8Array.of(index),
  payloadType: 0,
  durationTicks: FRAME,
  ...more,
});

interface Arrival {
  readonly packet: JitterPacket;
  readonly atMs: number;
}

/** Plays what arrives, 20 ms at a time. */
function play(
  arrivals: readonly Arrival[],
  untilMs: number,
  buffer = new JitterBuffer({ clockRate: 8_000 }),
) {
  const waiting = [...arrivals].sort((a, b) => a.atMs - b.atMs);
  const pulls: JitterPull[] = [];
  for (let nowMs = 0; nowMs <= untilMs; nowMs += 20) {
    while (waiting[0] !== undefined && waiting[0].atMs <= nowMs) {
      const { packet, atMs } = waiting.shift()!;
      buffer.push(packet, atMs);
    }
    pulls.push(buffer.pull(nowMs));
  }
  return { buffer, pulls };
}

const steady = (count: number, lateMs: (index: number) => number = () => 0): Arrival[] =>
  Array.from({ length: count }, (_, index) => ({
    packet: frame(index),
    atMs: index * 20 + 5 + lateMs(index),
  }));
const played = (pulls: readonly JitterPull[]) =>
  pulls.flatMap((pull) => (pull.kind === 'packet' ? [pull.packet.timestamp / FRAME] : []));
/** Numbers that look random and are the same in each run. */
function chance(seed: number) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test('packets in time are played in order, and soon', () => {
  const { buffer, pulls } = play(steady(100), 2_200);
  assert.deepEqual(played(pulls), [...Array(100).keys()]);
  const { played: count, lost, late } = buffer.counts();
  assert.deepEqual([count, lost, late], [100, 0, 0]);
  assert.ok(pulls.findIndex(({ kind }) => kind === 'packet') <= 2);
});

test('packets that come out of order are played in order', () => {
  const { pulls } = play(
    steady(100, (index) => (index % 5 === 2 ? 30 : 0)),
    2_400,
  );
  const order = played(pulls);
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
  );
  // The first of them teaches the buffer to wait.
  assert.ok(order.length >= 99, `${order.length}`);
});

test('a lost packet is concealed for just its time', () => {
  const arrivals = steady(100).filter((_, index) => index % 10 !== 5);
  const { buffer, pulls } = play(arrivals, 2_200);
  assert.equal(buffer.counts().lost, 10);
  assert.equal(played(pulls).length, 90);
  const first = pulls.findIndex(({ kind }) => kind === 'packet');
  const body = pulls.slice(first, first + 100);
  for (const [index, pull] of body.entries())
    assert.equal(pull.kind, index % 10 === 5 ? 'conceal' : 'packet');
});

test('sequence numbers and timestamps wrap', () => {
  const start = Math.ceil(2 ** 32 / FRAME) - 20;
  const sequence = 65_516;
  const arrivals = Array.from({ length: 60 }, (_, index) => ({
    packet: frame(0, {
      sequence: (sequence + index) & 0xffff,
      timestamp: ((start + index) * FRAME) % 2 ** 32,
    }),
    atMs: index * 20,
  }));
  const { buffer } = play(arrivals, 1_400);
  const { played: count, lost, late, restarted } = buffer.counts();
  assert.deepEqual([count, lost, late, restarted], [60, 0, 0, 0]);
});

test('duplicates and packets whose time is over are told and not played', () => {
  const buffer = new JitterBuffer({ clockRate: 8_000 });
  assert.equal(buffer.push(frame(1), 0), 'kept');
  assert.equal(buffer.push(frame(1), 1), 'duplicate');
  assert.equal(buffer.push(frame(2), 20), 'kept');
  assert.equal(buffer.pull(40).kind, 'packet');
  assert.equal(buffer.push(frame(1), 41), 'late');
  assert.equal(buffer.push(frame(0), 42), 'late');
  assert.equal(buffer.counts().late, 2);
});

test('jitter makes the buffer deeper until nearly all are in time, and calm makes it shallow again', () => {
  const random = chance(1);
  const rough = steady(1_500, (index) => (index < 750 ? random() * 100 : 0));
  const { buffer, pulls } = play(rough.slice(0, 750), 15_000);
  assert.ok(buffer.targetMs > 80 && buffer.targetMs < 110, `${buffer.targetMs}`);
  const conceals = pulls.slice(100, 740).filter(({ kind }) => kind === 'conceal').length;
  assert.ok(conceals < 640 * 0.06, `${conceals} of 640 were concealed`);
  const calm = play(rough, 31_000);
  assert.ok(calm.buffer.targetMs <= 20, `${calm.buffer.targetMs}`);
  const counts = calm.buffer.counts();
  assert.ok(counts.skipped >= 2, 'what is too much is left out');
  assert.equal(counts.played + counts.skipped + counts.late, 1_500);
});

test('silence that the sender does not send is no loss, and the packet behind it is played when it is due', () => {
  const talk = Array.from({ length: 20 }, (_, index) => ({ packet: frame(index), atMs: index * 20 }));
  const again = Array.from({ length: 20 }, (_, index) => ({
    packet: frame(520 + index, { sequence: 20 + index }),
    atMs: (520 + index) * 20,
  }));
  const { buffer, pulls } = play([...talk, ...again], 11_200);
  assert.equal(buffer.counts().lost, 0);
  assert.equal(buffer.counts().restarted, 0);
  assert.equal(played(pulls).length, 40);
  const silent = pulls.filter(({ kind }) => kind === 'silence').length;
  assert.ok(silent > 480, `${silent} times 20 ms`);
  // Nothing says that the sender has stopped: concealment fades for 200 ms behind each talk, and ends in silence.
  assert.equal(buffer.counts().waiting, 20);
});

for (const [name, factor] of [
  ['too fast', 0.999],
  ['too slow', 1.001],
] as const)
  test(`a clock that runs ${name} by a thousandth for two minutes neither fills nor starves it`, () => {
    const arrivals = Array.from({ length: 6_000 }, (_, index) => ({
      packet: frame(index),
      atMs: index * 20 * factor,
    }));
    const buffer = new JitterBuffer({ clockRate: 8_000 });
    const { pulls } = play(arrivals, 6_000 * 20 * factor, buffer);
    assert.ok(buffer.heldMs <= 100, `${buffer.heldMs} ms are held`);
    const { late, lost, waiting, skipped } = buffer.counts();
    // 120 ms are 6 packets of 20 ms.
    assert.ok(late + lost <= 8, `${late} late, ${lost} lost`);
    assert.ok(waiting + skipped <= 20, `${waiting} stretched, ${skipped} left out`);
    assert.ok(played(pulls).length >= 5_970);
  });

test('a stream that begins anew is played anew; a stray packet is not', () => {
  const stray = { packet: frame(0, { sequence: 9, timestamp: 3_000_000_000 }), atMs: 200 };
  const anew = Array.from({ length: 50 }, (_, index) => ({
    packet: frame(0, { sequence: 30_000 + index, timestamp: (1_000_000_000 + index * FRAME) >>> 0 }),
    atMs: 1_000 + index * 20,
  }));
  const { buffer, pulls } = play([...steady(50), stray, ...anew], 2_200);
  const { astray, restarted } = buffer.counts();
  assert.deepEqual([astray, restarted], [2, 1]);
  assert.ok(played(pulls).length >= 97, `${played(pulls).length}`);
});

test('more packets than it may hold push the oldest out', () => {
  const buffer = new JitterBuffer({ clockRate: 8_000, maxPackets: 10 });
  for (let index = 0; index < 100; index++) buffer.push(frame(index), index);
  assert.equal(buffer.heldPackets, 10);
  assert.equal(buffer.counts().skipped, 90);
});

test('whatever comes, each packet is played once at most, in order, and the sound never stops the clock', () => {
  const arrival = fc.record({
    index: fc.integer({ min: 0, max: 200 }),
    lateMs: fc.integer({ min: 0, max: 400 }),
    isDropped: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 300 }), (list) => {
      const arrivals = list
        .filter(({ isDropped }) => !isDropped)
        .map(({ index, lateMs }) => ({ packet: frame(index), atMs: index * 20 + lateMs }));
      const { pulls, buffer } = play(arrivals, 6_000);
      const order = played(pulls);
      assert.deepEqual(
        order,
        [...new Set(order)].sort((a, b) => a - b),
      );
      assert.equal(buffer.heldPackets, 0);
      for (const pull of pulls)
        if (pull.kind !== 'packet') assert.ok(pull.durationTicks > 0 && pull.durationTicks <= FRAME);
    }),
    { numRuns: 50 },
  );
});

test('packets without sound are not missing: a key is pressed in the midst of talk', () => {
  const buffer = new JitterBuffer({ clockRate: 8_000 });
  const pulls: JitterPull[] = [];
  for (let index = 0; index < 60; index++) {
    if (index >= 20 && index < 30) buffer.pass(index);
    else buffer.push(frame(index), index * 20);
    pulls.push(buffer.pull(index * 20));
  }
  assert.equal(buffer.counts().lost, 0);
  assert.equal(played(pulls).length, 49);
});

test('with a lost packet comes the one right behind it, if that is there and only one is lost', () => {
  const pullsWithout = (lost: readonly number[]) =>
    play(
      steady(20, () => 0).filter(({ packet }) => !lost.includes(packet.sequence)),
      500,
      new JitterBuffer({ clockRate: 8_000, leastMs: 60 }),
    ).pulls.flatMap((pull) =>
      pull.kind === 'conceal' && pull.why === 'lost' ? [pull.following?.sequence] : [],
    );
  assert.deepEqual(pullsWithout([9]), [10]);
  assert.deepEqual(pullsWithout([9, 10]), [undefined, 11]);
});
