// What a receiver knows of one source: whether its sequence numbers are in order (RFC 3550 §A.1), what was expected and lost
// (RFC 3550 §A.3), jitter (RFC 3550 §A.8), and the report block of all that. One for each SSRC; no clock: arrivals are told.
import { middleOfNtp } from './ntp.ts';
import type { NtpTime, ReportBlock } from './rtcp/packet.ts';
import { timestampDistance } from './sequence.ts';

/** So many in sequence make a source valid (RFC 3550 §A.1). */
const MIN_SEQUENTIAL = 2;
const MAX_DROPOUT = 3_000;
const MAX_MISORDER = 100;
const SEQUENCES = 2 ** 16;
const MOST_LOST = 2 ** 23 - 1;

/**
 * - `probation`: the source is not valid yet; do not play it
 * - `valid`: counted
 * - `restarted`: counted, and the source has begun anew
 * - `astray`: far from where the source is; the next in sequence to it makes it a restart
 */
export type SequenceVerdict = 'probation' | 'valid' | 'restarted' | 'astray';

export interface ReceiveCounts {
  readonly packets: number;
  readonly payloadBytes: number;
  readonly expected: number;
  /** Expected less received: below 0 where duplicates came. */
  readonly lost: number;
  readonly jitterMs: number;
}

export class ReceiveStatistics {
  private clockRate: number;
  private baseSequence = 0;
  private maxSequence = 0;
  /** Shifted: multiples of 65,536. */
  private cycles = 0;
  private badSequence = -1;
  private probation = MIN_SEQUENTIAL;
  private hasBegun = false;
  private received = 0;
  private bytes = 0;
  private expectedBefore = 0;
  private receivedBefore = 0;
  private jitterTicks = 0;
  private lastTimestamp = 0;
  private lastArrivalMs = Number.NaN;
  private lastSenderReport = 0;
  private senderReportAtMs = 0;

  /** @param clockRate of the RTP timestamps, per second. */
  constructor(clockRate: number) {
    this.clockRate = clockRate;
  }

  /** Told of each packet of the source. Allocates nothing. */
  receive(sequence: number, timestamp: number, arrivalMs: number, payloadBytes: number): SequenceVerdict {
    const verdict = this.place(sequence);
    if (verdict === 'probation' || verdict === 'astray') return verdict;
    this.received++;
    this.bytes += payloadBytes;
    if (verdict === 'restarted') this.lastArrivalMs = Number.NaN;
    this.measure(timestamp, arrivalMs);
    return verdict;
  }

  /** RFC 3550 §A.1. */
  private place(sequence: number): SequenceVerdict {
    if (!this.hasBegun) {
      this.hasBegun = true;
      this.begin(sequence);
      this.maxSequence = (sequence - 1) & 0xffff;
    }
    const delta = (sequence - this.maxSequence) & 0xffff;
    if (this.probation > 0) {
      this.probation = delta === 1 ? this.probation - 1 : MIN_SEQUENTIAL - 1;
      this.maxSequence = sequence;
      if (this.probation > 0) return 'probation';
      this.begin(sequence);
      return 'valid';
    }
    if (delta < MAX_DROPOUT) {
      if (sequence < this.maxSequence) this.cycles += SEQUENCES;
      this.maxSequence = sequence;
      return 'valid';
    }
    if (delta <= SEQUENCES - MAX_MISORDER) {
      if (sequence === this.badSequence) {
        this.begin(sequence);
        return 'restarted';
      }
      this.badSequence = (sequence + 1) & 0xffff;
      return 'astray';
    }
    return 'valid';
  }

  private begin(sequence: number): void {
    this.baseSequence = this.maxSequence = sequence;
    this.badSequence = -1;
    this.cycles = 0;
    this.received = this.receivedBefore = this.expectedBefore = 0;
  }

  /**
   * DEVIATES RFC 3550 §A.8: of packets with one timestamp only the first counts, because those of a telephone event and of a
   * large picture are not sent when they were sampled, and would look like jitter.
   */
  private measure(timestamp: number, arrivalMs: number): void {
    const isFirst = Number.isNaN(this.lastArrivalMs);
    const ticks = timestampDistance(this.lastTimestamp, timestamp);
    if (!isFirst && ticks === 0) return;
    if (!isFirst) {
      const transit = Math.abs(((arrivalMs - this.lastArrivalMs) * this.clockRate) / 1000 - ticks);
      this.jitterTicks += (transit - this.jitterTicks) / 16;
    }
    this.lastTimestamp = timestamp;
    this.lastArrivalMs = arrivalMs;
  }

  /** The source sends another payload type now, whose clock has this rate (RFC 7160 §4.1): jitter goes on in its ticks. */
  setClockRate(clockRate: number): void {
    if (clockRate === this.clockRate) return;
    this.jitterTicks *= clockRate / this.clockRate;
    this.clockRate = clockRate;
    this.lastArrivalMs = Number.NaN;
  }

  /** Told of each sender report of the source: the report block names it, so that the sender can measure the round trip. */
  senderReport(ntp: NtpTime, arrivalMs: number): void {
    this.lastSenderReport = middleOfNtp(ntp);
    this.senderReportAtMs = arrivalMs;
  }

  get isValid(): boolean {
    return this.hasBegun && this.probation === 0;
  }

  /** The highest sequence number with the count of its wraps, 32 bits. */
  get highestSequence(): number {
    return (this.cycles + this.maxSequence) % 2 ** 32;
  }

  private get expected(): number {
    return this.isValid ? this.cycles + this.maxSequence - this.baseSequence + 1 : 0;
  }

  counts(): ReceiveCounts {
    return {
      packets: this.received,
      payloadBytes: this.bytes,
      expected: this.expected,
      lost: this.expected - this.received,
      jitterMs: (this.jitterTicks * 1000) / this.clockRate,
    };
  }

  /** What to report of the source now; what is lost until the next report counts from here (RFC 3550 §A.3). */
  report(ssrc: number, nowMs: number): ReportBlock {
    const { expected } = this;
    const expectedNow = expected - this.expectedBefore;
    const lostNow = expectedNow - (this.received - this.receivedBefore);
    this.expectedBefore = expected;
    this.receivedBefore = this.received;
    const fractionLost = expectedNow <= 0 || lostNow <= 0 ? 0 : Math.floor((lostNow * 256) / expectedNow);
    const delayMs = Math.max(0, nowMs - this.senderReportAtMs);
    return {
      ssrc,
      fractionLost: Math.min(255, fractionLost),
      cumulativeLost: Math.max(-MOST_LOST - 1, Math.min(MOST_LOST, expected - this.received)),
      highestSequence: this.highestSequence,
      jitterTicks: Math.floor(this.jitterTicks),
      lastSenderReport: this.lastSenderReport,
      delaySinceLast:
        this.lastSenderReport === 0 ? 0 : Math.min(2 ** 32 - 1, Math.round((delayMs * 2 ** 16) / 1000)),
    };
  }
}
