// The optimiser in a thread of its own: the same answer, progress on the way, an end when nobody wants it any more.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatedGraph } from './cases/access-graphs.ts';
import { solveInThread } from './optimise-thread.ts';
import { accessGraph } from './rules/optimise/access-graph.ts';
import type { MixRequest, OptimiseProgress } from './rules/optimise/request.ts';

const single = (price: number) => ({ standard: { packs: new Map([[1, price]]), owned: 0 } });
const supply = { user: single(100), device: single(85) };

test('a thread answers with the mix and the chart', async () => {
  const graph = accessGraph(['alice', 'bob', 'carol'].map((user) => ({ user, device: 'reception' })));
  const solution = await solveInThread({ graph, supply });
  assert.ok(solution.ok);
  assert.equal(solution.value.mix.cost, 85);
  assert.deepEqual(
    solution.value.sweep.map(({ user, device }) => [user, device]),
    [
      [0, 1],
      [3, 0],
    ],
  );
});

test('what no choice can cover comes back as a fault', async () => {
  const graph = accessGraph([{ user: null, device: 'lobby' }]);
  const solution = await solveInThread({ graph, supply, unlicensable: { devices: ['lobby'] } });
  assert.equal(solution.ok, false);
  assert.ok(!solution.ok && solution.fault.code === 'LICENCE_UNCOVERABLE_ACCESS');
});

function largeRequest(): MixRequest {
  const graph = generatedGraph({ kind: 'uniform', users: 30_000, devices: 30_000, edges: 120_000, seed: 1 });
  return { graph, supply };
}

test('progress is told and the columns are handed over', async () => {
  const request = largeRequest();
  const told: OptimiseProgress[] = [];
  const solution = await solveInThread(request, {
    onProgress: (at) => told.push(at),
    withSweep: false,
    handOver: true,
  });
  assert.ok(solution.ok && solution.value.mix.optimal);
  assert.ok(told.length > 0);
  assert.ok(told.every(({ share }) => share >= 0 && share <= 1));
  assert.equal(request.graph.edgeUser.length, 0);
});

test('who aborts gets the reason, and the thread is over', async () => {
  const controller = new AbortController();
  const reason = new Error('Nobody wants to know any more.');
  const solution = solveInThread(largeRequest(), {
    signal: controller.signal,
    onProgress: () => controller.abort(reason),
  });
  await assert.rejects(solution, reason);
});
