// Events: every subscriber, in order, one at a time, as copies. Part of bus-suite.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MakePair } from './bus-suite.ts';
import { happened } from './case-contracts.ts';
import { collected } from './collected.ts';

export function eventCases(makePair: MakePair): void {
  test('every subscriber receives every event in the order of publishing', async () => {
    await using pair = await makePair();
    const contract = happened();
    const near = collected<number>();
    const far = collected<number>();
    await pair.here.subscribe(contract, ({ number }) => near.add(number));
    await pair.there.subscribe(contract, ({ number }) => far.add(number));
    const sent = Array.from({ length: 200 }, (_, number) => number);
    await Promise.all(sent.map((number) => pair.here.publish(contract, { number })));
    assert.deepEqual(await near.until(200), sent);
    assert.deepEqual(await far.until(200), sent);
  });

  test('one member of each queue group receives an event', async () => {
    await using pair = await makePair();
    const contract = happened();
    const group = collected<number>();
    const other = collected<number>();
    for (const bus of [pair.here, pair.there]) {
      await bus.subscribe(contract, ({ number }) => group.add(number), { queue: 'workers' });
    }
    await pair.there.subscribe(contract, ({ number }) => other.add(number), { queue: 'others' });
    const sent = Array.from({ length: 50 }, (_, number) => number);
    for (const number of sent) await pair.here.publish(contract, { number });
    assert.deepEqual(
      [...(await group.until(50))].sort((a, b) => a - b),
      sent,
    );
    assert.deepEqual(await other.until(50), sent);
    assert.equal(group.items.length, 50);
  });

  test('a subscriber holds a copy that nobody else can change', async () => {
    await using pair = await makePair();
    const contract = happened();
    const seen = collected<object>();
    for (const text of ['changed by the first', 'changed by the second']) {
      await pair.there.subscribe(contract, (value) => {
        seen.add({ ...value });
        Object.assign(value, { text });
      });
    }
    const value = { number: 1, text: 'as sent' };
    const publishing = pair.here.publish(contract, value);
    value.text = 'changed by the sender';
    await publishing;
    const sent = { number: 1, text: 'as sent' };
    assert.deepEqual(await seen.until(2), [sent, sent]);
  });

  test('properties that the contract does not know do not arrive', async () => {
    await using pair = await makePair();
    const contract = happened();
    const seen = collected<object>();
    await pair.there.subscribe(contract, (value) => seen.add(value));
    const wider: { number: number } = Object.assign({ number: 1 }, { secret: 'x' });
    await pair.here.publish(contract, wider);
    assert.deepEqual(await seen.until(1), [{ number: 1 }]);
  });

  test('a value that does not fit is refused at the sender, by the path of its field', async () => {
    await using pair = await makePair();
    const wrong = { number: 'one' } as unknown as { number: number };
    await assert.rejects(pair.here.publish(happened(), wrong), /\/number must be integer/);
  });

  test('a value longer than the bus carries is refused at the sender', async () => {
    await using pair = await makePair();
    const long = { number: 1, text: 'x'.repeat(1024 * 1024) };
    await assert.rejects(pair.here.publish(happened(), long), /more than the bus carries/);
  });

  test('a handler is not called again before it has finished', async () => {
    await using pair = await makePair();
    const contract = happened();
    const steps = collected<string>();
    await pair.there.subscribe(contract, async ({ number }) => {
      steps.add(`begin ${number}`);
      await new Promise((resolve) => setImmediate(resolve));
      steps.add(`end ${number}`);
    });
    for (const number of [1, 2, 3]) await pair.here.publish(contract, { number });
    assert.deepEqual(await steps.until(6), ['begin 1', 'end 1', 'begin 2', 'end 2', 'begin 3', 'end 3']);
  });

  test('a handler that throws receives the next event all the same', async () => {
    await using pair = await makePair();
    const contract = happened();
    const seen = collected<number>();
    await pair.there.subscribe(contract, ({ number }) => {
      seen.add(number);
      if (number === 1) throw new Error('thrown by the handler');
    });
    await pair.there.subscribe(contract, async ({ number }) => {
      seen.add(number);
      if (number === 1) throw new Error('rejected by the handler');
    });
    for (const number of [1, 2]) await pair.here.publish(contract, { number });
    assert.deepEqual([...(await seen.until(4))].sort(), [1, 1, 2, 2]);
  });

  test('a closed subscription receives nothing more', async () => {
    await using pair = await makePair();
    const contract = happened();
    const closed = collected<number>();
    const open = collected<number>();
    const subscription = await pair.there.subscribe(contract, ({ number }) => closed.add(number));
    await pair.there.subscribe(contract, ({ number }) => open.add(number));
    await pair.here.publish(contract, { number: 1 });
    await closed.until(1);
    await subscription[Symbol.asyncDispose]();
    await subscription[Symbol.asyncDispose]();
    await pair.here.publish(contract, { number: 2 });
    await open.until(2);
    assert.deepEqual(closed.items, [1]);
  });
}
