// Streams: at least once until acknowledged. Part of bus-suite.ts; most of it holds in any weather.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MakePair, SuiteOptions } from './bus-suite.ts';
import { freshName, happened } from './case-contracts.ts';
import { collected } from './collected.ts';

const redeliverMs = 200;

export function streamCases(makePair: MakePair, { loses, duplicates }: SuiteOptions): void {
  const calm = !loses && !duplicates;

  test('every stored event comes until it is acknowledged', async () => {
    await using pair = await makePair();
    const contract = happened();
    const acknowledged = new Set<number>();
    const { promise: all, resolve } = Promise.withResolvers<void>();
    await pair.there.consume(
      contract,
      freshName(),
      async (message) => {
        await message.acknowledge();
        acknowledged.add(message.value.number);
        if (acknowledged.size === 40) resolve();
      },
      { redeliverMs },
    );
    for (let number = 0; number < 40; number += 1) await pair.here.append(contract, { number });
    await all;
  });

  test('a stored event that was not acknowledged comes again', async () => {
    await using pair = await makePair();
    const contract = happened();
    const { promise, resolve } = Promise.withResolvers<number>();
    await pair.there.consume(
      contract,
      freshName(),
      async (message) => {
        if (message.delivery < 2) return;
        await message.acknowledge();
        resolve(message.value.number);
      },
      { redeliverMs },
    );
    await pair.here.append(contract, { number: 7 });
    assert.equal(await promise, 7);
  });

  test('a stored event whose handler failed comes again', async () => {
    await using pair = await makePair();
    const contract = happened();
    const { promise, resolve } = Promise.withResolvers<void>();
    await pair.there.consume(
      contract,
      freshName(),
      async (message) => {
        if (message.delivery === 1) throw new Error('not this time');
        await message.acknowledge();
        resolve();
      },
      { redeliverMs },
    );
    await pair.here.append(contract, { number: 1 });
    await promise;
  });

  if (!calm) return;

  test('a rejected event comes again at once, or after the time that was asked for', async () => {
    await using pair = await makePair();
    const contract = happened();
    const deliveries = collected<number>();
    await pair.there.consume(
      contract,
      freshName(),
      async (message) => {
        deliveries.add(message.delivery);
        if (message.delivery === 1) await message.reject();
        else if (message.delivery === 2) await message.reject(50);
        else await message.acknowledge();
      },
      { redeliverMs: 60_000 },
    );
    await pair.here.append(contract, { number: 1 });
    assert.deepEqual(await deliveries.until(3), [1, 2, 3]);
  });

  test('every consumer has its own position, and its members share it', async () => {
    await using pair = await makePair();
    const contract = happened();
    const shared = collected<number>();
    const alone = collected<number>();
    const team = freshName();
    for (const bus of [pair.here, pair.there]) {
      await bus.consume(contract, team, async (message) => {
        await message.acknowledge();
        shared.add(message.value.number);
      });
    }
    await pair.there.consume(contract, freshName(), async (message) => {
      await message.acknowledge();
      alone.add(message.value.number);
    });
    const sent = Array.from({ length: 30 }, (_, number) => number);
    for (const number of sent) await pair.here.append(contract, { number });
    assert.deepEqual(await alone.until(30), sent);
    assert.deepEqual(
      [...(await shared.until(30))].sort((a, b) => a - b),
      sent,
    );
    assert.equal(shared.items.length, 30);
  });

  test('the position of a consumer outlives its members', async () => {
    await using pair = await makePair();
    const contract = happened();
    const consumer = freshName();
    const seen = collected<number>();
    const join = () =>
      pair.there.consume(contract, consumer, async (message) => {
        await message.acknowledge();
        seen.add(message.value.number);
      });
    const first = await join();
    await pair.here.append(contract, { number: 1 });
    await seen.until(1);
    await first[Symbol.asyncDispose]();
    await pair.here.append(contract, { number: 2 });
    await pair.here.append(contract, { number: 3 });
    await join();
    assert.deepEqual(await seen.until(3), [1, 2, 3]);
  });

  test('what is appended before the first consumer is there is not lost', async () => {
    await using pair = await makePair();
    const contract = happened();
    const seen = collected<number>();
    await pair.here.append(contract, { number: 1 });
    await pair.there.consume(contract, freshName(), async (message) => {
      await message.acknowledge();
      seen.add(message.value.number);
    });
    assert.deepEqual(await seen.until(1), [1]);
  });

  test('an event that is appended again under the same id is stored once', async () => {
    await using pair = await makePair();
    const contract = happened();
    const seen = collected<number>();
    await pair.here.append(contract, { number: 1 }, { id: 'first' });
    await pair.there.append(contract, { number: 1 }, { id: 'first' });
    await pair.here.append(contract, { number: 2 }, { id: 'second' });
    await pair.there.consume(contract, freshName(), async (message) => {
      await message.acknowledge();
      seen.add(message.value.number);
    });
    assert.deepEqual(await seen.until(2), [1, 2]);
  });

  test('events and streams of one subject do not mix', async () => {
    await using pair = await makePair();
    const contract = happened();
    const stored = collected<number>();
    const told = collected<number>();
    await pair.there.subscribe(contract, ({ number }) => told.add(number));
    await pair.there.consume(contract, freshName(), async (message) => {
      await message.acknowledge();
      stored.add(message.value.number);
    });
    await pair.here.append(contract, { number: 1 });
    await pair.here.publish(contract, { number: 2 });
    await pair.here.append(contract, { number: 3 });
    await pair.here.publish(contract, { number: 4 });
    assert.deepEqual(await stored.until(2), [1, 3]);
    assert.deepEqual(await told.until(2), [2, 4]);
  });
}
