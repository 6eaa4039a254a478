// What every UDP hub does, native or not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NetError } from './net-error.ts';
import { HubBatch, type HubSocket, type OpenUdpHub } from './udp-hub.ts';

interface Heard {
  readonly socket: number;
  readonly text: string;
  readonly from: string;
}

const BUFFER_BYTES = 1024 * 1024;
const HOST = { address: '127.0.0.1', port: 0, bufferBytes: BUFFER_BYTES };

export function udpHubSuite(name: string, openHub: OpenUdpHub): void {
  /** A hub that collects. `heard` waits for so many datagrams and gives all. */
  async function collect(maxDatagramBytes = 1_500) {
    const all: Heard[] = [];
    let look = (): void => {};
    const hub = await openHub({
      maxDatagramBytes,
      receive(batch) {
        for (let index = 0; index < batch.count; index++)
          all.push({
            socket: batch.sockets[index]!,
            text: Buffer.from(batch.payload(index)).toString(),
            from: `${batch.addresses[index]}:${batch.ports[index]}`,
          });
        look();
      },
    });
    const heard = (count: number) =>
      new Promise<readonly Heard[]>((resolve) => {
        look = () => {
          if (all.length >= count) resolve(all);
        };
        look();
      });
    return { hub, heard };
  }

  function say(batch: HubBatch, from: HubSocket, to: HubSocket, text: string, address = '127.0.0.1'): void {
    batch.sockets[batch.count] = from.id;
    assert.ok(batch.add(Buffer.from(text), address, to.port));
  }

  describe(`the UDP hub ${name}`, () => {
    test('one batch leaves through many sockets, and each hears what is its own, in order', async () => {
      const { hub, heard } = await collect();
      await using _hub = hub;
      const sockets = await Promise.all(Array.from({ length: 40 }, () => hub.open(HOST)));
      const batch = new HubBatch(120, 10_000);
      for (const [at, from] of sockets.entries())
        for (const part of [0, 1, 2]) say(batch, from, sockets[(at + 1) % 40]!, `${at}/${part}`);
      assert.equal(hub.send(batch), 120);
      batch.slab.fill(0);
      batch.clear();
      const all = await heard(120);
      for (const [at, from] of sockets.entries()) {
        const own = all.filter(({ socket }) => socket === sockets[(at + 1) % 40]!.id);
        assert.deepEqual(
          own,
          [0, 1, 2].map((part) => ({
            socket: sockets[(at + 1) % 40]!.id,
            text: `${at}/${part}`,
            from: `127.0.0.1:${from.port}`,
          })),
        );
      }
    });

    test('goes on while much comes, with more than a batch at once', async () => {
      const { hub, heard } = await collect();
      await using _hub = hub;
      const [alice, bob] = [await hub.open(HOST), await hub.open(HOST)];
      for (let round = 0; round < 10; round++) {
        const batch = new HubBatch(100, 10_000);
        for (let at = 0; at < 100; at++) say(batch, alice, bob, `${round * 100 + at}`);
        assert.equal(hub.send(batch), 100);
        const all = await heard((round + 1) * 100);
        assert.equal(all.at(-1)!.text, `${round * 100 + 99}`);
      }
    });

    test('what is too long is dropped, and what came with it is not', async () => {
      const { hub, heard } = await collect(64);
      await using _hub = hub;
      const sender = await collect();
      await using _sender = sender.hub;
      const [alice, bob, carol] = [await sender.hub.open(HOST), await hub.open(HOST), await hub.open(HOST)];
      const batch = new HubBatch(8, 10_000);
      for (const to of [bob, carol]) {
        say(batch, alice, to, 'before');
        say(batch, alice, to, 'x'.repeat(65));
        say(batch, alice, to, 'y'.repeat(64));
        say(batch, alice, to, 'after');
      }
      assert.equal(sender.hub.send(batch), 8);
      const all = await heard(6);
      for (const { id } of [bob, carol])
        assert.deepEqual(
          all.filter(({ socket }) => socket === id).map(({ text }) => text),
          ['before', 'y'.repeat(64), 'after'],
        );
    });

    test('what cannot leave is dropped, and the next one leaves', async () => {
      const { hub, heard } = await collect();
      await using _hub = hub;
      const [alice, bob] = [await hub.open(HOST), await hub.open(HOST)];
      const batch = new HubBatch(3, 100_000);
      say(batch, alice, bob, 'nowhere', '::1');
      say(batch, alice, bob, 'here');
      hub.send(batch);
      const all = await heard(1);
      assert.deepEqual(
        all.map(({ text }) => text),
        ['here'],
      );
    });

    test('a closed socket hears and says nothing; its port and its number are free again', async () => {
      const { hub, heard } = await collect();
      await using _hub = hub;
      const [alice, bob] = [await hub.open(HOST), await hub.open(HOST)];
      await bob[Symbol.asyncDispose]();
      await bob[Symbol.asyncDispose]();
      const batch = new HubBatch(4, 1_000);
      say(batch, bob, alice, 'from nobody');
      say(batch, alice, bob, 'to nobody');
      hub.send(batch);
      batch.clear();
      const again = await hub.open({ ...HOST, port: bob.port });
      assert.equal(again.id, bob.id);
      say(batch, alice, again, 'to the next one');
      hub.send(batch);
      assert.deepEqual(
        (await heard(1)).map(({ text }) => text),
        ['to the next one'],
      );
    });

    test('a port that is taken is refused with its reason', async () => {
      const { hub } = await collect();
      await using _hub = hub;
      const alice = await hub.open(HOST);
      await assert.rejects(hub.open({ ...HOST, port: alice.port }), NetError);
      await assert.rejects(hub.open({ ...HOST, address: '192.0.2.1' }), NetError);
      assert.notEqual((await hub.open(HOST)).id, alice.id);
    });

    test('a closed hub sends nothing', async () => {
      const { hub } = await collect();
      const [alice, bob] = [await hub.open(HOST), await hub.open(HOST)];
      await hub[Symbol.asyncDispose]();
      await hub[Symbol.asyncDispose]();
      const batch = new HubBatch(1, 100);
      say(batch, alice, bob, 'too late');
      assert.equal(hub.send(batch), 0);
      await alice[Symbol.asyncDispose]();
    });
  });
}
