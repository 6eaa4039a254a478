// What getStats counts (webrtc-stats), as a report on one interval: each stream and direction, and the path. Pure.
import type { Path, StreamReport } from '@parley/services/quality/contract';
import { meanOpinionScore } from './quality.ts';

/** Of what a browser tells, what is used. */
export interface StatsRow {
  readonly id: string;
  readonly type: string;
  readonly kind?: 'audio' | 'video';
  readonly mid?: string;
  readonly codecId?: string;
  readonly mimeType?: string;
  readonly localId?: string;
  readonly packetsReceived?: number;
  readonly packetsSent?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly roundTripTime?: number;
  readonly concealedSamples?: number;
  readonly totalSamplesReceived?: number;
  readonly framesDecoded?: number;
  readonly framesSent?: number;
  readonly frameWidth?: number;
  readonly frameHeight?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly currentRoundTripTime?: number;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly protocol?: string;
  readonly relayProtocol?: string;
  readonly address?: string;
}

type Counted = Pick<StreamReport, 'kind' | 'way' | 'codec' | 'jitterMs'> & {
  readonly packets: number;
  readonly lost: number;
  readonly concealed: number;
  readonly samples: number;
  readonly frames: number;
  readonly roundTripMs: number | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
};

export interface Counts {
  readonly atMs: number;
  readonly streams: ReadonlyMap<string, Counted>;
  readonly path: Path | undefined;
}

export interface MeasuredInterval {
  readonly from: number;
  readonly until: number;
  readonly streams: StreamReport[];
  readonly path?: Path;
  readonly device?: string;
  readonly isLast?: boolean;
}

/** @param screens in which media sections a screen is shown. */
export function countsIn(rows: Iterable<StatsRow>, atMs: number, screens: ReadonlySet<string>): Counts {
  const byId = new Map<string, StatsRow>();
  for (const row of rows) byId.set(row.id, row);
  const all = [...byId.values()];
  const pair = all.find(
    ({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded',
  );
  const streams = new Map<string, Counted>();
  for (const row of all) {
    if (row.type === 'inbound-rtp') {
      const trip = msOf(pair?.currentRoundTripTime);
      streams.set(row.id, counted(row, row, 'received', row.packetsReceived, trip));
    } else if (row.type === 'remote-inbound-rtp') {
      const sent = byId.get(row.localId ?? '');
      // Nobody has told yet what arrived there.
      if (sent === undefined) continue;
      streams.set(row.id, counted(sent, row, 'sent', sent.packetsSent, msOf(row.roundTripTime)));
    }
  }
  return { atMs, streams, path: pathOf(pair, byId) };

  function counted(
    stream: StatsRow,
    told: StatsRow,
    way: Counted['way'],
    packets = 0,
    roundTripMs: number | undefined,
  ): Counted {
    const isScreen = stream.kind === 'video' && screens.has(stream.mid ?? '');
    return {
      kind: isScreen ? 'screen' : (stream.kind ?? 'audio'),
      way,
      codec: (byId.get(stream.codecId ?? '')?.mimeType ?? '').replace(/^.*\//, '').slice(0, 40),
      jitterMs: msOf(told.jitter) ?? 0,
      packets,
      lost: told.packetsLost ?? 0,
      concealed: stream.concealedSamples ?? 0,
      samples: stream.totalSamplesReceived ?? 0,
      frames: (way === 'received' ? stream.framesDecoded : stream.framesSent) ?? 0,
      roundTripMs,
      width: stream.frameWidth,
      height: stream.frameHeight,
    };
  }
}

function msOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.max(0, Math.round(seconds * 10_000) / 10);
}

function pathOf(pair: StatsRow | undefined, byId: ReadonlyMap<string, StatsRow>): Path | undefined {
  const local = byId.get(pair?.localCandidateId ?? '');
  const remote = byId.get(pair?.remoteCandidateId ?? '');
  if (local === undefined) return undefined;
  const types = [local.candidateType, remote?.candidateType];
  const via = types.includes('relay')
    ? 'relay'
    : types.some((type) => type !== 'host')
      ? 'reflexive'
      : 'host';
  const transport = local.relayProtocol ?? local.protocol;
  const addresses = { local: local.address, remote: remote?.address };
  const known = Object.entries(addresses).filter(([, address]) => address !== undefined && address !== '');
  return {
    via,
    transport: transport === 'tls' || transport === 'tcp' ? transport : 'udp',
    ...Object.fromEntries(known.map(([end, address]) => [end, String(address).slice(0, 64)])),
  };
}

const MOST_STREAMS = 16;

/** What came and went between two moments; nothing of streams in which nothing did. */
export function intervalBetween(before: Counts, now: Counts): MeasuredInterval {
  const streams: StreamReport[] = [];
  for (const [id, counted] of now.streams) {
    const packets = counted.packets - (before.streams.get(id)?.packets ?? 0);
    const lost = Math.max(0, counted.lost - (before.streams.get(id)?.lost ?? 0));
    if (packets > 0 || lost > 0)
      streams.push(reportOf(counted, before.streams.get(id), Math.max(0, packets), lost));
  }
  return {
    from: before.atMs,
    until: now.atMs,
    streams: streams.slice(0, MOST_STREAMS),
    ...(now.path === undefined ? {} : { path: now.path }),
  };
}

function reportOf(now: Counted, before: Counted | undefined, packets: number, lost: number): StreamReport {
  const { kind, way, codec, jitterMs, roundTripMs, width, height } = now;
  const report = {
    kind,
    way,
    codec,
    packets,
    lost,
    jitterMs,
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
  };
  if (kind !== 'audio') {
    const size = width === undefined || height === undefined ? {} : { width, height };
    return { ...report, frames: Math.max(0, now.frames - (before?.frames ?? 0)), ...size };
  }
  const expected = way === 'received' ? packets + lost : Math.max(packets, lost);
  const mos = meanOpinionScore(lost / expected, roundTripMs ?? 0, jitterMs);
  const samples = now.samples - (before?.samples ?? 0);
  const concealed =
    samples <= 0 ? undefined : Math.min(1, Math.max(0, now.concealed - (before?.concealed ?? 0)) / samples);
  return { ...report, mos, ...(concealed === undefined ? {} : { concealed }) };
}

const BROWSERS = [
  [/Edg\/(\d+)/, 'Edge'],
  [/Firefox\/(\d+)/, 'Firefox'],
  [/Chrome\/(\d+)/, 'Chrome'],
  [/Version\/(\d+).*Safari/, 'Safari'],
] as const;

/** `Chrome 150 · Jabra Evolve 40`. */
export function deviceName(microphone: string, userAgent: string = navigator.userAgent): string {
  const found = BROWSERS.map(([pattern, name]) => ({ name, version: pattern.exec(userAgent)?.[1] })).find(
    ({ version }) => version !== undefined,
  );
  const browser = found === undefined ? '' : `${found.name} ${found.version}`;
  return [browser, microphone]
    .filter((part) => part !== '')
    .join(' · ')
    .slice(0, 200);
}
