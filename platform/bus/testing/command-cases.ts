// Commands: answered by exactly one instance or failed by the deadline. Part of bus-suite.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done, errors } from '../contract.ts';
import type { MakePair } from './bus-suite.ts';
import { double } from './case-contracts.ts';

const { fault } = errors({ SUITE_REFUSED: { http: 409, sentence: 'Not today.', remedy: 'Come tomorrow.' } });

export function commandCases(makePair: MakePair): void {
  test('exactly one instance answers, and all of them get some', async () => {
    await using pair = await makePair();
    const contract = double();
    const asked: Record<string, number> = { here: 0, there: 0 };
    for (const by of ['here', 'there'] as const) {
      await pair[by].serve(contract, async ({ number }) => {
        asked[by] = (asked[by] ?? 0) + 1;
        return done({ number: number * 2, by });
      });
    }
    const calls = Array.from({ length: 100 }, (_, number) => pair.here.call(contract, { number }));
    const answers = (await Promise.all(calls)).map((outcome) => outcome.ok && outcome.value.number);
    assert.deepEqual(
      answers,
      Array.from({ length: 100 }, (_, number) => number * 2),
    );
    assert.equal((asked['here'] ?? 0) + (asked['there'] ?? 0), 100);
    assert.ok((asked['here'] ?? 0) > 0 && (asked['there'] ?? 0) > 0);
  });

  test('a fault of the handler comes back as it was made', async () => {
    await using pair = await makePair();
    const contract = double();
    await pair.there.serve(contract, async () => fault('SUITE_REFUSED'));
    assert.deepEqual(await pair.here.call(contract, { number: 1 }), fault('SUITE_REFUSED'));
  });

  test('a command that nobody serves is BUS_NO_RESPONDER at once', async () => {
    await using pair = await makePair();
    const outcome = await pair.here.call(double(), { number: 1 }, { deadlineMs: 60_000 });
    assert.equal(!outcome.ok && outcome.fault.code, 'BUS_NO_RESPONDER');
  });

  test('a command that is not served any more is BUS_NO_RESPONDER', async () => {
    await using pair = await makePair();
    const contract = double();
    const serving = await pair.there.serve(contract, async ({ number }) => done({ number }));
    assert.ok((await pair.here.call(contract, { number: 1 })).ok);
    await serving[Symbol.asyncDispose]();
    const outcome = await pair.here.call(contract, { number: 1 });
    assert.equal(!outcome.ok && outcome.fault.code, 'BUS_NO_RESPONDER');
  });

  test('a command without an answer is BUS_DEADLINE when the deadline has passed', async () => {
    await using pair = await makePair();
    const contract = double();
    const { promise: never, resolve } = Promise.withResolvers<void>();
    await pair.there.serve(contract, async ({ number }) => {
      await never;
      return done({ number });
    });
    const outcome = await pair.here.call(contract, { number: 1 }, { deadlineMs: 50 });
    assert.equal(!outcome.ok && outcome.fault.code, 'BUS_DEADLINE');
    resolve();
  });

  test('a request that does not fit is BUS_BAD_REQUEST with the path, and the handler does not see it', async () => {
    await using pair = await makePair();
    const contract = double();
    let called = false;
    await pair.there.serve(contract, async ({ number }) => {
      called = true;
      return done({ number });
    });
    const outcome = await pair.here.call(contract, { number: 'one' } as unknown as { number: number });
    assert.equal(!outcome.ok && outcome.fault.code, 'BUS_BAD_REQUEST');
    assert.match((!outcome.ok && outcome.fault.sentence) || '', /\/number must be integer/);
    assert.equal(called, false);
  });

  test('an exception of the handler is BUS_INTERNAL and says nothing of what happened', async () => {
    await using pair = await makePair();
    const contract = double();
    await pair.there.serve(contract, async () => {
      throw new Error('password of the database');
    });
    const outcome = await pair.here.call(contract, { number: 1 });
    assert.equal(!outcome.ok && outcome.fault.code, 'BUS_INTERNAL');
    assert.doesNotMatch(JSON.stringify(outcome), /password/);
  });

  test('an answer that does not fit its contract is BUS_INTERNAL', async () => {
    await using pair = await makePair();
    const contract = double();
    await pair.there.serve(contract, async () => done({ number: 'two' } as unknown as { number: number }));
    const outcome = await pair.here.call(contract, { number: 1 });
    assert.equal(!outcome.ok && outcome.fault.code, 'BUS_INTERNAL');
  });

  test('an answer longer than the bus carries is BUS_INTERNAL', async () => {
    await using pair = await makePair();
    const contract = double();
    await pair.there.serve(contract, async () => done({ number: 1, by: 'x'.repeat(1024 * 1024) }));
    const outcome = await pair.here.call(contract, { number: 1 });
    assert.equal(!outcome.ok && outcome.fault.code, 'BUS_INTERNAL');
  });

  test('a command with a node reaches that node and no other', async () => {
    await using pair = await makePair();
    const contract = double();
    await pair.here.serve(contract, async ({ number }) => done({ number, by: 'one' }), { node: 'node.1' });
    await pair.there.serve(contract, async ({ number }) => done({ number, by: 'two' }), { node: 'node.2' });
    for (const [node, by] of [
      ['node.1', 'one'],
      ['node.2', 'two'],
    ] as const) {
      assert.deepEqual(await pair.here.call(contract, { number: 1 }, { node }), done({ number: 1, by }));
    }
    const gone = await pair.here.call(contract, { number: 1 }, { node: 'node.3' });
    assert.equal(!gone.ok && gone.fault.code, 'BUS_NO_RESPONDER');
    const anywhere = await pair.here.call(contract, { number: 1 });
    assert.equal(!anywhere.ok && anywhere.fault.code, 'BUS_NO_RESPONDER');
  });

  test('commands run side by side: a handler may call the service that it belongs to', async () => {
    await using pair = await makePair();
    const contract = double();
    await pair.there.serve(contract, async ({ number }) => {
      if (number === 0) return done({ number: 1 });
      const inner = await pair.there.call(contract, { number: number - 1 });
      return inner.ok ? done({ number: inner.value.number * 2 }) : inner;
    });
    assert.deepEqual(await pair.here.call(contract, { number: 4 }), done({ number: 16 }));
  });
}
