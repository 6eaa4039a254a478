// One stream that we send to a peer under an SSRC of its own: whatever its packets come from, sequence numbers and timestamps go
// on as if it were one source (RFC 3550 §5.1). Changes packets where they are; allocates nothing for them.
import {
  rtpMarker,
  SendStatistics,
  sequenceDistance,
  setRtpMarker,
  setRtpPayloadType,
  setRtpSequence,
  setRtpSsrc,
  setRtpTimestamp,
} from '@parley/protocol/rtp';

/** Where packets come from: another identity, or another epoch of one, begins anew somewhere. */
export interface PacketOrigin {
  readonly epoch: number;
}

export class OutgoingStream {
  readonly ssrc: number;
  readonly statistics: SendStatistics;
  #clockRate: number;
  #origin: PacketOrigin | undefined;
  #epoch = 0;
  #sequenceOffset: number;
  #timestampOffset: number;
  /** The first sequence number since the origin changed: what is older belongs to nobody. */
  #firstSequence = 0;
  #highest = 0;
  #timestamp = 0;
  #sentAtMs = 0;
  #hasSent = false;

  /** @param random gives 32 bits. */
  constructor(clockRate: number, random: () => number) {
    this.ssrc = random() >>> 0;
    this.#clockRate = clockRate;
    this.#sequenceOffset = random() & 0x7fff;
    this.#timestampOffset = random() >>> 0;
    this.statistics = new SendStatistics(this.ssrc, clockRate);
  }

  get clockRate(): number {
    return this.#clockRate;
  }

  get hasSent(): boolean {
    return this.#hasSent;
  }

  /** The next codec ticks otherwise (RFC 7160 §4.1): timestamps go on from where they are. */
  setClockRate(clockRate: number): void {
    if (clockRate === this.#clockRate) return;
    this.#clockRate = clockRate;
    this.statistics.setClockRate(clockRate);
    this.#origin = undefined;
  }

  /** The packet that comes next is of somewhere else, even if its origin is the same. */
  breakOff(): void {
    this.#origin = undefined;
  }

  /** What is added to the sequence numbers and timestamps of an origin; undefined while another one is heard. */
  offsetOf(origin: PacketOrigin): { readonly sequence: number; readonly timestamp: number } | undefined {
    if (this.#origin !== origin || this.#epoch !== origin.epoch) return undefined;
    return { sequence: this.#sequenceOffset, timestamp: this.#timestampOffset };
  }

  /** The timestamp that a packet of now would have. */
  timestampAt(nowMs: number): number {
    if (!this.#hasSent) return this.#timestampOffset;
    return (this.#timestamp + this.#ticksSince(nowMs)) >>> 0;
  }

  #ticksSince(nowMs: number): number {
    return Math.max(0, Math.round(((nowMs - this.#sentAtMs) * this.#clockRate) / 1000));
  }

  /**
   * Makes a packet of an origin one of this stream.
   *
   * @param marksBegin audio says by the marker that a new talk begins (RFC 3551 §4.1); of video it is the end of a picture.
   * @returns its sequence number; −1 for one that came too late to belong anywhere.
   */
  adopt(
    packet: Uint8Array,
    origin: PacketOrigin,
    sequence: number,
    timestamp: number,
    payloadType: number,
    nowMs: number,
    marksBegin: boolean,
  ): number {
    let isBegin = false;
    if (this.#origin !== origin || this.#epoch !== origin.epoch) {
      this.#begin(origin, sequence, timestamp, nowMs);
      isBegin = marksBegin;
    }
    const next = (sequence + this.#sequenceOffset) & 0xffff;
    if (sequenceDistance(this.#firstSequence, next) < 0) return -1;
    const ticks = (timestamp + this.#timestampOffset) >>> 0;
    setRtpSsrc(packet, this.ssrc);
    setRtpSequence(packet, next);
    setRtpTimestamp(packet, ticks);
    setRtpPayloadType(packet, payloadType);
    if (isBegin && !rtpMarker(packet)) setRtpMarker(packet, true);
    if (!this.#hasSent || sequenceDistance(this.#highest, next) > 0) {
      this.#highest = next;
      // Packets of one timestamp, a picture or a key, were sampled when the first of them was sent.
      if (ticks !== this.#timestamp || !this.#hasSent) this.#sentAtMs = nowMs;
      this.#timestamp = ticks;
      this.#hasSent = true;
    }
    return next;
  }

  #begin(origin: PacketOrigin, sequence: number, timestamp: number, nowMs: number): void {
    this.#origin = origin;
    this.#epoch = origin.epoch;
    if (this.#hasSent) {
      // At least a tick: two packets of one timestamp would be one picture, or one sound.
      const ticks = this.#timestamp + Math.max(1, this.#ticksSince(nowMs));
      this.#sequenceOffset = (this.#highest + 1 - sequence) & 0xffff;
      this.#timestampOffset = (ticks - timestamp) >>> 0;
      this.#firstSequence = (this.#highest + 1) & 0xffff;
      return;
    }
    // A begin far from the wrap, as RFC 3711 §3.3.1 would have it for who loses the first packets.
    this.#firstSequence = this.#sequenceOffset & 0x7fff;
    this.#sequenceOffset = (this.#firstSequence - sequence) & 0xffff;
    this.#timestampOffset = (this.#timestampOffset - timestamp) >>> 0;
  }
}
