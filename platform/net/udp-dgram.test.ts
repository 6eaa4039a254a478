import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DatagramBatch } from './udp-batch-port.ts';
import { udpBatchSuite } from './udp-batch-suite.ts';
import { openDgramPort } from './udp-dgram.ts';

udpBatchSuite('node:dgram', openDgramPort);

test('node:dgram: a full queue takes the first datagrams and says how many', async () => {
  await using port = await openDgramPort({
    address: '127.0.0.1',
    port: 0,
    receive() {},
    maxQueuedBytes: 1000,
  });
  const batch = new DatagramBatch(5, 2000);
  for (let index = 0; index < 5; index++) batch.add(new Uint8Array(300), '127.0.0.1', port.port);
  assert.equal(port.send(batch), 3);
  assert.equal(port.queuedBytes, 900);
});

test('datagrams that are more than one turn of the loop reads have waited, as far as can be guessed', async () => {
  const ages: number[] = [];
  const all = Promise.withResolvers<void>();
  await using bob = await openDgramPort({
    address: '127.0.0.1',
    port: 0,
    receive(batch) {
      for (let index = 0; index < batch.count; index++) ages.push(batch.agesUs[index]!);
      // Each turn takes its time.
      const busyUntil = performance.now() + 5;
      while (performance.now() < busyUntil);
      if (ages.length === 200) all.resolve();
    },
  });
  await using alice = await openDgramPort({ address: '127.0.0.1', port: 0, receive() {} });
  const batch = new DatagramBatch(200, 2_000);
  while (batch.add(new Uint8Array(10), '127.0.0.1', bob.port));
  alice.send(batch);
  await all.promise;
  assert.equal(ages[0], 0);
  assert.ok(ages.at(-1)! >= 5_000, `${ages.at(-1)} µs`);
  assert.ok(ages.every((age) => age <= 200_000));
});
