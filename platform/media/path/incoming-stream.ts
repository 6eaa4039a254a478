// What a peer sends us of one kind: its current source (RFC 3550 §8.2), how it arrives, and the clock of its sender reports.
import { type NtpTime, ReceiveStatistics, unixOfNtp } from '@parley/protocol/rtp';
import type { PacketOrigin } from './outgoing-stream.ts';

/** Packets in a row that another SSRC needs to take over: one alone is a stray, or a lie. */
const TAKE_OVER = 2;

export class IncomingStream implements PacketOrigin {
  ssrc = -1;
  epoch = 0;
  statistics: ReceiveStatistics;
  /** When RTP came last; −∞ before. */
  heardAtMs = Number.NEGATIVE_INFINITY;
  /** The last sender report: the sender's clock, and the timestamp of that time. */
  report: { readonly unixMs: number; readonly timestamp: number } | undefined;
  #clockRate: number;
  #candidate = -1;
  #candidatePackets = 0;

  constructor(clockRate: number) {
    this.#clockRate = clockRate;
    this.statistics = new ReceiveStatistics(clockRate);
  }

  /** @returns whether the packet belongs to the stream: pass it on. Allocates nothing but for a new source. */
  receive(ssrc: number, sequence: number, timestamp: number, payloadBytes: number, nowMs: number): boolean {
    if (ssrc !== this.ssrc) {
      if (this.ssrc !== -1 && !this.#takesOver(ssrc)) return false;
      this.#begin(ssrc);
    }
    this.#candidatePackets = 0;
    const verdict = this.statistics.receive(sequence, timestamp, nowMs, payloadBytes);
    if (verdict === 'astray') return false;
    if (verdict === 'restarted') this.epoch++;
    this.heardAtMs = nowMs;
    return true;
  }

  #takesOver(ssrc: number): boolean {
    if (ssrc !== this.#candidate) {
      this.#candidate = ssrc;
      this.#candidatePackets = 0;
    }
    return ++this.#candidatePackets >= TAKE_OVER;
  }

  #begin(ssrc: number): void {
    this.ssrc = ssrc;
    this.epoch++;
    this.report = undefined;
    this.statistics = new ReceiveStatistics(this.#clockRate);
  }

  setClockRate(clockRate: number): void {
    if (clockRate === this.#clockRate) return;
    this.#clockRate = clockRate;
    this.statistics.setClockRate(clockRate);
  }

  senderReport(ntp: NtpTime, timestamp: number, nowMs: number): void {
    this.statistics.senderReport(ntp, nowMs);
    this.report = { unixMs: unixOfNtp(ntp), timestamp };
  }
}

/** How far the peer's clock is from ours, by the fastest of its sender reports: one for all its streams, so that they stay together. */
export class PeerClock {
  #behindMs: number | undefined;

  /** @param unixMs ours, when the report arrived. */
  reported(peerUnixMs: number, unixMs: number): void {
    const behindMs = unixMs - peerUnixMs;
    // A clock that drifts, or was set: follow slowly what is slower, at once what is faster.
    if (this.#behindMs === undefined || behindMs < this.#behindMs) this.#behindMs = behindMs;
    else this.#behindMs += Math.min(1, behindMs - this.#behindMs);
  }

  /** The peer's time at an instant of ours. */
  timeOf(unixMs: number): number | undefined {
    return this.#behindMs === undefined ? undefined : unixMs - this.#behindMs;
  }
}
