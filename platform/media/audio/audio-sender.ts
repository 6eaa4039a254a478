// Sound as RTP packets for one peer: coded, packed, numbered without a gap however often the sound comes from elsewhere.
// The encoder is made with the first sound: who is only sent payloads of others needs none.
import type { AudioRate, EncoderSettings } from './codec.ts';
import { Packetizer, type StreamStart } from './packetizer.ts';
import { clockRateOf, formatKey, PayloadEncoder, type PayloadFormat } from './payload-encoder.ts';

export interface AudioSenderOptions extends Omit<EncoderSettings, 'sampleRate'> {
  /** 0 … 127. */
  readonly payloadType: number;
  /** 32 bits. */
  readonly ssrc: number;
  /** Default 20. */
  readonly ptimeMs?: number;
  /** Of the samples that are given. */
  readonly inRate: AudioRate;
  readonly start?: StreamStart;
}

/** Larger than any payload of 60 ms. */
const MOST_PAYLOAD_BYTES = 1_275;
/** For `next` where more packets may wait. */
export const NOTHING = new Int16Array(0);

export class AudioSender implements Disposable {
  readonly format: PayloadFormat;
  readonly inRate: AudioRate;
  /** Same key, same payloads. */
  readonly key: string;
  private readonly packets: Packetizer;
  private own: PayloadEncoder | undefined;

  constructor(options: AudioSenderOptions) {
    this.format = { ...options, ptimeMs: options.ptimeMs ?? 20 };
    this.inRate = options.inRate;
    this.key = formatKey(this.format);
    this.packets = new Packetizer({
      payloadType: options.payloadType,
      ssrc: options.ssrc,
      clockRate: clockRateOf(this.format),
      mostPayloadBytes: MOST_PAYLOAD_BYTES,
      ...(options.start === undefined ? {} : { start: options.start }),
    });
  }

  /** The numbers of the next packet. */
  get position(): StreamStart {
    return this.packets.position;
  }

  /** Packets of somebody else went out in this stream, a relay's say: it goes on behind them. */
  moveTo(position: StreamStart): void {
    this.packets.moveTo(position);
  }

  /** Its own encoder; made when it is asked for first. */
  get encoder(): PayloadEncoder {
    this.own ??= new PayloadEncoder(this.format);
    return this.own;
  }

  /**
   * Takes 20 ms of sound, or any other length.
   *
   * @returns a packet, in memory that the next call uses again; undefined where none is full, or silence is not sent. Packets
   * shorter than what was given wait: ask again with `NOTHING` until there is none.
   */
  next(samples: Int16Array, nowMs: number): Uint8Array | undefined {
    const { packets } = this;
    const { encoder } = this;
    encoder.push(samples);
    while (encoder.isFull) {
      const bytes = encoder.encode(packets.bytes, packets.headerBytes);
      if (bytes > 0) return packets.seal(bytes, encoder.ticks, nowMs);
      packets.pause(encoder.ticks);
    }
    return undefined;
  }

  /** A payload that was coded for several. Empty where silence is not sent. */
  carry(payload: Uint8Array, ticks: number, nowMs: number): Uint8Array | undefined {
    if (payload.length > 0) return this.packets.carry(payload, ticks, nowMs);
    this.packets.pause(ticks);
    return undefined;
  }

  [Symbol.dispose](): void {
    this.own?.[Symbol.dispose]();
    this.own = undefined;
  }
}
