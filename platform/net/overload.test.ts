import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { defaultOverloadLimits, Overload, overloadPeriodMs } from './overload.ts';

/** A server as a queue: so much is offered, so much it can do, and refusing costs a part of doing. */
interface Server {
  readonly overload: Overload;
  queue: number;
  now: number;
}

interface Load {
  readonly capacityPerS: number;
  /** As a multiple of the capacity. */
  readonly offered: number;
  /** Of the time that accepting takes. */
  readonly refusalCost: number;
}

function serverOf(): Server {
  return { overload: new Overload(defaultOverloadLimits), queue: 0, now: 0 };
}

/** @returns what was done, as a share of the capacity, and the longest wait. */
function run(server: Server, load: Load, forMs: number): { done: number; longestMs: number } {
  const perPeriod = (load.capacityPerS * overloadPeriodMs) / 1000;
  let done = 0;
  let longestMs = 0;
  for (let ms = 0; ms < forMs; ms += overloadPeriodMs) {
    const arriving = perPeriod * load.offered;
    const refused = arriving * server.overload.share;
    server.queue += arriving - refused;
    const left = Math.max(0, perPeriod - refused * load.refusalCost);
    // Who has waited longer than `staleMs` has sent again, or is dropped unseen: overload-watch.ts.
    server.queue = Math.min(server.queue, (left * defaultOverloadLimits.staleMs) / overloadPeriodMs + left);
    const now = Math.min(left, server.queue);
    server.queue -= now;
    done += now;
    const waitMs = left === 0 ? 5_000 : (server.queue / left) * overloadPeriodMs;
    longestMs = Math.max(longestMs, waitMs);
    server.overload.waited(waitMs);
    server.now += overloadPeriodMs;
    server.overload.advance(overloadPeriodMs, server.now, () => 1);
  }
  return { done: done / ((load.capacityPerS * forMs) / 1000), longestMs };
}

const loads = fc.record({
  capacityPerS: fc.integer({ min: 100, max: 50_000 }),
  offered: fc.double({ min: 1.5, max: 10, noNaN: true }),
  refusalCost: fc.double({ min: 0, max: 0.015, noNaN: true }),
});

describe('overload', () => {
  test('whatever the capacity, what is accepted stays above four fifths of it while more is offered', () => {
    fc.assert(
      fc.property(loads, (load) => {
        const server = serverOf();
        run(server, load, 5_000);
        const { done, longestMs } = run(server, load, 25_000);
        assert.ok(done >= 0.8, `${done}`);
        assert.ok(longestMs < 1_000, `${longestMs} ms`);
      }),
    );
  });

  test('within five seconds of its end nothing waits and nothing is refused', () => {
    fc.assert(
      fc.property(loads, (load) => {
        const server = serverOf();
        run(server, load, 30_000);
        run(server, { ...load, offered: 0.5 }, 5_000);
        assert.equal(server.overload.share, 0);
        const { longestMs } = run(server, { ...load, offered: 0.5 }, 1_000);
        assert.equal(longestMs, 0);
      }),
    );
  });

  test('at half the capacity nothing is ever refused', () => {
    fc.assert(
      fc.property(loads, (load) => {
        const server = serverOf();
        run(server, { ...load, offered: 0.5 }, 10_000);
        assert.equal(server.overload.share, 0);
      }),
    );
  });

  test('one long pause refuses nobody', () => {
    const { overload } = serverOf();
    overload.waited(2_000);
    overload.advance(2_000, 2_000, () => 1);
    for (let now = 2_020; now < 2_100; now += overloadPeriodMs) {
      overload.waited(150);
      overload.advance(overloadPeriodMs, now, () => 1);
    }
    assert.equal(overload.share, 0);
  });

  test('a disk that takes a third of a second is slow, not overloaded', () => {
    const { overload } = serverOf();
    for (let now = 0; now < 10_000; now += overloadPeriodMs) {
      overload.waited(1);
      overload.answered(300);
      overload.advance(overloadPeriodMs, now, () => 1);
    }
    assert.equal(overload.share, 0);
  });

  test('who is refused stays refused until the next draw, and then others are', () => {
    const { overload } = serverOf();
    let salt = 1;
    const pressed = (from: number, waitMs: number, forMs: number) => {
      for (let now = from; now < from + forMs; now += overloadPeriodMs) {
        overload.waited(waitMs);
        overload.advance(overloadPeriodMs, now, () => salt);
      }
    };
    pressed(0, 450, 1_400);
    const { share } = overload;
    assert.ok(share > 0.2 && share < 0.9, `${share}`);
    const keys = Array.from({ length: 10_000 }, (_, key) => key);
    const refused = keys.filter((key) => overload.refuses(key));
    assert.ok(Math.abs(refused.length / keys.length - share) < 0.02, 'as many as are meant');
    pressed(1_400, 450, 200);
    assert.ok(overload.share > share);
    assert.ok(
      refused.every((key) => overload.refuses(key)),
      'more are refused, and those still',
    );
    salt = 99;
    pressed(10_000, 0, overloadPeriodMs);
    assert.ok(refused.some((key) => !overload.refuses(key)));
  });

  test('who was refused is asked to come later the more are refused, and not all at once', () => {
    const { overload } = serverOf();
    const quiet = new Set(Array.from({ length: 100 }, (_, key) => overload.retryAfterS(key)));
    assert.ok(quiet.size > 1 && Math.max(...quiet) <= 10);
    for (let now = 0; now < 10_000; now += overloadPeriodMs) {
      overload.waited(1_000);
      overload.advance(overloadPeriodMs, now, () => 1);
    }
    assert.equal(overload.share, 0.99);
    assert.ok(overload.retryAfterS(1) >= 40 && overload.retryAfterS(1) <= 75);
  });
});
