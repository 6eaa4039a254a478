import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { DatagramBatch } from './udp-batch-port.ts';
import { udpBatchSuite } from './udp-batch-suite.ts';
import { nativePort, type UdpBinding } from './udp-native.ts';
import { loadNativeUdp } from './udp-native-build.ts';

const native = await loadNativeUdp();
const skip = native.ok ? false : `the native UDP port is not here: ${native.reason}`;

if (native.ok) udpBatchSuite('the native port', nativePort(native.binding));

/** The binding, on a system whose queue has room for so many datagrams until it says that there is more. */
function crowded(binding: UdpBinding, room: number) {
  let left = room;
  let writable = () => {};
  const stub: UdpBinding = {
    ...binding,
    open(options) {
      writable = options.onWritable;
      return binding.open(options);
    },
    watch() {},
    send(port, batch, first, count, status) {
      const now = Math.min(left, count);
      if (now > 0) binding.send(port, batch, first, now, status);
      left -= now;
      status[0] = now;
      status[1] = now < count ? constants.errno.EAGAIN : 0;
    },
  };
  return {
    stub,
    makeRoom(more: number) {
      left += more;
      writable();
    },
  };
}

describe('the native UDP port', { skip }, () => {
  const { binding } = native as { binding: UdpBinding };

  test('keeps what the system has no room for, in order, up to its queue, and sends it when there is', async () => {
    const texts: string[] = [];
    const all = Promise.withResolvers<void>();
    await using bob = await nativePort(binding)({
      address: '127.0.0.1',
      port: 0,
      receive(batch) {
        for (let index = 0; index < batch.count; index++)
          texts.push(Buffer.from(batch.payload(index)).toString());
        if (texts.length === 7) all.resolve();
      },
    });
    const { stub, makeRoom } = crowded(binding, 2);
    const options = { address: '127.0.0.1', port: 0, receive() {}, maxQueuedBytes: 35 };
    await using alice = await nativePort(stub)(options);
    const send = (...words: string[]) => {
      const batch = new DatagramBatch(10, 1000);
      for (const word of words) batch.add(Buffer.from(word.padEnd(10, '.')), '127.0.0.1', bob.port);
      const taken = alice.send(batch);
      batch.slab.fill(0);
      return taken;
    };
    assert.equal(send('one', 'two', 'three', 'four'), 4);
    assert.equal(alice.queuedBytes, 20);
    assert.equal(send('five', 'six'), 1, 'the queue has room for one of them');
    makeRoom(1);
    assert.equal(alice.queuedBytes, 20);
    assert.equal(send('seven'), 1);
    makeRoom(10);
    assert.equal(alice.queuedBytes, 0);
    assert.equal(send('eight'), 1);
    await all.promise;
    assert.deepEqual(
      texts.map((text) => text.replaceAll('.', '')),
      ['one', 'two', 'three', 'four', 'five', 'seven', 'eight'],
    );
  });

  test('tells which of our addresses a datagram was sent to, on a socket bound to all of them', async () => {
    const seen = Promise.withResolvers<string>();
    await using bob = await nativePort(binding)({
      address: '0.0.0.0',
      port: 0,
      receive: (batch) => seen.resolve(batch.localAddresses[0]!),
    });
    await using alice = await nativePort(binding)({ address: '127.0.0.1', port: 0, receive() {} });
    const batch = new DatagramBatch(1, 10);
    batch.add(Buffer.from('hello'), '127.0.0.2', bob.port);
    alice.send(batch);
    assert.equal(await seen.promise, '127.0.0.2');
  });

  test('tells how long a datagram has waited for us, and how many found no room', async () => {
    const ages: number[] = [];
    const last = Promise.withResolvers<void>();
    await using bob = await nativePort(binding)({
      address: '127.0.0.1',
      port: 0,
      receive(batch) {
        for (let index = 0; index < batch.count; index++) {
          ages.push(batch.agesUs[index]! / 1000);
          if (batch.payload(index)[0] === 1) last.resolve();
        }
      },
    });
    await using alice = await nativePort(binding)({ address: '127.0.0.1', port: 0, receive() {} });
    const batch = new DatagramBatch(64, 64 * 1000);
    while (batch.add(new Uint8Array(1000), '127.0.0.1', bob.port));
    // More than any queue takes, while nobody reads.
    for (let sent = 0; sent < 20_000; sent += batch.count) alice.send(batch);
    const busyUntil = performance.now() + 30;
    while (performance.now() < busyUntil);
    batch.clear();
    batch.add(new Uint8Array([1]), '127.0.0.1', bob.port);
    setTimeout(() => alice.send(batch), 50);
    await last.promise;
    assert.ok(ages[0]! >= 30, `${ages[0]} ms`);
    assert.ok(ages[0]! < 60_000, `${ages[0]} ms`);
    assert.ok(ages.at(-1)! < ages[0]!);
    assert.ok(bob.overflowed! > 0);
    assert.equal(bob.overflowed! + ages.length - 1, Math.ceil(20_000 / 64) * 64);
  });

  test('does not send to an IPv6 address from an IPv4 port, and sends what stands beside it', async () => {
    const texts: string[] = [];
    const refused = Promise.withResolvers<string>();
    const seen = Promise.withResolvers<void>();
    await using bob = await nativePort(binding)({
      address: '127.0.0.1',
      port: 0,
      receive(batch) {
        for (let index = 0; index < batch.count; index++)
          texts.push(Buffer.from(batch.payload(index)).toString());
        if (texts.length === 2) seen.resolve();
      },
    });
    await using alice = await nativePort(binding)({
      address: '127.0.0.1',
      port: 0,
      receive() {},
      sendFailed: (address, _port, code) => refused.resolve(`${address} ${code}`),
    });
    const batch = new DatagramBatch(3, 30);
    batch.add(Buffer.from('one'), '127.0.0.1', bob.port);
    batch.add(Buffer.from('lost'), '2001:db8::1', bob.port);
    batch.add(Buffer.from('two'), '127.0.0.1', bob.port);
    alice.send(batch);
    await seen.promise;
    assert.deepEqual(texts, ['one', 'two']);
    assert.equal(await refused.promise, '2001:db8::1 EAFNOSUPPORT');
  });

  test('works in a worker thread, which may end with the port open', async () => {
    const seen = Promise.withResolvers<string>();
    await using bob = await nativePort(binding)({
      address: '127.0.0.1',
      port: 0,
      receive: (batch) => seen.resolve(Buffer.from(batch.payload(0)).toString()),
    });
    const worker = new Worker(new URL('udp-native-worker-testing.ts', import.meta.url), {
      workerData: bob.port,
    });
    assert.equal(await seen.promise, 'from a worker');
    assert.equal(await worker.terminate(), 1);
  });

  test('what a listener throws is an uncaught exception, and the port goes on', async (t) => {
    const thrown = Promise.withResolvers<unknown>();
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', (error) => thrown.resolve(error));
    t.after(() => {
      process.removeAllListeners('uncaughtException');
      for (const listener of before) process.on('uncaughtException', listener);
    });
    const texts: string[] = [];
    const second = Promise.withResolvers<void>();
    await using bob = await nativePort(binding)({
      address: '127.0.0.1',
      port: 0,
      receive(batch) {
        texts.push(Buffer.from(batch.payload(0)).toString());
        if (texts.length === 1) throw new Error('a fault of ours');
        second.resolve();
      },
    });
    const batch = new DatagramBatch(1, 10);
    batch.add(Buffer.from('hello'), '127.0.0.1', bob.port);
    bob.send(batch);
    assert.match(String(await thrown.promise), /a fault of ours/);
    bob.send(batch);
    await second.promise;
  });
});

test('a compiler that is not there is a reason, not a failure', async () => {
  const path = process.env['PATH'];
  const folder = await mkdtemp(join(tmpdir(), 'parley-native-'));
  try {
    const { compileUdpBinding } = await import('./udp-native-build.ts');
    process.env['PATH'] = folder;
    await assert.rejects(compileUdpBinding(join(folder, 'udp.node')), { code: 'ENOENT' });
  } finally {
    process.env['PATH'] = path;
    await rm(folder, { recursive: true });
  }
});
