// What the in-process bus does by its clock and its bounds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { fakeClock } from '../net/testing.ts';
import { createMetrics } from '../observe/index.ts';
import { command, done, event } from './contract.ts';
import { openInProcessBus } from './in-process.ts';
import { MemoryStream } from './memory-stream.ts';
import { collected, recordedLog } from './testing/index.ts';

const happened = event('test.thing.happened', Type.Object({ number: Type.Integer() }));
const ask = command('test.ask', { request: Type.Object({}), reply: Type.Object({}) });

test('a deadline runs on the clock of the bus and leaves no timer behind', async () => {
  const clock = fakeClock();
  const { log } = recordedLog();
  const bus = openInProcessBus({ log, clock });
  const never = Promise.withResolvers<void>();
  await bus.serve(ask, async () => {
    await never.promise;
    return done({});
  });
  const asking = bus.call(ask, {}, { deadlineMs: 5_000 });
  await clock.advanceAsync(4_999);
  assert.equal(clock.pending, 1);
  await clock.advanceAsync(1);
  const outcome = await asking;
  assert.equal(!outcome.ok && outcome.fault.code, 'BUS_DEADLINE');
  assert.equal(clock.pending, 0);
  never.resolve();
  await bus[Symbol.asyncDispose]();
  assert.equal(clock.pending, 0);
});

test('a call that waits when the bus closes is BUS_CLOSED', async () => {
  const clock = fakeClock();
  const bus = openInProcessBus({ log: recordedLog().log, clock });
  const started = Promise.withResolvers<void>();
  await bus.serve(ask, () => {
    started.resolve();
    return new Promise(() => {});
  });
  const asking = bus.call(ask, {});
  await started.promise;
  const closing = bus[Symbol.asyncDispose]();
  await clock.advanceAsync(4_999);
  await clock.advanceAsync(1);
  await closing;
  const outcome = await asking;
  assert.ok(!outcome.ok && ['BUS_CLOSED', 'BUS_DEADLINE'].includes(outcome.fault.code));
});

test('a subscriber that is 10,000 events behind loses the newest; views start afresh when it has caught up', async () => {
  const { log, lines } = recordedLog();
  const metrics = createMetrics();
  await using bus = openInProcessBus({ log, clock: fakeClock(), metrics });
  const gate = Promise.withResolvers<void>();
  const seen = collected<number>();
  const resync = Promise.withResolvers<void>();
  bus.onReconnect(resync.resolve);
  await bus.subscribe(happened, async ({ number }) => {
    await gate.promise;
    seen.add(number);
  });
  await bus.publish(happened, { number: 0 });
  // The first is being handled now; the others wait.
  for (let number = 1; number <= 10_005; number += 1) await bus.publish(happened, { number });
  gate.resolve();
  await resync.promise;
  await bus.publish(happened, { number: 20_000 });
  await seen.until(10_002);
  assert.equal(seen.items.at(-2), 10_000);
  assert.equal(seen.items.at(-1), 20_000);
  assert.deepEqual(
    lines.map((line) => line.level),
    ['warn', 'warn'],
  );
  assert.match(await metrics.text(), /parley_bus_lost_events_total\{subject="test.thing.happened"\} 5/);
});

test('redelivery runs on the clock of the bus', async () => {
  const clock = fakeClock();
  await using bus = openInProcessBus({ log: recordedLog().log, clock });
  const deliveries = collected<number>();
  await bus.consume(happened, 'keeper', (message) => deliveries.add(message.delivery), {
    redeliverMs: 30_000,
  });
  await bus.append(happened, { number: 1 });
  await deliveries.until(1);
  await clock.advanceAsync(29_999);
  assert.equal(deliveries.items.length, 1);
  await clock.advanceAsync(1);
  assert.deepEqual(await deliveries.until(2), [1, 2]);
});

test('an acknowledgement that comes late still counts', async () => {
  const clock = fakeClock();
  await using bus = openInProcessBus({ log: recordedLog().log, clock });
  const deliveries = collected<{ acknowledge(): Promise<void> }>();
  await bus.consume(happened, 'keeper', (message) => deliveries.add(message), { redeliverMs: 1_000 });
  await bus.append(happened, { number: 1 });
  await deliveries.until(1);
  await clock.advanceAsync(1_000);
  await deliveries.until(2);
  await deliveries.items[0]?.acknowledge();
  await clock.advanceAsync(10_000);
  assert.equal(deliveries.items.length, 2);
});

test('an id is forgotten after two minutes', async () => {
  const clock = fakeClock();
  const { log } = recordedLog();
  const stream = new MemoryStream('test.thing.happened', clock, log);
  const seen: string[] = [];
  stream.consume('keeper', 60_000, async (message) => {
    seen.push(message.payload);
    await message.acknowledge();
  });
  stream.append('a', 'same');
  await clock.advanceAsync(119_999);
  stream.append('b', 'same');
  await clock.advanceAsync(1);
  stream.append('c', 'same');
  await clock.advanceAsync(0);
  assert.deepEqual(seen, ['a', 'c']);
  assert.equal(clock.pending, 0);
});

test('a consumer without members keeps 100,000 events; the oldest give way, and the log says so', async () => {
  const clock = fakeClock();
  const { log, lines } = recordedLog();
  const stream = new MemoryStream('test.thing.happened', clock, log);
  const first = stream.consume('keeper', 1_000, async () => {});
  await first[Symbol.asyncDispose]();
  for (let number = 0; number < 100_003; number += 1) stream.append(String(number), undefined);
  const seen = collected<string>();
  stream.consume('keeper', 1_000, async (message) => {
    await message.acknowledge();
    seen.add(message.payload);
  });
  await seen.until(100_000);
  assert.equal(seen.items[0], '3');
  assert.equal(seen.items.at(-1), '100002');
  await clock.advanceAsync(0);
  const said = lines.map((line) => line.message);
  assert.match(said[0] ?? '', /too far behind/);
  assert.match(said[1] ?? '', /caught up/);
});

test('an expired key is gone by the clock of the bus, and a new value has its whole time', async () => {
  const clock = fakeClock();
  await using bus = openInProcessBus({ log: recordedLog().log, clock });
  const keys = await bus.keyValue('places', Type.String(), { ttlMs: 1_000 });
  await keys.put('a', 'one');
  await clock.advanceAsync(900);
  await keys.put('a', 'two');
  await clock.advanceAsync(999);
  assert.equal(await keys.get('a'), 'two');
  await clock.advanceAsync(1);
  assert.equal(await keys.get('a'), undefined);
  assert.equal(clock.pending, 0);
});
