// From packets of one peer to its sound: jitter buffer, decoder, concealment, sample rate. Nothing is decoded unless somebody pulls.
// A new source (SSRC) or payload type takes over in the middle; sound that nobody pulls for half a second is not kept.
import {
  ComfortNoise,
  checkRtp,
  extensionData,
  JitterBuffer,
  type JitterCounts,
  type JitterPacket,
  type JitterPull,
  readAudioLevel,
  readNoiseLevel,
  rtpPayload,
  rtpPayloadType,
  rtpSequence,
  rtpSsrc,
  rtpTimestamp,
  sequenceDistance,
} from '@parley/protocol/rtp';
import {
  type AudioCodec,
  type AudioRate,
  CLOCK_RATE,
  MOST_PACKET_MS,
  type SoundCodec,
  type SoundDecoder,
  soundDecoder,
} from './codec.ts';
import { Resampler } from './resampler.ts';
import { SampleQueue } from './sample-queue.ts';
import { type AudioSource, type Heard, louder } from './source.ts';

export interface AudioPayload {
  readonly codec: AudioCodec;
  readonly clockRate: number;
}

export interface AudioReceiverOptions {
  /** By payload type, as offer and answer agreed. */
  readonly payloads: ReadonlyMap<number, AudioPayload>;
  readonly outRate: AudioRate;
  /** Number of the header extension in which the peer says how loud it is (RFC 6464 §3). */
  readonly audioLevelExtensionId?: number;
  /** Most time that the jitter buffer holds a packet. Default 300. */
  readonly mostDelayMs?: number;
}

export type ReceiveVerdict =
  | 'kept'
  | 'late'
  | 'duplicate'
  | 'astray'
  /** No sound: keys, comfort noise, an empty packet that keeps a firewall open. */
  | 'passed'
  /** Nobody listens. */
  | 'unheard'
  | 'malformed';

/** Two packets in a row from another source, or one after such a pause, and that source is the stream. */
const STRANGERS = 2;
const SOURCE_PAUSE_MS = 60;
const UNHEARD_MS = 500;
const LEVEL_HOLDS_MS = 200;
/** More than this is not pulled at once. */
const MOST_PULL_MS = 60;
/** Scratch memory of all receivers of this thread: each call is over before the next. */
const decoded = new Int16Array(48 * MOST_PACKET_MS);
const resampled = new Int16Array(48 * MOST_PACKET_MS + 1);
const NONE: JitterCounts = {
  kept: 0,
  played: 0,
  late: 0,
  duplicate: 0,
  astray: 0,
  restarted: 0,
  lost: 0,
  waiting: 0,
  skipped: 0,
};

export class AudioReceiver implements AudioSource, Disposable {
  readonly outRate: AudioRate;
  private readonly options: AudioReceiverOptions;
  private readonly queue: SampleQueue;
  private readonly decoders = new Map<SoundCodec, SoundDecoder>();
  private readonly resamplers = new Map<number, Resampler>();
  private readonly noise: ComfortNoise;
  private buffer: JitterBuffer | undefined;
  private bufferClockRate = 0;
  private ssrc: number | undefined;
  private strangers = 0;
  private heardAtMs = Number.NEGATIVE_INFINITY;
  private pulledAtMs: number | undefined;
  private decoder: SoundDecoder | undefined;
  private noiseLevelDb: number | undefined;
  private noiseSequence = 0;
  /** What the samples in the queue are. */
  private queued: Heard = 'silence';
  private announcedAtMs = Number.NEGATIVE_INFINITY;
  private announcedDb = 0;

  constructor(options: AudioReceiverOptions) {
    this.options = options;
    this.outRate = options.outRate;
    this.queue = new SampleQueue((options.outRate / 1_000) * (MOST_PACKET_MS + MOST_PULL_MS));
    this.noise = new ComfortNoise(options.payloads.size * 7_919 + options.outRate);
  }

  /** The source that is heard; undefined before the first packet. */
  get source(): number | undefined {
    return this.ssrc;
  }

  counts(): JitterCounts {
    return this.buffer?.counts() ?? NONE;
  }

  /** How long sound waits here now. */
  get delayMs(): number {
    return (this.buffer?.heldMs ?? 0) + (this.queue.length * 1_000) / this.outRate;
  }

  /** How loud the peer says it is, in decibels below overload; undefined where it does not say. */
  announcedLevel(nowMs: number): number | undefined {
    return nowMs - this.announcedAtMs > LEVEL_HOLDS_MS ? undefined : this.announcedDb;
  }

  /** A datagram of RTP, decrypted. It is copied as far as it is needed. */
  receive(packet: Uint8Array, nowMs: number): ReceiveVerdict {
    if (checkRtp(packet) !== undefined) return 'malformed';
    const payloadType = rtpPayloadType(packet);
    const agreed = this.options.payloads.get(payloadType);
    if (agreed === undefined) return 'malformed';
    this.pulledAtMs ??= nowMs;
    if (nowMs - this.pulledAtMs > UNHEARD_MS) {
      this.forget();
      return 'unheard';
    }
    if (!this.isOurs(rtpSsrc(packet), nowMs)) return 'astray';
    this.heardAtMs = nowMs;
    this.readLevel(packet, nowMs);
    const payload = rtpPayload(packet);
    if (agreed.codec === 'CN') {
      this.noiseLevelDb = readNoiseLevel(payload);
      this.noiseSequence = rtpSequence(packet);
    }
    if (agreed.codec === 'CN' || agreed.codec === 'telephone-event' || payload.length === 0) {
      this.buffer?.pass(rtpSequence(packet));
      return 'passed';
    }
    const durationTicks = this.decoderOf(agreed.codec).durationTicks(payload);
    if (durationTicks === 0) return 'malformed';
    const verdict = this.bufferFor(agreed.codec).push(
      {
        sequence: rtpSequence(packet),
        timestamp: rtpTimestamp(packet),
        payload: payload.slice(),
        payloadType,
        durationTicks,
      },
      nowMs,
    );
    return verdict === 'restarted' ? 'kept' : verdict;
  }

  private isOurs(ssrc: number, nowMs: number): boolean {
    if (ssrc === this.ssrc) {
      this.strangers = 0;
      return true;
    }
    this.strangers++;
    const isTaken = this.ssrc !== undefined && nowMs - this.heardAtMs < SOURCE_PAUSE_MS;
    if (isTaken && this.strangers < STRANGERS) return false;
    this.ssrc = ssrc;
    this.strangers = 0;
    this.buffer = undefined;
    return true;
  }

  private readLevel(packet: Uint8Array, nowMs: number): void {
    const id = this.options.audioLevelExtensionId;
    const data = id === undefined ? undefined : extensionData(packet, id);
    const level = data === undefined ? undefined : readAudioLevel(data);
    if (level === undefined) return;
    this.announcedDb = level.belowOverloadDb;
    this.announcedAtMs = nowMs;
  }

  /** Codecs of one clock share the buffer: a change between them is heard in turn. */
  private bufferFor(codec: SoundCodec): JitterBuffer {
    const clockRate = CLOCK_RATE[codec];
    if (this.buffer === undefined || this.bufferClockRate !== clockRate) {
      this.buffer = new JitterBuffer({ clockRate, mostMs: this.options.mostDelayMs ?? 300, maxPackets: 64 });
      this.bufferClockRate = clockRate;
    }
    return this.buffer;
  }

  private decoderOf(codec: SoundCodec): SoundDecoder {
    const known = this.decoders.get(codec);
    if (known !== undefined) return known;
    const made = soundDecoder(codec, this.outRate);
    this.decoders.set(codec, made);
    return made;
  }

  pull(into: Int16Array, nowMs: number): Heard {
    if (into.length * 1_000 > this.outRate * MOST_PULL_MS)
      throw new RangeError(`${into.length} samples are too many to be pulled at once`);
    this.pulledAtMs = nowMs;
    let heard: Heard = this.queue.length > 0 ? this.queued : 'silence';
    while (this.queue.length < into.length) {
      if (this.buffer === undefined) {
        this.pushSilence(into.length - this.queue.length);
        continue;
      }
      this.queued = this.play(this.buffer, this.buffer.pull(nowMs));
      heard = louder(heard, this.queued);
    }
    this.queue.take(into);
    return heard;
  }

  /** As `pull`, but nothing is decoded: for who is not to be heard now. */
  skip(samples: number, nowMs: number): void {
    this.pulledAtMs = nowMs;
    let left = samples - this.queue.drop(samples);
    while (left > 0 && this.buffer !== undefined) {
      const pulled = this.buffer.pull(nowMs);
      const ticks = pulled.kind === 'packet' ? pulled.packet.durationTicks : pulled.durationTicks;
      left -= (ticks * this.outRate) / this.bufferClockRate;
    }
    this.queued = 'silence';
    if (left < 0) this.queue.pushSilence(Math.round(-left));
  }

  private play(buffer: JitterBuffer, pulled: JitterPull): Heard {
    if (pulled.kind === 'packet') {
      const { packet, isSkipped } = pulled;
      const made = this.decode(packet, isSkipped);
      if (made > 0) return 'sound';
      return this.conceal(packet.durationTicks, undefined);
    }
    if (pulled.kind === 'conceal') {
      if (pulled.why === 'waiting' && this.noiseLevelDb !== undefined) return this.rest(pulled.durationTicks);
      return this.conceal(pulled.durationTicks, pulled.following?.payload);
    }
    return buffer === this.buffer ? this.rest(pulled.durationTicks) : 'silence';
  }

  private decode(packet: JitterPacket, isJoined: boolean): number {
    const agreed = this.options.payloads.get(packet.payloadType);
    if (agreed === undefined || agreed.codec === 'CN' || agreed.codec === 'telephone-event') return 0;
    const decoder = this.decoderOf(agreed.codec);
    this.decoder = decoder;
    const made = decoder.decode(packet.payload, decoded, isJoined);
    // Sound from before the noise began may still have waited.
    if (sequenceDistance(this.noiseSequence, packet.sequence) > 0) this.noiseLevelDb = undefined;
    this.push(made, decoder.sampleRate);
    return made;
  }

  private conceal(ticks: number, following: Uint8Array | undefined): Heard {
    if (this.decoder === undefined) return this.rest(ticks);
    const made = this.decoder.conceal(decoded, ticks, following);
    this.push(made, this.decoder.sampleRate);
    return 'concealed';
  }

  /** Silence, or the noise that the peer has instead of it. */
  private rest(ticks: number): Heard {
    // One at least: a timestamp that is a tick ahead must not stand still.
    const samples = Math.max(1, Math.round((ticks * this.outRate) / this.bufferClockRate));
    if (this.noiseLevelDb === undefined) {
      this.pushSilence(samples);
      return 'silence';
    }
    this.queue.push(this.noise.fill(decoded.subarray(0, samples), this.noiseLevelDb));
    return 'sound';
  }

  private pushSilence(samples: number): void {
    this.queue.pushSilence(samples);
    if (this.queued !== 'silence') for (const each of this.resamplers.values()) each.reset();
    this.queued = 'silence';
  }

  private push(samples: number, rate: number): void {
    if (rate === this.outRate) {
      this.queue.push(decoded, samples);
      return;
    }
    let resampler = this.resamplers.get(rate);
    if (resampler === undefined) {
      resampler = new Resampler(rate, this.outRate);
      this.resamplers.set(rate, resampler);
    }
    const made = resampler.resample(decoded.subarray(0, samples), resampled);
    this.queue.push(resampled, made);
  }

  /** Nobody listened: what was held is old. */
  private forget(): void {
    this.buffer = undefined;
    this.queue.clear();
    this.queued = 'silence';
  }

  [Symbol.dispose](): void {
    for (const decoder of this.decoders.values()) decoder[Symbol.dispose]();
    this.decoders.clear();
    this.decoder = undefined;
    this.buffer = undefined;
  }
}
