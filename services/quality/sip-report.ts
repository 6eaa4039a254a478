// A phone's own report as any other report: shares become packets of the time that it speaks of. Pure.
import { parseVoiceQualityReport, type VoiceMetrics } from '@parley/protocol/sip';
import type { QualityReport, StreamReport } from './contract.ts';

/** 20 ms a packet, where the phone does not say. */
const PACKETS_PER_S = 50;
/** An interval of a phone that does not say which. */
const INTERVAL_MS = 10_000;
const DAY_MS = 86_400_000;

const encoder = new TextEncoder();

export interface PhoneReport {
  readonly report: QualityReport;
  /** It speaks of the whole call. */
  readonly isLast: boolean;
}

type Named = Pick<QualityReport, 'recordId' | 'sideId' | 'userId' | 'device'>;

/** @param now the phone's clock may be wrong: what it says of before yesterday or of tomorrow is of now. */
export function reportOfPhone(body: string, named: Named, now: number): PhoneReport | undefined {
  const said = parseVoiceQualityReport(encoder.encode(body));
  if (said === undefined) return undefined;
  const { startMs, stopMs } = said.local;
  const isTimed =
    startMs !== undefined && stopMs !== undefined && startMs < stopMs && Math.abs(now - stopMs) < DAY_MS;
  const until = isTimed ? Math.min(stopMs, now) : now;
  const from = isTimed ? Math.min(Math.max(startMs, stopMs - DAY_MS), until) : now - INTERVAL_MS;
  const streams = [streamOf(said.local, 'received', until - from)];
  if (said.remote !== undefined) streams.push(streamOf(said.remote, 'sent', until - from));
  const known = streams.filter((stream) => stream !== undefined);
  if (known.length === 0) return undefined;
  const report = { ...named, reporter: 'phone' as const, from, until, streams: known };
  return { report, isLast: said.kind === 'session' };
}

function streamOf(
  metrics: VoiceMetrics,
  way: StreamReport['way'],
  lastedMs: number,
): StreamReport | undefined {
  const { lossRate, discardRate = 0, jitterMs, roundTripMs, conversationMos, listeningMos, codec } = metrics;
  if (lossRate === undefined && conversationMos === undefined && listeningMos === undefined) return undefined;
  const expected = Math.round((lastedMs / 1000) * (metrics.packetsPerSecond ?? PACKETS_PER_S));
  // What came too late to be played is lost to the ear (RFC 3611 §4.7.1).
  const lost = Math.round(expected * Math.min(1, (lossRate ?? 0) + discardRate));
  const mos = conversationMos ?? listeningMos;
  return {
    kind: 'audio',
    way,
    codec: codec ?? '',
    packets: way === 'received' ? expected - lost : expected,
    lost,
    jitterMs: jitterMs ?? 0,
    ...(roundTripMs === undefined ? {} : { roundTripMs }),
    ...(mos === undefined ? {} : { mos }),
  };
}
