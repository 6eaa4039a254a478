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
