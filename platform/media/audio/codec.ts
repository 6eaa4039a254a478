// The codecs of calls as decoders and encoders of one shape: mono, 16 bits, no allocation for a packet. What is lost is made up by
// the codec itself (Opus) or by repeating the pitch (G.711, G.722).
import {
  Concealment,
  decodeG711,
  encodeG711,
  type G711Law,
  G722Decoder,
  G722Encoder,
  opusDurationTicks,
} from '@parley/protocol/rtp';
import { MAX_OPUS_BYTES, OpusDecoder, OpusEncoder, type OpusRate } from './opus.ts';

/** As `a=rtpmap` spells them. */
export type SoundCodec = 'PCMU' | 'PCMA' | 'G722' | 'opus';
/** With those that have no sound of their own: keys (RFC 4733 §2) and comfort noise (RFC 3389 §3). */
export type AudioCodec = SoundCodec | 'telephone-event' | 'CN';

/** Sample rates of players, mixers and recorders. */
export type AudioRate = 8_000 | 16_000 | 48_000;

/** Ticks of RTP in a second: G722 says 8,000 and samples at 16,000 (RFC 3551 §4.5.2). */
export const CLOCK_RATE: Readonly<Record<SoundCodec, number>> = {
  PCMU: 8_000,
  PCMA: 8_000,
  G722: 8_000,
  opus: 48_000,
};
/** The longest packet that is taken: Opus has none that is longer, and nobody sends more of G.711. */
export const MOST_PACKET_MS = 120;
const MOST_G711_BYTES = MOST_PACKET_MS * 8;

export interface SoundDecoder extends Disposable {
  readonly sampleRate: number;
  /** How long the sound of a payload lasts on the clock of RTP; 0 for what is none. */
  durationTicks(payload: Uint8Array): number;
  /** @param isJoined the sound before it was left out: it is blended into it. @returns samples; 0 for what cannot be decoded. */
  decode(payload: Uint8Array, into: Int16Array, isJoined: boolean): number;
  /** Makes up for what is missing. @returns samples. */
  conceal(into: Int16Array, ticks: number, following: Uint8Array | undefined): number;
}

export interface SoundEncoder extends Disposable {
  readonly sampleRate: number;
  readonly clockRate: number;
  readonly mostBytes: number;
  /** @returns how many bytes; fewer than `leastBytes` are not worth sending. */
  encode(samples: Int16Array, into: Uint8Array, offset: number): number;
  readonly leastBytes: number;
  /** Takes the place of another of its kind for a listener, as far as the codec allows. */
  follow(other: SoundEncoder): void;
}

export function soundDecoder(codec: SoundCodec, outRate: AudioRate): SoundDecoder {
  if (codec === 'opus') return new OpusSound(outRate);
  return codec === 'G722' ? new G722Sound() : new G711Sound(codec === 'PCMU' ? 'mu' : 'a');
}

/** What is decoded to samples by rule, one byte a tick; holes are filled with the pitch of the voice. */
abstract class WaveformSound implements SoundDecoder {
  abstract readonly sampleRate: number;
  protected abstract readonly concealment: Concealment;
  private readonly joint = new Int16Array(1);

  protected abstract expand(payload: Uint8Array, into: Int16Array): void;

  durationTicks(payload: Uint8Array): number {
    return payload.length > MOST_G711_BYTES ? 0 : payload.length;
  }

  decode(payload: Uint8Array, into: Int16Array, isJoined: boolean): number {
    const samples = payload.length * (this.sampleRate / 8_000);
    const sound = into.length === samples ? into : into.subarray(0, samples);
    this.expand(payload, sound);
    // One sample made up is enough for `heard` to fade from where the sound led to into what comes.
    if (isJoined) this.concealment.conceal(this.joint);
    this.concealment.heard(sound);
    return samples;
  }

  conceal(into: Int16Array, ticks: number): number {
    const samples = Math.min(into.length, ticks * (this.sampleRate / 8_000));
    this.concealment.conceal(into.subarray(0, samples));
    return samples;
  }

  [Symbol.dispose](): void {}
}

class G711Sound extends WaveformSound {
  readonly sampleRate = 8_000;
  protected readonly concealment = new Concealment(8_000);
  private readonly law: G711Law;

  constructor(law: G711Law) {
    super();
    this.law = law;
  }

  protected expand(payload: Uint8Array, into: Int16Array): void {
    decodeG711(this.law, payload, into);
  }
}

class G722Sound extends WaveformSound {
  readonly sampleRate = 16_000;
  protected readonly concealment = new Concealment(16_000);
  private readonly decoder = new G722Decoder();

  protected expand(payload: Uint8Array, into: Int16Array): void {
    this.decoder.decode(payload, into);
  }
}

class OpusSound implements SoundDecoder {
  readonly sampleRate: OpusRate;
  private readonly decoder: OpusDecoder;

  constructor(sampleRate: OpusRate) {
    this.sampleRate = sampleRate;
    this.decoder = new OpusDecoder(sampleRate);
  }

  durationTicks(payload: Uint8Array): number {
    return payload.length > MAX_OPUS_BYTES * 3 ? 0 : opusDurationTicks(payload);
  }

  decode(payload: Uint8Array, into: Int16Array): number {
    return this.decoder.decode(payload, into);
  }

  conceal(into: Int16Array, ticks: number, following: Uint8Array | undefined): number {
    // libopus makes up whole steps of 2.5 ms; what a lying timestamp leaves over is silence.
    const perTick = this.sampleRate / 48_000;
    const samples = Math.min(into.length, Math.ceil(ticks * perTick));
    const steps = Math.floor(ticks / 120) * 120 * perTick;
    const made = steps === 0 ? 0 : this.decoder.conceal(into, Math.min(steps, into.length), following);
    into.fill(0, made, samples);
    return samples;
  }

  [Symbol.dispose](): void {
    this.decoder[Symbol.dispose]();
  }
}

export interface EncoderSettings {
  readonly codec: SoundCodec;
  /** Opus only; of the samples that are given. Default 48,000. */
  readonly sampleRate?: AudioRate;
  /** Opus only, bits per second. Default 32,000. */
  readonly bitrate?: number;
  /** Opus only, 0 … 10. Default 5. */
  readonly complexity?: number;
  /** Opus only: nothing is sent in silence. Default false. */
  readonly dtx?: boolean;
  /** Opus only: packets are sent twice, if so many of a hundred are lost. Default 5. */
  readonly expectedLossPercent?: number;
}

export function soundEncoder(settings: EncoderSettings): SoundEncoder {
  if (settings.codec === 'opus') return new OpusVoice(settings);
  return settings.codec === 'G722' ? new G722Voice() : new G711Voice(settings.codec === 'PCMU' ? 'mu' : 'a');
}

/** 60 ms at 16 kHz: silence, then a rise. */
const SOFT_SAMPLES = 960;

class G711Voice implements SoundEncoder {
  readonly sampleRate = 8_000;
  readonly clockRate = 8_000;
  readonly mostBytes = MOST_G711_BYTES;
  readonly leastBytes = 1;
  private readonly law: G711Law;

  constructor(law: G711Law) {
    this.law = law;
  }

  encode(samples: Int16Array, into: Uint8Array, offset: number): number {
    encodeG711(this.law, samples, into.subarray(offset));
    return samples.length;
  }

  /** Each sample is by itself. */
  follow(): void {}

  [Symbol.dispose](): void {}
}

class G722Voice implements SoundEncoder {
  readonly sampleRate = 16_000;
  readonly clockRate = 8_000;
  readonly mostBytes = MOST_G711_BYTES;
  readonly leastBytes = 1;
  private readonly encoder = new G722Encoder();
  private readonly soft = new Int16Array(960);
  /** Samples that are still to be faded in. */
  private softLeft = SOFT_SAMPLES;

  encode(samples: Int16Array, into: Uint8Array, offset: number): number {
    const sound = this.softLeft > 0 ? this.fadeIn(samples) : samples;
    this.encoder.encode(sound, into.subarray(offset));
    return samples.length / 2;
  }

  /**
   * The listener's decoder may come from another encoder, and be far louder than this one knows: while both adapt, whatever is
   * coded is heard as a thump, unless it is next to nothing.
   */
  private fadeIn(samples: Int16Array): Int16Array {
    const faded = this.soft.subarray(0, samples.length);
    for (let at = 0; at < samples.length; at++) {
      const share = Math.max(0, 1 - Math.max(0, this.softLeft--) / (SOFT_SAMPLES / 2));
      faded[at] = samples[at]! * Math.min(1, share);
    }
    return faded;
  }

  follow(other: SoundEncoder): void {
    if (!(other instanceof G722Voice)) return;
    this.encoder.follow(other.encoder);
    this.softLeft = other.softLeft;
  }

  [Symbol.dispose](): void {}
}

class OpusVoice implements SoundEncoder {
  readonly sampleRate: OpusRate;
  readonly clockRate = 48_000;
  readonly mostBytes = MAX_OPUS_BYTES;
  /** RFC 7587 §3.1.3: two bytes or fewer say that there is silence. */
  readonly leastBytes = 3;
  private readonly encoder: OpusEncoder;

  constructor(settings: EncoderSettings) {
    this.sampleRate = settings.sampleRate ?? 48_000;
    this.encoder = new OpusEncoder({
      sampleRate: this.sampleRate,
      bitrate: settings.bitrate ?? 32_000,
      complexity: settings.complexity ?? 5,
      dtx: settings.dtx ?? false,
      expectedLossPercent: settings.expectedLossPercent ?? 5,
    });
  }

  encode(samples: Int16Array, into: Uint8Array, offset: number): number {
    return this.encoder.encode(samples, into, offset);
  }

  /** libopus has no way to copy a state; a decoder takes the change well. */
  follow(): void {}

  [Symbol.dispose](): void {
    this.encoder[Symbol.dispose]();
  }
}
