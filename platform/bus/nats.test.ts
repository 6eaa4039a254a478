// What only a bus over a network has to stand: servers that are away, restart, refuse, or lack JetStream.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Type } from 'typebox';
import { systemClock as clock } from '../net/clock-system.ts';
import { command, done, event } from './contract.ts';
import type { NatsOptions } from './nats.ts';
import { openNatsBus } from './open-nats.ts';
import { collected, natsServerMissing, recordedLog, startNatsServer } from './testing/index.ts';
import { holdView, pageOf } from './view.ts';

const happened = event('outage.thing.happened', Type.Object({ number: Type.Integer() }));
const add = command('outage.add', {
  request: Type.Object({ number: Type.Integer() }),
  reply: Type.Object({ number: Type.Integer() }),
});
const snapshot = command('outage.snapshot', {
  request: Type.Object({}),
  reply: Type.Object({ numbers: Type.Array(Type.Object({ number: Type.Integer() })) }),
});

function open(options: Partial<NatsOptions> & Pick<NatsOptions, 'servers'>) {
  return openNatsBus({ name: 'test', log: recordedLog().log, clock, ...options });
}

function reconnected(bus: { onReconnect(listener: () => void): Disposable }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  bus.onReconnect(resolve);
  return promise;
}

describe('NATS bus and its server', { skip: natsServerMissing }, () => {
  test('after a restart of the server everything goes on, and listeners are told', async () => {
    await using server = await startNatsServer();
    await using here = await open({ servers: [server.url] });
    await using there = await open({ servers: [server.url] });
    const events = collected<number>();
    const stored = collected<number>();
    await there.subscribe(happened, ({ number }) => events.add(number));
    await there.serve(add, async ({ number }) => done({ number: number + 1 }));
    await there.consume(happened, 'keeper', async (message) => {
      await message.acknowledge();
      stored.add(message.value.number);
    });
    await here.publish(happened, { number: 1 });
    await here.append(happened, { number: 1 });
    await Promise.all([events.until(1), stored.until(1)]);

    const back = Promise.all([reconnected(here), reconnected(there)]);
    await server.kill();
    await server.restart();
    await back;
    assert.ok(here.healthy && there.healthy);
    await here.publish(happened, { number: 2 });
    await here.append(happened, { number: 2 });
    assert.deepEqual(await here.call(add, { number: 1 }), done({ number: 2 }));
    assert.deepEqual(await events.until(2), [1, 2]);
    assert.deepEqual(await stored.until(2), [1, 2]);
  });

  test('what is published or asked while the server is away goes out when it is back', async () => {
    await using server = await startNatsServer();
    await using here = await open({ servers: [server.url] });
    await using there = await open({ servers: [server.url] });
    const events = collected<number>();
    await there.subscribe(happened, ({ number }) => events.add(number));
    await there.serve(add, async ({ number }) => done({ number: number + 1 }));
    const lost = Promise.withResolvers<void>();
    const watch = clock.after(0, function look() {
      if (here.healthy || there.healthy) clock.after(5, look);
      else lost.resolve();
    });
    await server.kill();
    await lost.promise;
    watch[Symbol.dispose]();
    // The subscribers come back in their own time: what is told before that is not for them.
    const subscribersBack = reconnected(there);
    const asking = here.call(add, { number: 1 }, { deadlineMs: 50 });
    const outcome = await asking;
    assert.equal(!outcome.ok && outcome.fault.code, 'BUS_DEADLINE');
    const publishing = here.publish(happened, { number: 5 });
    await server.restart();
    await Promise.all([publishing, subscribersBack]);
    await here.publish(happened, { number: 6 });
    // The one before may still be on its way, or have come in time.
    for (let count = 1; events.items.at(-1) !== 6; count++) await events.until(count);
    assert.deepEqual(await here.call(add, { number: 1 }), done({ number: 2 }));
  });

  test('stored events outlive the server and all its clients', async () => {
    await using server = await startNatsServer();
    {
      await using writer = await open({ servers: [server.url] });
      for (const number of [1, 2, 3]) await writer.append(happened, { number });
    }
    await server.kill();
    await server.restart();
    await using reader = await open({ servers: [server.url] });
    const stored = collected<number>();
    await reader.consume(happened, 'late', async (message) => {
      await message.acknowledge();
      stored.add(message.value.number);
    });
    assert.deepEqual(await stored.until(3), [1, 2, 3]);
  });

  test('a view takes a fresh snapshot when the connection is back', async () => {
    await using server = await startNatsServer();
    await using here = await open({ servers: [server.url] });
    await using there = await open({ servers: [server.url] });
    const numbers = [{ number: 1 }];
    await there.serve(snapshot, async () => done({ numbers }));
    await using view = holdView({
      bus: here,
      log: recordedLog().log,
      clock,
      events: [happened],
      snapshot: async () => pageOf(await here.call(snapshot, {}), (page) => page.numbers),
      empty: () => new Set<number>(),
      fold: (state, { number }) => state.add(number),
    });
    await view.ready;
    const fresh = Promise.withResolvers<void>();
    view.onChange((item) => {
      if (item === undefined) fresh.resolve();
    });
    await server.kill();
    numbers.push({ number: 2 });
    await server.restart();
    await fresh.promise;
    assert.deepEqual([...view.current], [1, 2]);
  });

  test('a stream that was deleted on the server is made again', async () => {
    await using server = await startNatsServer();
    await using bus = await open({ servers: [server.url] });
    const stored = collected<number>();
    await bus.consume(happened, 'keeper', async (message) => {
      await message.acknowledge();
      stored.add(message.value.number);
    });
    await bus.append(happened, { number: 1 });
    await stored.until(1);
    const { connect } = await import('@nats-io/transport-node');
    const { jetstreamManager } = await import('@nats-io/jetstream');
    const administrator = await connect({ servers: server.url });
    await (await jetstreamManager(administrator)).streams.delete('PARLEY_OUTAGE');
    await administrator.close();
    // Whoever appends finds out and tries again, unless the consumer was faster.
    await bus.append(happened, { number: 2 }).catch(() => bus.append(happened, { number: 2 }));
    assert.deepEqual(await stored.until(2), [1, 2]);
  });

  test('the right password opens, a wrong one is refused with the address of the server', async () => {
    await using server = await startNatsServer({ user: 'parley', password: 'right' });
    const { url } = server;
    await using bus = await open({ servers: [url], credentials: { user: 'parley', password: 'right' } });
    assert.ok(bus.healthy);
    const wrong = open({
      servers: [url],
      credentials: { user: 'parley', password: 'wrong' },
      connectWithinMs: 0,
    });
    await assert.rejects(wrong, /password|credentials/i);
  });

  test('a server that carries only short messages is refused, and the remedy is named', async () => {
    await using server = await startNatsServer({ maxPayloadBytes: 65_536 });
    await assert.rejects(open({ servers: [server.url] }), /at most 65536 bytes.*max_payload: 1MB/);
  });

  test('a server without JetStream is refused, and the remedy is named', async () => {
    await using server = await startNatsServer({ jetStream: false });
    await assert.rejects(open({ servers: [server.url] }), /JetStream.*-js/);
  });

  test('no server: the address and the remedy are named', async () => {
    await using server = await startNatsServer();
    await server.stop();
    await assert.rejects(
      open({ servers: [server.url], connectWithinMs: 150 }),
      /No NATS server answers at nats:\/\/127.0.0.1/,
    );
  });
});
