// What passing a packet on costs: calls of G.711 through the media engine, in clear and with SRTP on one side. The part `media` of
// the benchmarks; it needs no server. The CPU is that of the engine's thread alone, as the system counts it.
import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MediaEngine } from '@parley/platform/media';
import { srtpProfile } from '@parley/protocol/rtp';
import { type Figures, percentile } from './figures.ts';
import type { PhonesNews, PhonesOrder, PhonesWish } from './media-phones.ts';

const FOR_MS = 8_000;
const KEY = Uint8Array.from({ length: 30 }, (_, at) => at + 1);
const BOTH = { audio: 'sendrecv' } as const;
const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

interface Workload {
  readonly name: string;
  readonly calls: number;
  readonly suite?: string;
  readonly budgetUs: number;
}

const workloads: readonly Workload[] = [
  { name: 'relay of 100 G.711 calls', calls: 100, budgetUs: 12 },
  { name: 'relay of 500 G.711 calls', calls: 500, budgetUs: 12 },
  { name: '250 calls, SRTP ↔ RTP', calls: 250, suite: 'AES_CM_128_HMAC_SHA1_80', budgetUs: 15 },
];

export async function measureMedia(figures: Figures): Promise<void> {
  for (const workload of workloads) await measure(figures, workload);
}

async function measure(figures: Figures, { name, calls, suite, budgetUs }: Workload): Promise<void> {
  await using engine = await MediaEngine.open({
    address: '127.0.0.1',
    addresses: ['127.0.0.1'],
    browserPort: 0,
    phonePorts: { from: 40_000, to: 48_000 },
    mostLegs: 2 * calls,
    log: silent,
    unix: () => Date.now(),
    happened() {},
  });
  const wish: PhonesWish = { suite, key: KEY };
  const phones = new Worker(join(import.meta.dirname, 'media-phones.ts'), { workerData: wish });
  const [ready] = (await once(phones, 'message')) as [Extract<PhonesNews, { kind: 'ready' }>];
  const ports: number[] = [];
  const isProtected: boolean[] = [];
  for (let call = 0; call < calls; call++) {
    const legs: string[] = [];
    for (const side of [0, 1]) {
      const opened = await engine.open({ kind: 'phone', video: false, isProtected: false, idleMs: 60_000 });
      if (!opened.ok) throw new Error(opened.reason);
      const protects = suite !== undefined && side === 0;
      const answered = await engine.answer(
        opened.legId,
        offerOf(ready.port, protects ? suite : undefined),
        BOTH,
      );
      if (!answered.ok) throw new Error(answered.reason);
      ports.push(Number(/m=audio (\d+)/.exec(answered.sdp)?.[1]));
      isProtected.push(protects);
      legs.push(opened.legId);
    }
    await engine.join(legs[0]!, legs[1]!);
  }
  const before = await engine.worker!.cpuUsage();
  const order: PhonesOrder = { kind: 'talk', ports, isProtected, forMs: FOR_MS };
  phones.postMessage(order);
  const [done] = (await once(phones, 'message')) as [Extract<PhonesNews, { kind: 'done' }>];
  const used = await engine.worker!.cpuUsage(before);
  await phones.terminate();
  const cpuUs = (used.user + used.system) / Math.max(1, done.received);
  const lost = (100 * (done.sent - done.received)) / done.sent;
  const delay = percentile(done.delaysMs, 0.5);
  const late = percentile(done.delaysMs, 0.99);
  const note = `${Math.round((done.received * 1_000) / FOR_MS)} packets/s, ${lost.toFixed(2)} % lost, delay ${delay.toFixed(2)} / ${late.toFixed(2)} ms`;
  figures.add('media', { name, value: cpuUs, unit: 'µs CPU/packet', budget: budgetUs, note });
}

function offerOf(port: number, suite: string | undefined): string {
  const profile = suite === undefined ? undefined : srtpProfile(suite);
  const inline = Buffer.from(KEY).subarray(0, (profile?.keyBytes ?? 0) + (profile?.saltBytes ?? 0));
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/${suite === undefined ? 'AVP' : 'SAVP'} 0`,
    ...(suite === undefined ? [] : [`a=crypto:1 ${suite} inline:${inline.toString('base64')}`]),
    'a=rtcp-mux',
    '',
  ].join('\r\n');
}
