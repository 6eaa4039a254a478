// The life of a bus: healthy, drained, closed. Part of bus-suite.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done } from '../contract.ts';
import type { MakePair } from './bus-suite.ts';
import { double, freshName, happened } from './case-contracts.ts';

export function lifeCases(makePair: MakePair): void {
  test('a closed bus is not healthy, answers BUS_CLOSED and refuses the rest', async () => {
    await using pair = await makePair();
    const bus = pair.here;
    assert.equal(bus.healthy, true);
    await bus[Symbol.asyncDispose]();
    await bus[Symbol.asyncDispose]();
    assert.equal(bus.healthy, false);
    await assert.rejects(
      bus.subscribe(happened(), () => {}),
      /closed/,
    );
    await assert.rejects(
      bus.serve(double(), async () => done({ number: 1 })),
      /closed/,
    );
    await assert.rejects(
      bus.consume(happened(), freshName(), () => {}),
      /closed/,
    );
  });

  test('closing waits for the handlers that run', async () => {
    await using pair = await makePair();
    const contract = happened();
    const started = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    let finished = false;
    await pair.there.consume(
      contract,
      freshName(),
      async () => {
        started.resolve();
        await release.promise;
        finished = true;
      },
      { redeliverMs: 200 },
    );
    await pair.here.append(contract, { number: 1 });
    await started.promise;
    const closing = pair.there[Symbol.asyncDispose]();
    release.resolve();
    await closing;
    assert.equal(finished, true);
  });
}
