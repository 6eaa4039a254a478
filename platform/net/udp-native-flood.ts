// Run by udp-native-sanitizer.test.ts under AddressSanitizer: opens, floods, fills and closes native ports by chance, from
// one seed. `node udp-native-flood.ts BINDING SEED SECONDS`.
import { createRequire } from 'node:module';
import type { UdpBatchPort } from './udp-batch-port.ts';
import { DatagramBatch } from './udp-batch-port.ts';
import { nativePort, type UdpBinding } from './udp-native.ts';

const [, , path = '', seed = '1', seconds = '3'] = process.argv;
const open = nativePort(createRequire(import.meta.url)(path) as UdpBinding);
const until = performance.now() + Number(seconds) * 1000;
let state = Number(seed);
let received = 0;
let sent = 0;

/** A whole number below `limit`, the same for the same seed. */
function chance(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 0x1_0000_0000) * limit);
}

function openOne(): Promise<UdpBatchPort> {
  const isDual = chance(3) === 0;
  const maxDatagramBytes = [1, 63, 1500, 65_507][chance(4)]!;
  return open({
    address: isDual ? '::' : '127.0.0.1',
    port: 0,
    maxDatagramBytes,
    maxQueuedBytes: chance(200_000),
    receive(batch) {
      for (let index = 0; index < batch.count; index++) {
        const bytes = batch.payload(index);
        if (bytes.length > maxDatagramBytes) throw new Error('a datagram is longer than allowed');
        if (!bytes.every((byte) => byte === bytes[0])) throw new Error('a datagram is mixed up with another');
        received++;
      }
    },
  });
}

function flood(from: UdpBatchPort, ports: readonly UdpBatchPort[]): void {
  const batch = new DatagramBatch(1 + chance(200), 200_000);
  for (let index = chance(batch.capacity + 1); index > 0; index--) {
    const length = [0, 1, 64, 400, 1500, 9000, 65_000, 66_000][chance(8)]!;
    const target = ports[chance(ports.length)]!;
    if (!batch.add(new Uint8Array(length).fill(index), '127.0.0.1', target.port)) break;
  }
  sent += from.send(batch);
}

const ports: UdpBatchPort[] = await Promise.all([openOne(), openOne(), openOne()]);
while (performance.now() < until) {
  flood(ports[chance(ports.length)]!, ports);
  if (chance(10) === 0) {
    const [gone] = ports.splice(chance(ports.length), 1, await openOne());
    const closed = gone![Symbol.asyncDispose]();
    if (chance(2) === 0) await closed;
  }
  await new Promise((resolve) => setImmediate(resolve));
}
// The rest stays open: the end of the process closes it.
await ports[0]![Symbol.asyncDispose]();
console.log(JSON.stringify({ sent, received }));
process.exit(0);
