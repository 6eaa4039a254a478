// What a sender knows of one source of its own: the sender report of it (RFC 3550 §6.4.1), whose two clocks let receivers play
// several streams together.
import { ntpOfUnix } from './ntp.ts';
import type { ReportBlock, SenderReport } from './rtcp/packet.ts';

export class SendStatistics {
  private readonly ssrc: number;
  private clockRate: number;
  private packets = 0;
  private bytes = 0;
  private timestamp = 0;
  private sentAtMs = 0;

  /** @param clockRate of the RTP timestamps, per second. */
  constructor(ssrc: number, clockRate: number) {
    this.ssrc = ssrc;
    this.clockRate = clockRate;
  }

  /** The payload type has another clock from the next packet on. */
  setClockRate(clockRate: number): void {
    this.clockRate = clockRate;
  }

  /** Told of each packet that is sent. Allocates nothing. @param sampledAtMs when its sound was, in milliseconds of any one clock. */
  sent(timestamp: number, sampledAtMs: number, payloadBytes: number): void {
    this.packets++;
    this.bytes += payloadBytes;
    this.timestamp = timestamp;
    this.sentAtMs = sampledAtMs;
  }

  /** Whether there is anything to report as a sender. */
  get hasSent(): boolean {
    return this.packets > 0;
  }

  /**
   * @param nowMs on the clock of `sent`.
   * @param unixMs the same instant, in milliseconds since 1970.
   * @param reports of what is received, 31 at most.
   */
  report(nowMs: number, unixMs: number, reports: readonly ReportBlock[] = []): SenderReport {
    const ticks = Math.round(((nowMs - this.sentAtMs) * this.clockRate) / 1000);
    return {
      kind: 'sender-report',
      ssrc: this.ssrc,
      ntp: ntpOfUnix(unixMs),
      // RFC 3550 §6.4.1: the same time as the NTP timestamp, and not that of the last packet.
      rtpTimestamp: (this.timestamp + ticks) >>> 0,
      packets: this.packets % 2 ** 32,
      payloadBytes: this.bytes % 2 ** 32,
      reports,
      extension: new Uint8Array(0),
    };
  }
}
