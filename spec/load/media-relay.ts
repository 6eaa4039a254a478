// What passing a packet on costs: calls of G.711 in clear, with SRTP on one side, and one stream to twenty. Beside rtpengine.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fixedPort } from '../cast/fixed-port.ts';
import { type Figures, median, spread } from './figures.ts';
import type { BenchOptions } from './media.ts';
import type { HostNews, HostOrder } from './media-host.ts';
import { SRTP, type Talked, talk } from './rtp-load.ts';
import { Rtpengine, rtpengineVersion } from './rtpengine.ts';

const FULL = { runs: 3, forS: 5 };
const QUICK = { runs: 1, forS: 4 };
const LOST_BUDGET_PERCENT = 0.1;
const DELAY_BUDGET_MS = 5;

interface Workload {
  readonly id: string;
  readonly name: string;
  readonly calls: number;
  readonly isProtected?: boolean;
  readonly listeners?: number;
  readonly budgetUs: number;
  /** What the peer took elsewhere, where it is not here. */
  readonly reference: string;
}

const WORKLOADS: readonly Workload[] = [
  {
    id: 'relay-100',
    name: 'relay of 100 G.711 calls',
    calls: 100,
    budgetUs: 12,
    reference: 'rtpengine: 9.3 elsewhere',
  },
  {
    id: 'relay-500',
    name: 'relay of 500 G.711 calls',
    calls: 500,
    budgetUs: 12,
    reference: 'rtpengine: 7.9 elsewhere',
  },
  {
    id: 'srtp-250',
    name: '250 calls, SRTP ↔ RTP',
    calls: 250,
    isProtected: true,
    budgetUs: 15,
    reference: 'rtpengine: 13.5 elsewhere',
  },
  {
    id: 'fan-out-20',
    name: '10 SRTP streams, each to 20',
    calls: 10,
    isProtected: true,
    listeners: 20,
    budgetUs: 15,
    reference: 'Janus VideoRoom: 38 elsewhere',
  },
];

export interface MediaHost extends AsyncDisposable {
  readonly pid: number;
  open(order: Omit<HostOrder, 'kind'>): Promise<readonly (readonly [number, number])[]>;
}

export async function startMediaHost(execArgv: readonly string[] = []): Promise<MediaHost> {
  const child = fork(join(import.meta.dirname, 'media-host.ts'), { execArgv: [...execArgv] });
  await once(child, 'message');
  return {
    pid: child.pid!,
    async open(order) {
      child.send({ kind: 'calls', ...order } satisfies HostOrder);
      const [news] = (await once(child, 'message')) as [Extract<HostNews, { kind: 'opened' }>];
      return news.ports;
    },
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

export async function measureRelay(
  figures: Figures,
  { only, quick, cpuProfile: isProfiled }: BenchOptions,
): Promise<void> {
  const size = quick || isProfiled ? QUICK : FULL;
  const version = isProfiled ? undefined : rtpengineVersion();
  if (version === undefined && !isProfiled)
    console.log('media: without rtpengine (Debian: apt-get install rtpengine-daemon)');
  for (const workload of WORKLOADS) {
    if (only.length > 0 && !only.some((word) => workload.id.includes(word))) continue;
    const [ours, theirs]: [Talked[], Talked[]] = [[], []];
    for (let run = 0; run < size.runs; run++) {
      ours.push(await ofParley(workload, size.forS, isProfiled));
      if (version !== undefined && workload.listeners === undefined)
        theirs.push(await ofRtpengine(workload, size.forS));
    }
    tell(figures, workload, ours, theirs, version);
  }
}

async function phonePorts(): Promise<[number, number]> {
  return [await fixedPort(), await fixedPort()];
}

async function ofParley(workload: Workload, forS: number, isProfiled: boolean): Promise<Talked> {
  const profile = ['--cpu-prof', `--cpu-prof-dir=${join(import.meta.dirname, '..', 'results')}`];
  await using host = await startMediaHost(isProfiled ? profile : []);
  const phones = await phonePorts();
  const srtp = workload.isProtected === true ? SRTP : undefined;
  const listeners = workload.listeners ?? 0;
  const ports = await host.open({ count: workload.calls, phones, srtp, listeners });
  return await talkOf(workload, forS, host.pid, ports, phones);
}

async function ofRtpengine(workload: Workload, forS: number): Promise<Talked> {
  await using engine = await Rtpengine.start();
  const phones = await phonePorts();
  const ports: [number, number][] = [];
  for (let call = 0; call < workload.calls; call++)
    ports.push(await engine.call(call, phones, workload.isProtected === true));
  return await talkOf(workload, forS, engine.pid, ports, phones);
}

function talkOf(
  { isProtected = false, listeners }: Workload,
  forS: number,
  pid: number,
  ports: readonly (readonly [number, number])[],
  phones: readonly [number, number],
): Promise<Talked> {
  return talk(pid, { ports, phones, isProtected, isOneWay: listeners !== undefined, forS });
}

const usPerPacket = (one: Talked) => (one.serverCpuMs * 1000) / Math.max(1, one.received);

function tell(
  figures: Figures,
  workload: Workload,
  ours: readonly Talked[],
  theirs: readonly Talked[],
  version: string | undefined,
): void {
  const { name, listeners, budgetUs, reference } = workload;
  const costs = ours.map(usPerPacket);
  const peer = theirs.map(usPerPacket);
  const beside =
    peer.length === 0
      ? reference
      : `rtpengine ${version}: ${median(peer).toFixed(1)}, ${(median(costs) / median(peer)).toFixed(2)} ×`;
  const packets = ours.map(({ received, elapsedS }) => received / elapsedS);
  const busy = median(ours.map(({ otherCores }) => otherCores));
  const note = `${spread(costs)}; ${beside}; ${Math.round(median(packets))} packets/s out, others took ${busy.toFixed(1)} cores`;
  figures.add(
    'media',
    { name, value: median(costs), unit: 'µs CPU/packet', budget: budgetUs, note },
    { ours, theirs },
  );
  const lost = (one: Talked) => Math.max(0, 100 * (1 - one.received / (one.sent * (listeners ?? 1))));
  figures.add('media', {
    name: `${name}: lost`,
    value: median(ours.map(lost)),
    unit: '%',
    budget: LOST_BUDGET_PERCENT,
    note: theirs.length === 0 ? '' : `rtpengine: ${median(theirs.map(lost)).toFixed(2)}`,
  });
  if (listeners !== undefined || ours[0]!.p99Us === 0) return;
  const delay = (all: readonly Talked[]) =>
    `p50 ${(median(all.map(({ p50Us }) => p50Us)) / 1000).toFixed(2)}, p99 ${(median(all.map(({ p99Us }) => p99Us)) / 1000).toFixed(2)}`;
  figures.add('media', {
    name: `${name}: delay, p50`,
    value: median(ours.map(({ p50Us }) => p50Us)) / 1000,
    unit: 'ms',
    budget: DELAY_BUDGET_MS,
    note: `${delay(ours)}${theirs.length === 0 ? '' : `; rtpengine ${delay(theirs)}`}`,
  });
}
