// Run by udp-hub-sanitizer.test.ts under AddressSanitizer: opens, floods and closes sockets of native hubs by chance, in this thread
// and in workers that end in the middle. `node udp-hub-flood.ts BINDING SEED SECONDS`.
import { createRequire } from 'node:module';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { HubBatch, type HubSocket, type UdpHub } from './udp-hub.ts';
import { type HubBinding, nativeHub } from './udp-hub-native.ts';

interface Work {
  readonly path: string;
  readonly seed: number;
  readonly seconds: number;
}

const [, , givenPath = '', givenSeed = '1', givenSeconds = '3'] = process.argv;
const { path, seed, seconds }: Work = isMainThread
  ? { path: givenPath, seed: Number(givenSeed), seconds: Number(givenSeconds) }
  : (workerData as Work);
const openHub = nativeHub(createRequire(import.meta.url)(path) as HubBinding);
const until = performance.now() + seconds * 1000;
let state = seed;
let [received, sent, visits] = [0, 0, 0];
let visiting: Promise<void> | undefined;

/** A whole number below `limit`, the same for the same seed. */
function chance(limit: number): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 0x1_0000_0000) * limit);
}

function newHub(): Promise<UdpHub> {
  const maxDatagramBytes = [1, 63, 1500][chance(3)]!;
  return openHub({
    maxDatagramBytes,
    receive(batch) {
      for (let index = 0; index < batch.count; index++) {
        const bytes = batch.payload(index);
        if (bytes.length > Math.ceil(maxDatagramBytes / 64) * 64)
          throw new Error('a datagram is longer than allowed');
        if (!bytes.every((byte) => byte === bytes[0])) throw new Error('a datagram is mixed up with another');
        received++;
      }
    },
  });
}

function newSocket(hub: UdpHub): Promise<HubSocket> {
  const address = ['::', '::1', '127.0.0.1', '0.0.0.0'][chance(4)]!;
  return hub.open({ address, port: 0, bufferBytes: 1 + chance(100_000) });
}

function flood(hub: UdpHub, sockets: readonly HubSocket[]): void {
  const batch = new HubBatch(1 + chance(300), 200_000);
  for (let index = chance(batch.capacity + 1); index > 0; index--) {
    const length = [0, 1, 64, 65, 400, 1500, 9000, 66_000][chance(8)]!;
    const target = sockets[chance(sockets.length)]!;
    const address = ['127.0.0.1', '127.0.0.1', '::1', '::ffff:127.0.0.1', '2001:db8::1'][chance(5)]!;
    // Some are closed, some were never open.
    batch.sockets[batch.count] = chance(20) === 0 ? chance(0xffff_ffff) : sockets[chance(sockets.length)]!.id;
    if (!batch.add(new Uint8Array(length).fill(index), address, target.port)) break;
  }
  sent += hub.send(batch);
  // What was sent may be overwritten at once.
  batch.slab.fill(0xff);
}

/** One more thread with a hub of its own, ended while it is in use. */
async function visit(): Promise<void> {
  const work: Work = { path, seed: chance(0x7fff_ffff), seconds: 60 };
  const worker = new Worker(new URL(import.meta.url), { workerData: work });
  await new Promise((resolve) => setTimeout(resolve, 200 + chance(400)));
  await worker.terminate();
}

let hub = await newHub();
let sockets = await Promise.all(Array.from({ length: 1 + chance(100) }, () => newSocket(hub)));
while (performance.now() < until) {
  flood(hub, sockets);
  if (isMainThread && visiting === undefined && chance(50) === 0)
    visiting = visit().then(() => {
      visiting = undefined;
      visits++;
    });
  if (chance(5) === 0) {
    const [gone] = sockets.splice(chance(sockets.length), 1, await newSocket(hub));
    await gone![Symbol.asyncDispose]();
  }
  if (chance(40) === 0) {
    const closed = hub[Symbol.asyncDispose]();
    if (chance(2) === 0) await closed;
    hub = await newHub();
    const count = 1 + chance(100);
    sockets = await Promise.all(Array.from({ length: count }, () => newSocket(hub)));
  }
  await new Promise((resolve) => setImmediate(resolve));
}
await visiting;
console.log(JSON.stringify({ sent, received, visits }));
// The rest stays open: the end of the process closes it.
process.exit(0);
