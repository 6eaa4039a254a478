// When a front end is taken for dead, and when it is not. The bus is the real one of one process; time is ours.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import { fakeClock } from '@parley/platform/net/testing';
import { silentLog } from '@parley/platform/store/testing';
import { isPlaceThere, placeTaken, placeTold } from './contract.ts';
import { watchNodes } from './node-watch.ts';
import { Places } from './routes.ts';

const [OWN, OTHER] = ['aaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbb'];

async function scene(t: TestContext, inRows: readonly string[] = []) {
  const clock = fakeClock();
  const bus = openInProcessBus({ log: silentLog, clock });
  const places = new Places(OWN);
  const gone: string[] = [];
  let taken = 0;
  const watch = await watchNodes(
    { bus, clock, log: silentLog },
    {
      places,
      inRows: async () => inRows,
      drop: async () => undefined,
      isEmpty: () => true,
      async gone(place) {
        gone.push(place);
      },
      async taken() {
        taken += 1;
        await places.leave();
      },
    },
  );
  t.after(async () => {
    await watch.stop();
    await watch[Symbol.asyncDispose]();
    await places[Symbol.asyncDispose]();
    await bus[Symbol.asyncDispose]();
  });
  return {
    bus,
    gone,
    places,
    get taken() {
      return taken;
    },
    /** Time goes by in steps, and what it wakes is done. */
    async pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 100) {
        clock.advance(100);
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    tells: (isLeaving = false) => bus.publish(placeTold, { place: OTHER, isLeaving }),
    answers: () => bus.serve(isPlaceThere, async () => done({}), { node: OTHER }),
  };
}

test('silent, and nobody answers at its place: it is gone, in three seconds and once', async (t) => {
  const { gone, pass, tells } = await scene(t);
  await tells();
  await pass(1_000);
  assert.deepEqual(gone, []);
  await pass(2_000);
  assert.deepEqual(gone, [OTHER]);
  await pass(5_000);
  assert.deepEqual(gone, [OTHER]);
});

test('one that is busy and silent for a while is not dead: it still answers, or will', async (t) => {
  const { gone, pass, tells, answers } = await scene(t);
  await using _served = await answers();
  await tells();
  await pass(30_000);
  assert.deepEqual(gone, []);
});

test('one that leaves is not waited for; nor is a place that stands in the rows and that nobody has', async (t) => {
  const leaving = await scene(t);
  await leaving.tells();
  await leaving.tells(true);
  await leaving.pass(300);
  assert.deepEqual(leaving.gone, [OTHER]);
  const former = await scene(t, [OTHER, OWN]);
  await former.pass(3_000);
  assert.deepEqual(former.gone, [OTHER]);
});

test('who was taken for dead and lives gives up its place, and is not taken for anybody else', async (t) => {
  const one = await scene(t);
  await one.bus.publish(placeTaken, { place: OWN });
  await one.pass(100);
  assert.equal(one.taken, 1);
  assert.notEqual(one.places.own, OWN);
  assert.equal(one.places.has(OWN), false);
  const asked = await one.bus.call(isPlaceThere, {}, { node: one.places.own });
  assert.equal(asked.ok, true);
});
