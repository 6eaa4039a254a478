// The native sieve against the same rules in TypeScript: what a port drops is what the gate would have refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DatagramSieve } from './datagram-sieve.ts';
import { defaultOverloadLimits, Overload } from './overload.ts';
import { glanceKey } from './sip-glance.ts';
import { DatagramBatch } from './udp-batch-port.ts';
import { nativePort } from './udp-native.ts';
import { loadNativeUdp } from './udp-native-build.ts';

const native = await loadNativeUdp();
const skip = native.ok ? false : native.reason;
const LAST = 'SIP/2.0 200 This one comes through';
const MESSAGES = 400;

/** Overload that refuses about half, as it comes to be: work waits for far too long. */
function overloaded(): Overload {
  const overload = new Overload(defaultOverloadLimits);
  for (let now = 0; overload.share < 0.5; now += 20) {
    overload.waited(2_000);
    overload.advance(20, now, () => 0x1234_5678);
  }
  return overload;
}

const blank = fc.constantFrom('', ' ', '\t', ' \t ');
const callId = fc
  .tuple(fc.constantFrom('Call-ID', 'i', 'CALL-id', 'c', 'Call-Info', 'I'), blank, blank, fc.string(), blank)
  .map(([name, before, after, value, end]) => `${name}${before}:${after}${value}${end}`);
const to = fc
  .tuple(
    fc.constantFrom('To', 't', 'TO', 'T', 'Timestamp', 'From'),
    blank,
    fc.constantFrom('', ';tag=1', '; TAG = x', ';tagged=1', ';x;tag', ';tag\t=', 'tag=1'),
  )
  .map(([name, before, parameters]) => `${name}${before}: <sip:a@b>${parameters}`);
const sip = fc
  .tuple(
    fc.constantFrom('INVITE', 'REGISTER', 'MESSAGE', 'ACK', 'BYE', 'ACKNOWLEDGE', 'SIP/2.0', 'UPDATE', ''),
    fc.array(fc.oneof(callId, to, fc.string(), fc.constant('')), { maxLength: 6 }),
    fc.constantFrom('\r\n', '\n'),
  )
  .map(([method, lines, newline]) => [`${method} sip:a@b SIP/2.0`, ...lines, ''].join(newline));
const datagram = fc.oneof(
  { arbitrary: sip.map((text) => new TextEncoder().encode(text)), weight: 4 },
  { arbitrary: fc.uint8Array({ maxLength: 200 }), weight: 1 },
);

test('a native port drops what the rules refuse, and nothing else', { skip }, async () => {
  assert.ok(native.ok);
  const open = nativePort(native.binding);
  const overload = overloaded();
  const sieve = new DatagramSieve(60_000);
  const arrived: string[] = [];
  const { promise: all, resolve } = Promise.withResolvers<void>();
  await using port = await open({
    address: '127.0.0.1',
    port: 0,
    sieve,
    receive(batch) {
      for (let index = 0; index < batch.count; index++) {
        const text = Buffer.from(batch.payload(index)).toString('latin1');
        if (text === LAST) resolve();
        else arrived.push(text);
      }
    },
  });
  await using sender = await open({ address: '127.0.0.1', port: 0, receive() {} });
  const send = (datagrams: readonly Uint8Array[]) => {
    const batch = new DatagramBatch(datagrams.length, 1_000_000);
    for (const bytes of datagrams) assert.ok(batch.add(bytes, '127.0.0.1', port.port));
    assert.equal(sender.send(batch), datagrams.length);
  };
  const datagrams = fc.sample(datagram, MESSAGES);
  const isRefused = (bytes: Uint8Array) => {
    const key = glanceKey(bytes);
    return key !== undefined && overload.refuses(key);
  };
  sieve.close(overload.share, overload.salt);
  send(datagrams);
  send([new TextEncoder().encode(LAST)]);
  await all;
  const expected = datagrams.filter((bytes) => !isRefused(bytes));
  assert.deepEqual(
    arrived,
    expected.map((bytes) => Buffer.from(bytes).toString('latin1')),
  );
  assert.ok(expected.length < MESSAGES, 'some are new work, and refused');
  const { dropped, droppedStale } = sieve.open();
  assert.deepEqual([dropped, droppedStale], [MESSAGES - expected.length, 0]);
});

test('new work that has waited for long is dropped, and the wait is told; open, nothing is', {
  skip,
}, async () => {
  assert.ok(native.ok);
  const open = nativePort(native.binding);
  const sieve = new DatagramSieve(0);
  const arrived: string[] = [];
  let heard = Promise.withResolvers<void>();
  await using port = await open({
    address: '127.0.0.1',
    port: 0,
    sieve,
    receive(batch) {
      for (let index = 0; index < batch.count; index++)
        arrived.push(Buffer.from(batch.payload(index)).toString().slice(0, 6));
      if (arrived.at(-1) === 'SIP/2.') heard.resolve();
    },
  });
  await using sender = await open({ address: '127.0.0.1', port: 0, receive() {} });
  const send = async () => {
    const batch = new DatagramBatch(2, 1_000);
    batch.add(new TextEncoder().encode('INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\n\r\n'), '127.0.0.1', port.port);
    batch.add(new TextEncoder().encode(LAST), '127.0.0.1', port.port);
    sender.send(batch);
    await heard.promise;
    heard = Promise.withResolvers();
  };
  sieve.close(0.01, 0);
  await send();
  assert.deepEqual(arrived, ['SIP/2.']);
  const { dropped, droppedStale, longestMs } = sieve.open();
  assert.deepEqual([dropped, droppedStale], [0, 1]);
  assert.ok(longestMs > 0 && longestMs < 60_000, `${longestMs} ms`);
  await send();
  assert.deepEqual(arrived, ['SIP/2.', 'INVITE', 'SIP/2.']);
});
