// Payloads of one outgoing stream as RTP packets, in memory that is used again for each. Sequence numbers go on without a gap
// whatever the sound is made of; timestamps follow the clock over pauses; the marker says where sound begins again (RFC 3551 §4.1).
import { RTP_HEADER_BYTES, setRtpMarker, setRtpSequence, setRtpTimestamp } from '@parley/protocol/rtp';

export interface StreamStart {
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits. */
  readonly timestamp: number;
}

export interface PacketizerOptions {
  /** 0 … 127. */
  readonly payloadType: number;
  /** 32 bits. */
  readonly ssrc: number;
  /** Ticks of the timestamps in a second. */
  readonly clockRate: number;
  readonly mostPayloadBytes: number;
  /** Where the numbers begin, at random if not given (RFC 3550 §5.1). */
  readonly start?: StreamStart;
}

/** The clock is followed once it is so far from the samples. */
const PAUSE_MS = 100;

export class Packetizer {
  /** The packet. Its payload begins at `headerBytes`. */
  readonly bytes: Uint8Array;
  readonly headerBytes = RTP_HEADER_BYTES;
  private readonly clockRate: number;
  private nextSequence: number;
  /** Of the next sample. */
  private nextTimestamp: number;
  /** When the samples at `nextTimestamp` are to be heard, on the caller's clock. */
  private dueMs: number | undefined;
  private isBegin = true;

  constructor(options: PacketizerOptions) {
    this.clockRate = options.clockRate;
    this.bytes = new Uint8Array(RTP_HEADER_BYTES + options.mostPayloadBytes);
    const view = new DataView(this.bytes.buffer);
    view.setUint8(0, 0x80);
    view.setUint8(1, options.payloadType);
    view.setUint32(8, options.ssrc);
    const random = crypto.getRandomValues(new Uint32Array(2));
    this.nextSequence = options.start?.sequence ?? random[0]! & 0x7fff;
    this.nextTimestamp = options.start?.timestamp ?? random[1]!;
  }

  /** The numbers of the next packet: for who sends of this stream himself now. */
  get position(): StreamStart {
    return { sequence: this.nextSequence, timestamp: this.nextTimestamp };
  }

  /** Somebody else has sent of this stream, up to here. */
  moveTo(position: StreamStart): void {
    this.nextSequence = position.sequence & 0xffff;
    this.nextTimestamp = position.timestamp >>> 0;
    this.dueMs = undefined;
    this.isBegin = true;
  }

  /** Time passes without a packet: there is silence. The next one bears the marker. */
  pause(ticks: number): void {
    this.advance(ticks);
    this.isBegin = true;
  }

  /**
   * Makes the packet whose payload stands at `headerBytes` already.
   *
   * @returns a view of `bytes`, good until the next call.
   */
  seal(payloadBytes: number, ticks: number, nowMs: number): Uint8Array {
    this.follow(nowMs);
    const { bytes } = this;
    setRtpMarker(bytes, this.isBegin);
    setRtpSequence(bytes, this.nextSequence);
    setRtpTimestamp(bytes, this.nextTimestamp);
    this.isBegin = false;
    this.nextSequence = (this.nextSequence + 1) & 0xffff;
    this.advance(ticks);
    return bytes.subarray(0, RTP_HEADER_BYTES + payloadBytes);
  }

  /** A payload that was made elsewhere: one for many listeners. */
  carry(payload: Uint8Array, ticks: number, nowMs: number): Uint8Array {
    this.bytes.set(payload, RTP_HEADER_BYTES);
    return this.seal(payload.length, ticks, nowMs);
  }

  private advance(ticks: number): void {
    this.nextTimestamp = (this.nextTimestamp + ticks) >>> 0;
    if (this.dueMs !== undefined) this.dueMs += (ticks * 1_000) / this.clockRate;
  }

  /** Nobody asked for a while: the timestamp is where the time is (RFC 3550 §5.1). */
  private follow(nowMs: number): void {
    const due = this.dueMs ?? nowMs;
    const behindMs = nowMs - due;
    if (behindMs > PAUSE_MS) {
      this.nextTimestamp = (this.nextTimestamp + Math.round((behindMs * this.clockRate) / 1_000)) >>> 0;
      this.isBegin = true;
    }
    // Ticks of the caller that come in bursts do not move the timestamps.
    this.dueMs = Math.abs(behindMs) > PAUSE_MS ? nowMs : due;
  }
}
