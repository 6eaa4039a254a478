// Reads what a connection measures of itself (webrtc-stats) into the counters that quality.ts judges.
import type { Measured } from './quality.ts';

interface Row {
  readonly type?: string;
  readonly kind?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly jitter?: number;
  readonly currentRoundTripTime?: number;
  readonly nominated?: boolean;
  readonly fractionLost?: number;
  readonly totalAudioEnergy?: number;
}

export function measure(report: RTCStatsReport, atMs: number): Measured {
  const measured = { received: 0, lost: 0, jitterMs: 0, roundTripMs: 0, lostThere: 0, spokenEnergy: 0 };
  report.forEach((row: Row) => {
    const isSound = row.kind === 'audio';
    if (row.type === 'inbound-rtp' && isSound) {
      measured.received += row.packetsReceived ?? 0;
      measured.lost += row.packetsLost ?? 0;
      measured.jitterMs = (row.jitter ?? 0) * 1000;
    } else if (row.type === 'remote-inbound-rtp' && isSound) {
      measured.lostThere = row.fractionLost ?? 0;
    } else if (row.type === 'candidate-pair' && row.nominated === true) {
      measured.roundTripMs = (row.currentRoundTripTime ?? 0) * 1000;
    } else if (row.type === 'media-source' && isSound) {
      measured.spokenEnergy = row.totalAudioEnergy ?? 0;
    }
  });
  return { atMs, ...measured };
}
