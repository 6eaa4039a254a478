// What every UDP batch port does, on real loopback sockets: `udpBatchSuite('dgram', openDgramPort)`.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';
import { DatagramBatch, type OpenUdpPort, type UdpBatchPort, type UdpPortOptions } from './udp-batch-port.ts';

interface Datagram {
  readonly text: string;
  readonly address: string;
  readonly port: number;
  readonly truncated: boolean;
}

export function udpBatchSuite(name: string, open: OpenUdpPort): void {
  const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((own) => own.address === '::1'),
  );

  /** A port that collects, and a promise for having collected so many. */
  async function collect(options: Partial<UdpPortOptions> = {}) {
    const datagrams: Datagram[] = [];
    const batchSizes: number[] = [];
    const waiting = new Set<() => void>();
    const port = await open({
      address: '127.0.0.1',
      port: 0,
      receive(batch) {
        batchSizes.push(batch.count);
        for (let index = 0; index < batch.count; index++) {
          datagrams.push({
            text: Buffer.from(batch.payload(index)).toString(),
            address: batch.addresses[index]!,
            port: batch.ports[index]!,
            truncated: batch.truncated[index] === 1,
          });
        }
        for (const wake of waiting) wake();
      },
      ...options,
    });
    const received = (count: number) =>
      new Promise<readonly Datagram[]>((resolve) => {
        const look = () => {
          if (datagrams.length < count) return;
          waiting.delete(look);
          resolve(datagrams);
        };
        waiting.add(look);
        look();
      });
    return { port, batchSizes, received };
  }

  function batchTo(target: UdpBatchPort, texts: readonly string[], address = target.address): DatagramBatch {
    const batch = new DatagramBatch(texts.length, 1024 * 1024);
    for (const text of texts) assert.ok(batch.add(Buffer.from(text), address, target.port));
    return batch;
  }

  describe(`UDP batch port over ${name}`, () => {
    test('a batch arrives whole, in order, with the sender, though the slab is reused at once', async () => {
      await using alice = (await collect()).port;
      const bob = await collect();
      await using _bob = bob.port;
      const texts = Array.from({ length: 40 }, (_, index) => `datagram ${index}`);
      const batch = batchTo(bob.port, texts);
      assert.equal(alice.send(batch), 40);
      batch.slab.fill(0);
      batch.clear();
      const datagrams = await bob.received(40);
      assert.deepEqual(
        datagrams.map((datagram) => datagram.text),
        texts,
      );
      for (const datagram of datagrams) {
        assert.equal(datagram.address, '127.0.0.1');
        assert.equal(datagram.port, alice.port);
        assert.equal(datagram.truncated, false);
      }
      assert.ok(bob.batchSizes.length < 40, `received in ${bob.batchSizes.length} calls`);
    });

    test('an empty datagram is a datagram', async () => {
      await using alice = (await collect()).port;
      const bob = await collect();
      await using _bob = bob.port;
      alice.send(batchTo(bob.port, ['', 'next']));
      assert.deepEqual(
        (await bob.received(2)).map((datagram) => datagram.text),
        ['', 'next'],
      );
    });

    test('a datagram longer than allowed is cut and marked', async () => {
      await using alice = (await collect()).port;
      const bob = await collect({ maxDatagramBytes: 8 });
      await using _bob = bob.port;
      alice.send(batchTo(bob.port, ['12345678', '123456789']));
      const datagrams = await bob.received(2);
      assert.deepEqual(
        datagrams.map(({ text, truncated }) => ({ text, truncated })),
        [
          { text: '12345678', truncated: false },
          { text: '12345678', truncated: true },
        ],
      );
    });

    test('what is taken arrives in order, and no more waits than the queue has room for', async () => {
      const bob = await collect();
      await using _bob = bob.port;
      await using alice = (await collect({ maxQueuedBytes: 1000 })).port;
      const texts = Array.from({ length: 5 }, (_, index) => String(index).repeat(300));
      const taken = alice.send(batchTo(bob.port, texts));
      assert.ok(taken >= 3, `${taken} were taken`);
      assert.ok(alice.queuedBytes <= 1000);
      const datagrams = await bob.received(taken);
      assert.deepEqual(
        datagrams.map((datagram) => datagram.text),
        texts.slice(0, taken),
      );
    });

    test('a datagram that the system refuses is reported with its target', async () => {
      const refused = Promise.withResolvers<{ address: string; port: number; systemCode: string }>();
      await using alice = (
        await collect({
          sendFailed: (address, port, systemCode) => refused.resolve({ address, port, systemCode }),
        })
      ).port;
      const batch = new DatagramBatch(1, 70_000);
      // Longer than any datagram can be.
      batch.add(new Uint8Array(66_000), '127.0.0.1', 5060);
      assert.equal(alice.send(batch), 1);
      assert.deepEqual(await refused.promise, {
        address: '127.0.0.1',
        port: 5060,
        systemCode: 'EMSGSIZE',
      });
    });

    test('IPv6 and, on ::, IPv4 under its own name', {
      skip: hasIpv6 ? false : 'no IPv6 here',
    }, async () => {
      const bob = await collect({ address: '::' });
      await using _bob = bob.port;
      const alice = await collect({ address: '::1' });
      await using _alice = alice.port;
      const carol = await collect();
      await using _carol = carol.port;
      alice.port.send(batchTo(bob.port, ['six'], '::1'));
      assert.equal((await bob.received(1))[0]!.address, '::1');
      carol.port.send(batchTo(bob.port, ['four'], '127.0.0.1'));
      assert.equal((await bob.received(2))[1]!.address, '127.0.0.1');
      bob.port.send(batchTo(carol.port, ['back'], '127.0.0.1'));
      assert.equal((await carol.received(1))[0]!.text, 'back');
    });

    test('a port in use is refused by name', async () => {
      await using alice = (await collect()).port;
      await assert.rejects(open({ address: '127.0.0.1', port: alice.port, receive() {} }), (error: Error) => {
        assert.equal((error as { code?: string }).code, 'NET_PORT_TAKEN');
        assert.match(error.message, new RegExp(String(alice.port)));
        return true;
      });
    });

    test('disposing sends what was taken, frees the port and takes no more', async () => {
      const bob = await collect();
      await using _bob = bob.port;
      const alice = (await collect()).port;
      alice.send(batchTo(bob.port, ['last words']));
      await Promise.all([alice[Symbol.asyncDispose](), alice[Symbol.asyncDispose]()]);
      assert.equal((await bob.received(1))[0]!.text, 'last words');
      assert.equal(alice.send(batchTo(bob.port, ['too late'])), 0);
      await using again = await open({ address: '127.0.0.1', port: alice.port, receive() {} });
      assert.equal(again.port, alice.port);
    });
  });
}
