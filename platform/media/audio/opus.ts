// Opus (RFC 6716 §3) by libopus as WebAssembly: the only file that knows the package. It speaks to the compiled module itself, which
// is in memory once for a thread and copies nothing twice (docs/decisions/0026-opus-is-libopus-as-webassembly.md).
// **Await `loadOpus()` once in each thread; from then on all is synchronous. What is made must be disposed of.**

/** What `dist/generated/libopus.generated.mjs` of the package exports; its version is pinned for this. */
interface Libopus {
  readonly HEAPU8: Uint8Array;
  readonly HEAP16: Int16Array;
  readonly HEAP32: Int32Array;
  _malloc(bytes: number): number;
  _oc_create_encoder(sampleRate: number, channels: number, application: number, errorAt: number): number;
  _oc_encode(encoder: number, pcmAt: number, frame: number, packetAt: number, mostBytes: number): number;
  _oc_encoder_ctl(encoder: number, request: number, value: number): number;
  _oc_destroy_encoder(encoder: number): void;
  _oc_create_decoder(sampleRate: number, channels: number, errorAt: number): number;
  _oc_decode(d: number, packetAt: number, bytes: number, pcmAt: number, frame: number, fec: number): number;
  _oc_destroy_decoder(decoder: number): void;
}

export type OpusRate = 8_000 | 12_000 | 16_000 | 24_000 | 48_000;

export interface OpusEncoderOptions {
  /** Of the samples that are given. */
  readonly sampleRate: OpusRate;
  /** Bits per second. Default 32,000. */
  readonly bitrate?: number;
  /** 0 … 10. Default 5: half the work of 9, and hardly anybody hears it in a voice. */
  readonly complexity?: number;
  /** Sends nothing while there is silence, but for an update now and then (RFC 7587 §3.1.3). Default false. */
  readonly dtx?: boolean;
  /** Puts the voice of a packet into the next once more, if so many of a hundred are lost. Default 0: it does not. */
  readonly expectedLossPercent?: number;
  readonly application?: 'voice' | 'music';
}

/** RFC 6716 §3.2.1: the largest frame; ours have one in each packet. */
export const MAX_OPUS_BYTES = 1_275;
/** A hundred and twenty milliseconds at 48 kHz. */
const MOST_SAMPLES = 5_760;
const APPLICATION = { voice: 2_048, music: 2_049 } as const;
const CTL = {
  bitrate: 4_002,
  complexity: 4_010,
  inBandFec: 4_012,
  packetLoss: 4_014,
  dtx: 4_016,
} as const;

let libopus: Libopus | undefined;
let loading: Promise<void> | undefined;
/** Scratch memory of the module, for all codecs: each call is over before the next. */
let packetAt = 0;
let pcmAt = 0;
let errorAt = 0;

/** Loads the module, once for this thread. */
export function loadOpus(): Promise<void> {
  loading ??= load();
  return loading;
}

async function load(): Promise<void> {
  const file = new URL('./generated/libopus.generated.mjs', import.meta.resolve('libopus-wasm'));
  const { default: start } = (await import(file.href)) as { default: () => Promise<Libopus> };
  libopus = await start();
  packetAt = libopus._malloc(MAX_OPUS_BYTES * 4);
  pcmAt = libopus._malloc(MOST_SAMPLES * 2);
  errorAt = libopus._malloc(4);
}

function loaded(): Libopus {
  if (libopus === undefined) throw new Error('await loadOpus() before Opus is used in this thread');
  return libopus;
}

export class OpusEncoder implements Disposable {
  readonly sampleRate: OpusRate;
  private at: number;

  constructor(options: OpusEncoderOptions) {
    const library = loaded();
    this.sampleRate = options.sampleRate;
    const application = APPLICATION[options.application ?? 'voice'];
    this.at = library._oc_create_encoder(options.sampleRate, 1, application, errorAt);
    const fault = library.HEAP32[errorAt >> 2]!;
    if (this.at === 0 || fault !== 0) throw new Error(`libopus made no encoder: ${fault}`);
    const lossPercent = options.expectedLossPercent ?? 0;
    this.set('bitrate', options.bitrate ?? 32_000);
    this.set('complexity', options.complexity ?? 5);
    this.set('dtx', options.dtx === true ? 1 : 0);
    this.set('inBandFec', lossPercent > 0 ? 1 : 0);
    this.set('packetLoss', lossPercent);
  }

  set(setting: keyof typeof CTL, value: number): void {
    const fault = loaded()._oc_encoder_ctl(this.at, CTL[setting], value);
    if (fault < 0) throw new RangeError(`libopus does not take ${setting} ${value}: ${fault}`);
  }

  /**
   * @param samples mono, 2.5, 5, 10, 20, 40 or 60 ms.
   * @param into where the packet begins at `offset`.
   * @returns how many bytes it has; two or fewer need not be sent (RFC 7587 §3.1.3).
   */
  encode(samples: Int16Array, into: Uint8Array, offset = 0): number {
    const library = loaded();
    if (this.at === 0) throw new Error('the Opus encoder is disposed of');
    if (samples.length > MOST_SAMPLES) throw new RangeError(`${samples.length} samples are no frame of Opus`);
    const room = Math.min(into.length - offset, MAX_OPUS_BYTES);
    library.HEAP16.set(samples, pcmAt >> 1);
    const bytes = library._oc_encode(this.at, pcmAt, samples.length, packetAt, room);
    if (bytes < 0) throw new RangeError(`libopus encodes no ${samples.length} samples: ${bytes}`);
    copyBytes(library.HEAPU8, packetAt, bytes, into, offset);
    return bytes;
  }

  [Symbol.dispose](): void {
    if (this.at !== 0) loaded()._oc_destroy_encoder(this.at);
    this.at = 0;
  }
}

export class OpusDecoder implements Disposable {
  readonly sampleRate: OpusRate;
  private at: number;

  /** @param sampleRate of what comes out, whatever was coded. */
  constructor(sampleRate: OpusRate) {
    const library = loaded();
    this.sampleRate = sampleRate;
    this.at = library._oc_create_decoder(sampleRate, 1, errorAt);
    const fault = library.HEAP32[errorAt >> 2]!;
    if (this.at === 0 || fault !== 0) throw new Error(`libopus made no decoder: ${fault}`);
  }

  /** @returns how many samples there are in `into`, mono; 0 where the packet is none, or does not fit. */
  decode(packet: Uint8Array, into: Int16Array): number {
    return this.run(packet, into, Math.min(into.length, MOST_SAMPLES), 0);
  }

  /**
   * Makes up for a packet that was lost, so many samples, a multiple of 2.5 ms: out of the packet behind it if that carries it once
   * more, else out of what was heard.
   */
  conceal(into: Int16Array, samples: number, following?: Uint8Array): number {
    if (following !== undefined) {
      const made = this.run(following, into, samples, 1);
      if (made > 0) return made;
    }
    return this.run(undefined, into, samples, 0);
  }

  private run(packet: Uint8Array | undefined, into: Int16Array, samples: number, fec: number): number {
    const library = loaded();
    if (this.at === 0) throw new Error('the Opus decoder is disposed of');
    const bytes = packet?.length ?? 0;
    // Three frames of the largest size are 60 ms: nobody sends more than that in one packet.
    if (bytes > MAX_OPUS_BYTES * 3 || samples > MOST_SAMPLES) return 0;
    if (packet !== undefined) library.HEAPU8.set(packet, packetAt);
    const at = packet === undefined ? 0 : packetAt;
    const made = library._oc_decode(this.at, at, bytes, pcmAt, samples, fec);
    if (made <= 0) return 0;
    const heap = library.HEAP16;
    for (let index = 0; index < made; index++) into[index] = heap[(pcmAt >> 1) + index]!;
    return made;
  }

  [Symbol.dispose](): void {
    if (this.at !== 0) loaded()._oc_destroy_decoder(this.at);
    this.at = 0;
  }
}

/** For so few bytes a loop is quicker than a view and `set`. */
function copyBytes(from: Uint8Array, at: number, bytes: number, into: Uint8Array, offset: number): void {
  for (let index = 0; index < bytes; index++) into[offset + index] = from[at + index]!;
}
