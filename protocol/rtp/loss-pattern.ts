// How losses are spread: bursts and the gaps between them (RFC 3611 §4.7.2), for the metrics of a call. One for each source; told
// of each packet that was expected, in order.

import type { Quality } from './quality.ts';
import type { VoipMetrics } from './rtcp/extended-report.ts';

/** So many packets in a row that came end a burst (RFC 3611 §4.7.2). */
export const GAP_THRESHOLD = 16;

export interface LossFigures {
  readonly packets: number;
  readonly lost: number;
  readonly discarded: number;
  /** 0 … 1: what was lost or discarded of the packets within bursts, and of those within gaps. */
  readonly burstDensity: number;
  readonly gapDensity: number;
  /** The mean length of bursts and gaps, in packets; 0 where there was none. */
  readonly burstPackets: number;
  readonly gapPackets: number;
  /** The mean length of losses in a row, beside that of the same loss by chance: 1 and more. */
  readonly burstRatio: number;
}

export class LossPattern {
  private packets = 0;
  private lost = 0;
  private discarded = 0;
  private runs = 0;
  private isInRun = false;
  private bursts = 0;
  private packetsInBursts = 0;
  private missesInBursts = 0;
  /** Of the burst that may be under way. */
  private firstMiss = -1;
  private lastMiss = -1;
  private misses = 0;
  /** Whether something was before the first burst. */
  private beginsWithGap = true;

  received(): void {
    this.isInRun = false;
    this.packets++;
    if (this.firstMiss !== -1 && this.packets - 1 - this.lastMiss >= GAP_THRESHOLD) this.close();
  }

  /** It did not come. */
  lostOne(): void {
    this.lost++;
    this.miss();
  }

  /** It came too late to be played. */
  discardedOne(): void {
    this.discarded++;
    this.miss();
  }

  private miss(): void {
    if (!this.isInRun) this.runs++;
    this.isInRun = true;
    if (this.firstMiss === -1) {
      this.firstMiss = this.packets;
      this.misses = 0;
    }
    this.lastMiss = this.packets;
    this.misses++;
    this.packets++;
  }

  /** A single loss among many that came belongs to the gap. */
  private close(): void {
    if (this.misses > 1) {
      if (this.bursts === 0) this.beginsWithGap = this.firstMiss > 0;
      this.bursts++;
      this.packetsInBursts += this.lastMiss - this.firstMiss + 1;
      this.missesInBursts += this.misses;
    }
    this.firstMiss = -1;
  }

  figures(): LossFigures {
    const { packets, lost, discarded, misses } = this;
    const isInBurst = this.firstMiss !== -1 && misses > 1;
    const bursts = this.bursts + (isInBurst ? 1 : 0);
    const inBursts = this.packetsInBursts + (isInBurst ? this.lastMiss - this.firstMiss + 1 : 0);
    const missesInBursts = this.missesInBursts + (isInBurst ? misses : 0);
    const inGaps = packets - inBursts;
    const missed = lost + discarded;
    const beginsWithGap = this.bursts === 0 && isInBurst ? this.firstMiss > 0 : this.beginsWithGap;
    const endsWithGap = !isInBurst || this.lastMiss < packets - 1;
    const gaps = Math.max(1, bursts - 1 + (beginsWithGap ? 1 : 0) + (endsWithGap ? 1 : 0));
    const rate = packets === 0 ? 0 : missed / packets;
    return {
      packets,
      lost,
      discarded,
      burstDensity: inBursts === 0 ? 0 : missesInBursts / inBursts,
      gapDensity: inGaps === 0 ? 0 : (missed - missesInBursts) / inGaps,
      burstPackets: bursts === 0 ? 0 : inBursts / bursts,
      gapPackets: inGaps / gaps,
      burstRatio: this.runs === 0 ? 1 : Math.max(1, (missed / this.runs) * (1 - rate)),
    };
  }
}

export interface VoipMetricsInput {
  readonly ssrc: number;
  readonly loss: LossFigures;
  readonly quality: Quality;
  /** How long the sound of a packet is. */
  readonly packetMs: number;
  readonly roundTripMs: number;
  readonly endSystemDelayMs: number;
  readonly jitterBufferMs: number;
  readonly jitterBufferMostMs: number;
}

/** The block to report (RFC 3611 §4.7). Levels and echo are not measured here: 127 says so. */
export function voipMetrics(input: VoipMetricsInput): VoipMetrics {
  const { loss, quality, packetMs } = input;
  const in256 = (part: number) => Math.min(255, Math.floor(part * 256));
  const rate = (count: number) => (loss.packets === 0 ? 0 : in256(count / loss.packets));
  const ms = (value: number) => Math.max(0, Math.min(65_535, Math.round(value)));
  return {
    type: 'voip-metrics',
    ssrc: input.ssrc,
    lossRate: rate(loss.lost),
    discardRate: rate(loss.discarded),
    burstDensity: in256(loss.burstDensity),
    gapDensity: in256(loss.gapDensity),
    burstMs: ms(loss.burstPackets * packetMs),
    gapMs: ms(loss.gapPackets * packetMs),
    roundTripMs: ms(input.roundTripMs),
    endSystemDelayMs: ms(input.endSystemDelayMs),
    signalLevelDb: 127,
    noiseLevelDb: 127,
    residualEchoDb: 127,
    gapThreshold: GAP_THRESHOLD,
    rFactor: Math.round(quality.conversationR),
    externalRFactor: 127,
    listeningMosTenths: Math.round(quality.listeningMos * 10),
    conversationMosTenths: Math.round(quality.conversationMos * 10),
    concealment: 'standard',
    jitterBuffer: 'adaptive',
    jitterBufferRate: 0,
    jitterBufferNominalMs: ms(input.jitterBufferMs),
    jitterBufferMaximumMs: ms(input.jitterBufferMostMs),
    jitterBufferAbsoluteMaximumMs: ms(input.jitterBufferMostMs),
  };
}
