// The reckoning: whose CAL answers an access, who is tolerated, and what is needed of each licence.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reckon } from './reckoning.ts';
import { emptyLedger, type Fact, foldFact, type Ledger } from './rules/ledger.ts';
import type { Edge, Settings } from './rules/model.ts';

const TODAY = '2026-06-30';
const STANDARD = 'parley-standard-cal';

function ledgerOf(owned: number, holders: readonly string[], settings: Partial<Settings>): Ledger {
  const facts: Fact[] = [
    { name: 'settings.changed', body: { tolerancePct: 0, minExtra: 0, graceDays: 0, ...settings } },
    {
      name: 'grant.put',
      body: {
        grantId: 'g',
        sku: STANDARD,
        metric: 'user',
        quantity: owned,
        source: 'purchase',
        from: '2026-01-01',
        to: null,
        agreementId: null,
        proof: '',
        unitPrice: null,
      },
    },
    ...holders.map(
      (id): Fact => ({
        name: 'assignment.put',
        body: {
          assignmentId: `a-${id}`,
          sku: STANDARD,
          subject: { kind: id.startsWith('d-') ? 'device' : 'user', id },
          from: '2026-01-01',
          to: null,
          kind: 'permanent',
          reason: '',
          previous: null,
        },
      }),
    ),
  ];
  return facts.reduce(foldFact, emptyLedger());
}

function edge(userId: string | null, deviceId: string | null, firstDay = TODAY): Edge {
  return { userId, deviceId, level: 'standard', firstDay, lastDay: TODAY, count: 1 };
}

test('A3, S4: either end answers for the access, and the licence that does is the one that is needed', () => {
  const ledger = ledgerOf(2, ['alice', 'd-reception'], {});
  const edges = [edge('alice', 'd-reception'), edge('bob', 'd-reception'), edge('carol', null)];
  const { users, devices, lines, unlicensed } = reckon(ledger, edges, TODAY);
  assert.equal(users.get('bob')?.covered, true);
  assert.equal(users.get('carol')?.covered, false);
  assert.equal(devices.get('d-reception')?.needs, 'standard');
  assert.deepEqual(unlicensed, { users: 1, devices: 0 });
  const needed = (metric: string) =>
    lines.find((line) => line.sku === STANDARD && line.metric === metric)?.needed;
  assert.deepEqual([needed('user'), needed('device')], [2, 1]);
});

test('M3, M4: within the limit those who came first stay, whoever comes later', () => {
  const ledger = ledgerOf(2, ['alice'], { mode: 'enforce', minExtra: 1 });
  const edges = [edge('carol', null, '2026-06-02'), edge('bob', null, '2026-06-01'), edge('dave', null)];
  const { users, isOver, room } = reckon(ledger, edges, TODAY);
  assert.ok((users.get('bob')?.tolerated ?? 0) !== 0);
  assert.equal(users.get('carol')?.tolerated, 0);
  assert.equal(users.get('dave')?.tolerated, 0);
  assert.deepEqual([isOver, room.standard], [true, 0]);
});

test('M3: grace runs from the first day over, and ends', () => {
  const edges = [edge('bob', null)];
  const over = (since: string) => {
    const ledger = ledgerOf(0, [], { mode: 'enforce', graceDays: 30 });
    return reckon(foldFact(ledger, { name: 'overage.changed', body: { since } }), edges, TODAY);
  };
  const inGrace = over('2026-06-01');
  assert.equal(inGrace.graceDaysLeft, 1);
  assert.ok(inGrace.room.standard > 0);
  const ended = over('2026-05-31');
  assert.equal(ended.graceDaysLeft, null);
  assert.equal(ended.room.standard, 0);
});

test('access that left the window counts no more', () => {
  const ledger = ledgerOf(1, [], { windowDays: 30 });
  const old: Edge = { ...edge('bob', null, '2026-01-01'), lastDay: '2026-05-31' };
  assert.equal(reckon(ledger, [old], TODAY).unlicensed.users, 0);
  assert.equal(reckon(ledger, [{ ...old, lastDay: '2026-06-01' }], TODAY).unlicensed.users, 1);
});
