// The fold of the ledger: any order of facts gives one state, replayed it is the same, and an earlier day is a prefix.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addDays, DAY_MS } from './day.ts';
import { emptyLedger, type Fact, foldFact, type LedgerRecord, ledgerAsOf, replacedBy } from './ledger.ts';

const id = fc.constantFrom('a', 'b', 'c');
const reason = 'test';
const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.tuple(id, fc.nat(9)).map(
    ([grantId, quantity]): Fact => ({
      name: 'grant.put',
      body: {
        grantId,
        sku: 'parley-standard-cal',
        metric: 'user',
        quantity,
        source: 'purchase',
        from: '2026-01-01',
        to: null,
        agreementId: null,
        proof: '',
        unitPrice: null,
      },
    }),
  ),
  id.map((grantId): Fact => ({ name: 'grant.removed', body: { grantId, reason } })),
  fc
    .tuple(id, fc.constantFrom('manager' as const, 'auditor' as const))
    .map(([userId, role]): Fact => ({ name: 'role.given', body: { userId, role } })),
  fc
    .tuple(id, fc.constantFrom('manager' as const, 'auditor' as const))
    .map(([userId, role]): Fact => ({ name: 'role.taken', body: { userId, role } })),
  fc.nat(100).map((tolerancePct): Fact => ({ name: 'settings.changed', body: { tolerancePct } })),
  fc.constantFrom('2026-02-01', null).map((since): Fact => ({ name: 'overage.changed', body: { since } })),
);

const folded = (facts: readonly Fact[]) => facts.reduce(foldFact, emptyLedger());

test('M6: facts that are replayed give the same state', () => {
  fc.assert(
    fc.property(fc.array(fact), (facts) => {
      assert.deepEqual(folded(structuredClone(facts)), folded(facts));
    }),
  );
});

test('M11: the ledger as of a day is the fold of the facts up to it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fact, fc.nat(3))), fc.nat(40), async (steps, days) => {
      let at = Date.UTC(2026, 0, 1);
      const records: LedgerRecord[] = steps.map(([each, pause], index) => {
        at += pause * DAY_MS;
        return { seq: index + 1, at, fact: each };
      });
      const day = addDays('2026-01-01', days);
      const until = Date.UTC(2026, 0, 1) + (days + 1) * DAY_MS;
      const before = records.filter((record) => record.at < until).map((record) => record.fact);
      assert.deepEqual(await ledgerAsOf(records, day), folded(before));
    }),
  );
});

test('what a fact replaces is what was there before it', () => {
  fc.assert(
    fc.property(fc.array(fact), fc.tuple(id, fc.nat(9)), (facts, [grantId, quantity]) => {
      const ledger = folded(facts);
      const held = ledger.grants.get(grantId);
      const put = { ...(held ?? { grantId }), quantity } as never;
      assert.deepEqual(replacedBy(ledger, { name: 'grant.put', body: put }), held ?? null);
      const next = foldFact(ledger, { name: 'grant.removed', body: { grantId, reason } });
      assert.equal(next.grants.has(grantId), false);
    }),
  );
});
