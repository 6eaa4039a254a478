// The case operations about the optimiser, folding and the window: the shapes that case files use for what they give.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchmarks, optimiseOperations } from './optimise-operations.ts';

const context = { profile: 'printed' } as const;
const even = { user: 100, device: 100 };
const both = { standard: 30, enterprise: 60 };

function optimise(given: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return optimiseOperations['optimise']?.(given, context) as Readonly<Record<string, unknown>>;
}

test('M7: a lobby phone without a person forces its own CAL', () => {
  assert.deepEqual(
    optimise({
      edges: [
        [null, 'lobby'],
        ['u1', 'lobby'],
      ],
      price: even,
    })['counts'],
    { user: 0, device: 1 },
  );
});

test('M7: a browser without a device forces the user’s CAL', () => {
  assert.deepEqual(
    optimise({
      edges: [
        ['u1', null],
        ['u1', 'd1'],
      ],
      price: even,
    })['counts'],
    { user: 1, device: 0 },
  );
});

test('M7: an access that neither end can cover is refused by name', () => {
  const answer = optimise({ edges: [[null, 'kiosk']], unlicensable: { devices: ['kiosk'] }, price: even });
  assert.equal(answer['error'], 'uncoverable-access');
  assert.match(String(answer['sentence']), /kiosk/);
});

test('M8: an Enterprise CAL never stands on a room device without a Standard one', () => {
  const edges = ['u1', 'u2'].flatMap((user) => [
    { user, device: `${user}-desk`, cal: 'standard' },
    { user, device: 'room', cal: 'enterprise' },
  ]);
  const answer = optimise({ edges, price: { user: both, device: both } });
  // Layers apart: 2 Standard for the people and one Enterprise for the room, 120, of which the room may use nothing.
  assert.equal(answer['cost'], 150);
  assert.equal(answer['optimal'], true);
});

test('B6: a pack for more than is needed can be the cheapest', () => {
  const edges = Array.from({ length: 48 }, (_, index) => [`u${index}`, 'kiosk', 'standard']).map(
    ([user], index) => [user, `d${index}`],
  );
  const packPrice = { user: { 1: 100, 50: 4000 }, device: { 1: 100 } };
  assert.equal(optimise({ edges, packPrice })['cost'], 4000);
});

test('S2: a CAL that may not move yet covers its holder for nothing; afterwards it may be better elsewhere', () => {
  const edges = [
    ['u1', 'd1'],
    ['u2', 'd1'],
    ['u3', 'd3'],
  ];
  const assignments = [{ user: 'u1', assigned: '2026-05-01' }];
  const answer = optimise({ edges, price: even, assignments, on: '2026-06-01' });
  assert.equal(answer['cost'], 200);
  assert.deepEqual(answer['later'], { from: '2026-07-30', cost: 100 });
});

test('one price for all accesses is one kind of CAL', () => {
  const edges = [{ user: 'u1', device: 'd1', cal: 'enterprise' }];
  assert.equal(optimise({ edges, price: { user: 100, device: 90 } })['cost'], 90);
});

test('a negative price and a pack of nothing are refused', () => {
  const edges = [['u1', 'd1']];
  assert.equal(optimise({ edges, price: { user: -1, device: 1 } })['code'], 'LICENCE_BAD_PRICE');
  assert.equal(
    optimise({ edges, packPrice: { user: { 0: 5 }, device: { 1: 1 } } })['code'],
    'LICENCE_BAD_PACK',
  );
  assert.equal(
    optimise({ edges, price: even, owned: { user: 0.5, device: 0 } })['code'],
    'LICENCE_BAD_COUNT',
  );
});

test('a form that is none is said so in a sentence, and never takes the time of its numbers', () => {
  assert.throws(() => optimise({ edges: 7, price: even }), /who used what is not given/);
  for (const users of [1e15, -1, 'many', null])
    assert.throws(() => optimise({ groups: [{ users, devicesPerUser: 1 }], price: even }), /group/);
  assert.equal(optimise({ edges: [null], price: even })['error'], 'uncoverable-access');
  const alone = optimise({ edges: [['u1', 'd1']], exempt: { users: 'u1' }, price: even });
  assert.equal(alone['cost'], 0);
});

test('a window that is none is refused', () => {
  const edges = [{ user: 'u1', device: 'd1', lastSeen: '2026-13-01' }];
  const answer = optimiseOperations['window']?.({ edges, on: '2026-06-01', days: 90 }, context);
  assert.equal((answer as Readonly<Record<string, unknown>>)['code'], 'LICENCE_BAD_DATE');
});

test('M2: every distinct edge of the benchmark is an edge of the fold', () => {
  const figures = benchmarks['recordAccess']?.({ events: 1000, distinctEdges: 400 }, context);
  assert.equal((figures as Readonly<Record<string, unknown>>)['edges'], 400);
});
