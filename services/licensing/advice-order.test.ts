// The optimiser's advice as it is done (licensing rules M7, S4): nobody who is covered loses that on the way.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { orderedAdvice } from './advice-order.ts';
import { CAL_OF, mixRequest, movesOf } from './mix-request.ts';
import { applied } from './optimise-desk.ts';
import { coversEdge, reckon } from './reckoning.ts';
import { emptyLedger, type Fact, foldFact, type Ledger } from './rules/ledger.ts';
import type { CalKind, Edge } from './rules/model.ts';
import { optimise } from './rules/optimise/optimise.ts';
import type { CalMetric } from './rules/optimise/request.ts';
import type { Move } from './rules/report.ts';

const TODAY = '2026-06-30';
const LONG_AGO = '2026-01-01';
const people = { isKnown: () => true, isDisabled: () => false };
const price = { standard: 4000, enterprise: 11_000 };
const options = {
  level: 'joint' as const,
  prices: { user: price, device: price },
  useStock: true,
  packs: false,
};

function granted(sku: string, metric: CalMetric, quantity: number, grantId = `${sku} ${metric}`): Fact {
  return {
    name: 'grant.put',
    body: {
      ...{ grantId, sku, metric, quantity, source: 'purchase', from: LONG_AGO, to: null },
      ...{ agreementId: null, proof: '', unitPrice: null },
    },
  };
}

function assigned(sku: string, kind: CalMetric, id: string, from = LONG_AGO): Fact {
  return {
    name: 'assignment.put',
    body: {
      ...{ assignmentId: `${sku} ${kind} ${id}`, sku, subject: { kind, id }, from, to: null },
      ...{ kind: 'permanent', reason: '', previous: null },
    },
  };
}

function edge(userId: string | null, deviceId: string | null, level: CalKind = 'standard'): Edge {
  return { userId, deviceId, level, firstDay: '2026-05-01', lastDay: TODAY, count: 1 };
}

function advice(ledger: Ledger, edges: readonly Edge[]): Move[] {
  const request = mixRequest(ledger, reckon(ledger, edges, TODAY), edges, options);
  assert.ok(request.ok);
  const mix = optimise(request.value);
  assert.ok(mix.ok);
  return orderedAdvice(
    movesOf(mix.value, options, (_, id) => id),
    ledger,
    edges,
    TODAY,
  );
}

function apply(ledger: Ledger, edges: readonly Edge[], moves: readonly Move[]) {
  const desk = { ledger, today: TODAY, now: 0, newestAt: 0, reckoning: () => reckon(ledger, edges, TODAY) };
  const made = applied(desk, moves, edges, people);
  assert.ok(made.ok);
  const { facts, reply } = made.value;
  const copy = { ...ledger, assignments: new Map(ledger.assignments) };
  return { after: facts.reduce(foldFact, copy), reply };
}

const names = (letter: string) => Array.from({ length: 5 }, (_, index) => `${letter}${index}`);
const subject = fc.record({
  kind: fc.constantFrom('user' as const, 'device' as const),
  index: fc.integer({ min: 0, max: 4 }),
  hasEnterprise: fc.boolean(),
  from: fc.constantFrom(LONG_AGO, LONG_AGO, '2026-06-01'),
});
const estates = fc.record({
  edges: fc.array(
    fc
      .tuple(
        fc.option(fc.constantFrom(...names('u')), { freq: 12 }),
        fc.option(fc.constantFrom(...names('d')), { freq: 12 }),
        fc.constantFrom('standard' as const, 'enterprise' as const),
      )
      .filter(([user, device]) => user !== null || device !== null)
      .map(([user, device, level]) => edge(user, device, level)),
    { maxLength: 12 },
  ),
  holders: fc.uniqueArray(subject, { maxLength: 7, selector: ({ kind, index }) => `${kind}${index}` }),
  spare: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }),
});

test('nobody who was covered is uncovered by what is done, bought or not', () => {
  fc.assert(
    fc.property(estates, ({ edges, holders, spare }) => {
      const given = holders.flatMap(({ kind, index, hasEnterprise, from }) => {
        const id = `${kind === 'user' ? 'u' : 'd'}${index}`;
        const kinds: CalKind[] = hasEnterprise ? ['standard', 'enterprise'] : ['standard'];
        return kinds.map((each) => assigned(CAL_OF[each], kind, id, from));
      });
      const stock = (['user', 'device'] as const).flatMap((metric, side) =>
        (['standard', 'enterprise'] as const).map((kind, level) => {
          const held = holders.filter((each) => each.kind === metric && (level === 0 || each.hasEnterprise));
          return granted(CAL_OF[kind], metric, held.length + spare[side * 2 + level]!);
        }),
      );
      const ledger = [...stock, ...given].reduce(foldFact, emptyLedger());
      const moves = advice(ledger, edges);
      const before = reckon(ledger, edges, TODAY);
      const first = apply(ledger, edges, moves);
      const then = reckon(first.after, edges, TODAY);
      for (const each of edges)
        assert.ok(!coversEdge(before, each) || coversEdge(then, each), JSON.stringify(each));
      for (const side of ['users', 'devices'] as const)
        for (const [id, state] of before[side])
          assert.ok(!state.covered || then[side].get(id)?.covered !== false, id);

      const bought = moves.flatMap(({ action, sku, metric, quantity }, index) =>
        action === 'buy' ? [granted(sku, metric as CalMetric, quantity, `bought ${index}`)] : [],
      );
      const second = apply(bought.reduce(foldFact, first.after), edges, moves);
      const last = reckon(second.after, edges, TODAY);
      for (const each of edges) {
        assert.ok(!coversEdge(then, each) || coversEdge(last, each), JSON.stringify(each));
        if (second.reply.waiting === 0) assert.ok(coversEdge(last, each), JSON.stringify(each));
      }
    }),
    { numRuns: 400 },
  );
});

test('what covers a terminal is taken from its people only when the terminal has its CAL', () => {
  const shift = ['alice', 'bob', 'carol'];
  const edges = [
    ...[...shift, 'dave'].map((id) => edge(id, 'terminal')),
    ...['erin', 'frank'].map((id) => edge(id, `computer-${id}`)),
  ];
  const ledger = [
    granted(CAL_OF.standard, 'user', 3),
    ...shift.map((id) => assigned(CAL_OF.standard, 'user', id)),
  ].reduce(foldFact, emptyLedger());
  const moves = advice(ledger, edges);
  const actions = moves.map(({ action, reason }) => `${action} ${reason}`);
  assert.equal(actions[0], 'buy cheapest');
  assert.ok(actions.indexOf('assign cheapest') < actions.indexOf('move after-purchase'), `${actions}`);
  const first = apply(ledger, edges, moves);
  assert.deepEqual(first.reply, {
    assigned: 0,
    moved: 0,
    unassigned: 0,
    waiting: moves.filter(isDone).length,
  });
  const bought = foldFact(first.after, granted(CAL_OF.standard, 'device', 1));
  const { after, reply } = apply(bought, edges, moves);
  assert.equal(reply.waiting, 0);
  assert.equal(reply.assigned, 1);
  assert.ok([...reckon(after, edges, TODAY).users.values()].every(({ covered }) => covered));
});

function isDone({ action }: Move): boolean {
  return action !== 'buy' && action !== 'keep';
}
