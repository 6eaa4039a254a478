// Records what it is given, as WAV or Ogg Opus, until it has enough or nobody speaks any more. It keeps nothing: each piece of the
// file goes to `write` as soon as it is there.
import { levelOf } from '@parley/protocol/rtp';
import type { AudioRate } from './codec.ts';
import { OggOpusWriter, OPUS_PRE_SKIP } from './ogg-opus.ts';
import { PayloadEncoder } from './payload-encoder.ts';
import { frameSamples } from './source.ts';
import { VoiceActivity } from './voice-activity.ts';
import { WAV_HEAD_BYTES, wavBytes, wavHead } from './wav.ts';

export interface RecorderOptions {
  readonly rate: AudioRate;
  readonly format: 'wav' | 'ogg-opus';
  readonly maxMs: number;
  /** It is over when nobody has spoken for so long. Default: never. */
  readonly silenceMs?: number;
  /** Bits per second of Opus. Default 24,000. */
  readonly bitrate?: number;
  /** Told of each piece of the file, in memory of its own. */
  readonly write: (bytes: Uint8Array) => void;
}

export interface Recorded {
  readonly durationMs: number;
  /** How much of it somebody speaks. */
  readonly voiceMs: number;
  /** Of the whole file. */
  readonly bytes: number;
  /** To be put in the place of the first bytes: a WAV file says its length there. */
  readonly head: Uint8Array | undefined;
}

/** Why it wants to end. */
export type RecordingEnd = 'max' | 'silence';

interface Writing extends Disposable {
  take(samples: Int16Array): void;
  end(samples: number): Uint8Array | undefined;
}

export class Recorder implements Disposable {
  private readonly options: RecorderOptions;
  private readonly writing: Writing;
  private readonly voice = new VoiceActivity();
  private bytes = 0;
  private samples = 0;
  private silentMs = 0;
  private voiceMs = 0;
  private result: Recorded | undefined;

  constructor(options: RecorderOptions) {
    this.options = options;
    const write = (bytes: Uint8Array) => {
      this.bytes += bytes.length;
      options.write(bytes);
    };
    this.writing = options.format === 'wav' ? wavWriting(options, write) : opusWriting(options, write);
  }

  get durationMs(): number {
    return (this.samples * 1_000) / this.options.rate;
  }

  /** @returns why it is enough: then `end` it. What is given after that is not recorded. */
  hear(samples: Int16Array): RecordingEnd | undefined {
    const { rate, maxMs, silenceMs } = this.options;
    if (this.result !== undefined || this.durationMs >= maxMs) return 'max';
    this.writing.take(samples);
    this.samples += samples.length;
    const ms = (samples.length * 1_000) / rate;
    const isVoice = this.voice.hear(levelOf(samples), ms);
    this.silentMs = isVoice ? 0 : this.silentMs + ms;
    if (isVoice) this.voiceMs += ms;
    if (silenceMs !== undefined && this.silentMs >= silenceMs) return 'silence';
    return this.durationMs >= maxMs ? 'max' : undefined;
  }

  /** Writes what is left. */
  end(): Recorded {
    if (this.result === undefined) {
      const head = this.writing.end(this.samples);
      const { durationMs, voiceMs, bytes } = this;
      this.result = { durationMs, voiceMs, bytes, head };
    }
    return this.result;
  }

  [Symbol.dispose](): void {
    this.writing[Symbol.dispose]();
  }
}

function wavWriting({ rate }: RecorderOptions, write: (bytes: Uint8Array) => void): Writing {
  // A recording that is cut off says "unknown": readers go on to the end of the file.
  write(wavHead(rate, 0xffffffff - WAV_HEAD_BYTES));
  return {
    take: (samples) => write(wavBytes(samples)),
    end: (samples) => wavHead(rate, samples * 2),
    [Symbol.dispose]: () => {},
  };
}

function opusWriting({ rate, bitrate }: RecorderOptions, write: (bytes: Uint8Array) => void): Writing {
  const encoder = new PayloadEncoder({
    codec: 'opus',
    ptimeMs: 20,
    inRate: rate,
    bitrate: bitrate ?? 24_000,
    expectedLossPercent: 0,
  });
  const serial = crypto.getRandomValues(new Uint32Array(1))[0]!;
  const file = new OggOpusWriter(serial, rate, write);
  const payload = new Uint8Array(encoder.mostBytes);
  const take = (samples: Int16Array) => {
    encoder.push(samples);
    while (encoder.isFull) file.add(payload.subarray(0, encoder.encode(payload, 0)), encoder.ticks);
  };
  return {
    take,
    end: (samples) => {
      // What the encoder holds back, and the rest of its last frame.
      const rest = Math.ceil((OPUS_PRE_SKIP * rate) / 48_000) + frameSamples(rate);
      take(new Int16Array(rest));
      file.end((samples * 48_000) / rate);
      return undefined;
    },
    [Symbol.dispose]: () => encoder[Symbol.dispose](),
  };
}
