import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aggregate, publicationsOf } from './aggregate.ts';
import { type CalendarBlock, calendarNow } from './calendar/calendar-now.ts';
import type { Manual, Said, Statement } from './contract.ts';
import { dueAt } from './due.ts';
import { statementOf } from './statement.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

function idle(idleMin: number): Statement {
  const report = { userId: 'u', endpointId: 'b', kind: 'browser', machine: 'idle', expiresS: 60 } as const;
  return statementOf({ ...report, idleS: idleMin * 60 }, NOW);
}

function person(manual: Manual | null, statements: readonly Statement[], blocks: readonly CalendarBlock[]) {
  const limits = { inactiveAfterMin: 5, awayAfterMin: 15 };
  const due = (at: number) => dueAt({ manual, statements, blocks, ...limits }, at);
  function at(time: number) {
    const said: Said = {
      userId: 'u',
      manual,
      note: '',
      location: '',
      statements: [...statements],
      calendar: calendarNow(blocks, time),
      ...limits,
      lastActive: 0,
      changedAt: 0,
      version: 1,
    };
    const { state, activity } = aggregate(said, publicationsOf(said, []), time);
    return `${state} ${activity}`;
  }
  return { due, at };
}

test('a machine without input is due after five and after fifteen minutes', () => {
  const { due } = person(null, [idle(1)], []);
  assert.equal(due(NOW), NOW + 4 * MINUTE);
  assert.equal(due(NOW + 4 * MINUTE), NOW + 14 * MINUTE);
  assert.equal(due(NOW + 14 * MINUTE), null);
});

test('an active machine, a static choice and an empty calendar are due never', () => {
  const active = statementOf(
    { userId: 'u', endpointId: 'b', kind: 'browser', machine: 'active', expiresS: 60 },
    NOW,
  );
  assert.equal(person({ state: 'away', setAt: NOW }, [active], []).due(NOW), null);
});

test('a clock that is years off changes nothing: an endpoint tells how long, and not when', () => {
  const report = { userId: 'u', endpointId: 'b', kind: 'browser', machine: 'idle', idleS: 90 } as const;
  assert.equal(statementOf({ ...report, expiresS: 60 }, NOW).inputAt, NOW - 90_000);
});

const minutes = (max: number) => fc.integer({ min: 0, max }).map((value) => value * MINUTE);
const anyBlock = fc
  .record({
    from: minutes(120),
    length: minutes(60),
    kind: fc.constantFrom('busy', 'outOfOffice', 'tentative'),
  })
  .map(
    ({ from, length, kind }) =>
      ({
        start: NOW + from,
        end: NOW + from + length + MINUTE,
        kind,
        subject: '',
        place: '',
      }) as CalendarBlock,
  );

test('between two times at which a person is due, nothing changes by time alone', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 30 }).map(idle), { minLength: 1, maxLength: 3 }),
      fc.option(minutes(90), { nil: null }),
      fc.array(anyBlock, { maxLength: 4 }),
      (statements, untilMs, blocks) => {
        blocks.sort((a, b) => a.start - b.start);
        const manual: Manual | null =
          untilMs === null ? null : { state: 'busy', setAt: NOW, until: NOW + MINUTE + untilMs };
        const { due, at } = person(manual, statements, blocks);
        let from = NOW;
        for (let next = due(from); next !== null; from = next, next = due(from)) {
          assert.ok(next > from);
          assert.equal(at(next - 1), at(from));
        }
        assert.equal(at(from + 10 * 3_600_000), at(from));
      },
    ),
  );
});
