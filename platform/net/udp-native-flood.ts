// Run by udp-native-sanitizer.test.ts under AddressSanitizer: opens, floods, fills and closes native ports by chance, from
// one seed, in this thread and in workers that end in the middle. `node udp-native-flood.ts BINDING SEED SECONDS`.
import { createRequire } from 'node:module';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { DatagramSieve } from './datagram-sieve.ts';
import type { UdpBatchPort } from './udp-batch-port.ts';
import { DatagramBatch } from './udp-batch-port.ts';
import { nativePort, type UdpBinding } from './udp-native.ts';

interface Work {
  readonly path: string;
  readonly seed: number;
  readonly seconds: number;
}

const [, , givenPath = '', givenSeed = '1', givenSeconds = '3'] = process.argv;
const { path, seed, seconds }: Work = isMainThread
  ? { path: givenPath, seed: Number(givenSeed), seconds: Number(givenSeconds) }
  : (workerData as Work);
const open = nativePort(createRequire(import.meta.url)(path) as UdpBinding);
const until = performance.now() + Number(seconds) * 1000;
let state = Number(seed);
let received = 0;
let sent = 0;
let visits = 0;
let visiting: Promise<void> | undefined;

/** No datagram is filled with it. */
const SCRAPS_FIRST = 0xfe;
const SCRAPS = [
  '\r\n',
  '\n',
  ' ',
  '\t',
  ':',
  ';',
  'tag',
  '=',
  'To',
  't',
  'Call-ID',
  'i',
  'ACK ',
  'x',
  '\0',
  '\xff',
];
const sieve = new DatagramSieve(1);

/** A whole number below `limit`, the same for the same seed. */
function chance(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 0x1_0000_0000) * limit);
}

/** Pieces of SIP in no order: the sieve reads them to their very end. */
function scraps(length: number): Uint8Array {
  let text = String.fromCharCode(SCRAPS_FIRST);
  while (text.length < length) text += SCRAPS[chance(SCRAPS.length)];
  return Buffer.from(text.slice(0, length), 'latin1');
}

function openOne(): Promise<UdpBatchPort> {
  const maxDatagramBytes = [1, 63, 1500, 65_507][chance(4)]!;
  return open({
    address: ['::', '::1', '127.0.0.1', '0.0.0.0'][chance(4)]!,
    port: 0,
    maxDatagramBytes,
    maxQueuedBytes: chance(200_000),
    ...(chance(2) === 0 ? {} : { sieve }),
    receive(batch) {
      for (let index = 0; index < batch.count; index++) {
        const bytes = batch.payload(index);
        if (bytes[0] === SCRAPS_FIRST) continue;
        if (bytes.length > maxDatagramBytes) throw new Error('a datagram is longer than allowed');
        if (!bytes.every((byte) => byte === bytes[0])) throw new Error('a datagram is mixed up with another');
        if (batch.agesUs[index]! > 60_000_000) throw new Error('a datagram is older than the port');
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
    // Some cannot be reached from here, or not at all: an error of the system for one datagram among many.
    const address = ['127.0.0.1', '127.0.0.1', '::1', '::ffff:127.0.0.1', '2001:db8::1', '255.255.255.255'][
      chance(6)
    ]!;
    const bytes = chance(2) === 0 ? scraps(length) : new Uint8Array(length).fill(index);
    if (!batch.add(bytes, address, target.port)) break;
  }
  sent += from.send(batch);
  if (from.overflowed === undefined) throw new Error('the port does not tell what overflowed');
  // What was taken may be overwritten at once.
  batch.slab.fill(0xff);
}

/** One more thread with ports of its own, ended while they are in use. */
async function visit(): Promise<void> {
  const work: Work = { path, seed: chance(0x7fff_ffff), seconds: 60 };
  const worker = new Worker(new URL(import.meta.url), { workerData: work });
  await new Promise((resolve) => setTimeout(resolve, 200 + chance(400)));
  await worker.terminate();
}

const ports: UdpBatchPort[] = await Promise.all([openOne(), openOne(), openOne()]);
while (performance.now() < until) {
  if (chance(2) === 0) sieve.open();
  else sieve.close(chance(100) / 100, chance(0x7fff_ffff));
  flood(ports[chance(ports.length)]!, ports);
  if (isMainThread && visiting === undefined && chance(50) === 0)
    visiting = visit().then(() => {
      visiting = undefined;
      visits++;
    });
  if (chance(10) === 0) {
    const [gone] = ports.splice(chance(ports.length), 1, await openOne());
    const closed = gone![Symbol.asyncDispose]();
    if (chance(2) === 0) await closed;
  }
  await new Promise((resolve) => setImmediate(resolve));
}
await visiting;
// The rest stays open: the end of the process closes it.
await ports[0]![Symbol.asyncDispose]();
console.log(JSON.stringify({ sent, received, visits }));
process.exit(0);
