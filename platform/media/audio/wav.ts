// WAV files (RIFF, Microsoft multimedia standards update 1994): what phones and people bring as prompts is read, what is recorded is
// written as 16 bits mono. What cannot be read is a value with a reason; nothing in the file makes a reader go outside of it.
import { decodeG711 } from '@parley/protocol/rtp';
import type { Clip } from './clip.ts';
import type { AudioRate } from './codec.ts';

export interface SoundFileError {
  readonly ok: false;
  readonly reason: string;
  readonly offset: number;
}

export interface WavFile {
  readonly ok: true;
  readonly sampleRate: number;
  readonly channels: number;
  readonly encoding: 'u8' | 's16' | 's24' | 's32' | 'f32' | 'mu' | 'a';
  /** Whole frames: a sample of each channel. */
  readonly data: Uint8Array;
  readonly durationMs: number;
}

export const WAV_HEAD_BYTES = 44;
/** Other rates are refused: nobody has them, and the filters would be large. */
const RATES = new Set([8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000]);
const MOST_CHANNELS = 8;
/** A file has a handful of chunks. */
const MOST_CHUNKS = 64;
const BYTES = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, mu: 1, a: 1 } as const;

const wrong = (reason: string, offset: number): SoundFileError => ({ ok: false, reason, offset });

export function parseWav(bytes: Uint8Array): WavFile | SoundFileError {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || textAt(bytes, 0) !== 'RIFF' || textAt(bytes, 8) !== 'WAVE')
    return wrong('This is no WAV file.', 0);
  let format: number | undefined;
  let at = 12;
  for (let chunk = 0; chunk < MOST_CHUNKS && at + 8 <= bytes.length; chunk++) {
    const name = textAt(bytes, at);
    const size = view.getUint32(at + 4, true);
    if (name === 'fmt ') {
      if (size < 16 || at + 8 + size > bytes.length) return wrong('The format of the file is cut off.', at);
      format = at + 8;
    }
    if (name === 'data') {
      if (format === undefined) return wrong('The file does not say its format before its sound.', at);
      // Whoever wrote the file as it came may not have known its length: then it is as long as it is.
      const end = Math.min(bytes.length, at + 8 + size);
      return fileOf(view, format, bytes.subarray(at + 8, end));
    }
    at += 8 + size + (size % 2);
  }
  return wrong('The file has no sound.', Math.min(at, bytes.length));
}

function fileOf(view: DataView, at: number, data: Uint8Array): WavFile | SoundFileError {
  const size = view.getUint32(at - 4, true);
  const tag = view.getUint16(at, true);
  const channels = view.getUint16(at + 2, true);
  const sampleRate = view.getUint32(at + 4, true);
  const bits = view.getUint16(at + 14, true);
  // 0xfffe: the format stands in the begin of a long name further on.
  const kind = tag === 0xfffe && size >= 26 ? view.getUint16(at + 24, true) : tag;
  const encoding = encodingOf(kind, bits);
  if (encoding === undefined)
    return wrong('This kind of WAV file is not supported. Save it as PCM with 16 bits.', at);
  if (channels < 1 || channels > MOST_CHANNELS)
    return wrong(`${channels} channels are not supported.`, at + 2);
  if (!RATES.has(sampleRate)) return wrong(`A sample rate of ${sampleRate} Hz is not supported.`, at + 4);
  const frameBytes = BYTES[encoding] * channels;
  const frames = Math.floor(data.length / frameBytes);
  const durationMs = (frames * 1_000) / sampleRate;
  return {
    ok: true,
    sampleRate,
    channels,
    encoding,
    data: data.subarray(0, frames * frameBytes),
    durationMs,
  };
}

function encodingOf(kind: number, bits: number): WavFile['encoding'] | undefined {
  if (kind === 1) return ({ 8: 'u8', 16: 's16', 24: 's24', 32: 's32' } as const)[bits as 8 | 16 | 24 | 32];
  if (kind === 3) return bits === 32 ? 'f32' : undefined;
  if (kind === 6 || kind === 7) return bits === 8 ? (kind === 6 ? 'a' : 'mu') : undefined;
  return undefined;
}

function textAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(bytes[at] ?? 0, bytes[at + 1] ?? 0, bytes[at + 2] ?? 0, bytes[at + 3] ?? 0);
}

/** All channels together as one. */
export function wavClip(file: WavFile): Clip {
  const { data, channels, encoding, sampleRate } = file;
  const bytes = BYTES[encoding];
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const sample = sampleReader(view, data, encoding);
  const frames = data.length / (bytes * channels);
  return {
    sampleRate,
    open: () => {
      let frame = 0;
      return {
        read: (into) => {
          const count = Math.min(into.length, frames - frame);
          for (let index = 0; index < count; index++, frame++) {
            let sum = 0;
            for (let channel = 0; channel < channels; channel++)
              sum += sample((frame * channels + channel) * bytes);
            into[index] = Math.max(-32_768, Math.min(32_767, Math.round(sum / channels)));
          }
          return count;
        },
        [Symbol.dispose]: () => {},
      };
    },
  };
}

function sampleReader(
  view: DataView,
  data: Uint8Array,
  encoding: WavFile['encoding'],
): (at: number) => number {
  switch (encoding) {
    case 'u8':
      return (at) => (view.getUint8(at) - 128) * 256;
    case 's16':
      return (at) => view.getInt16(at, true);
    case 's24':
      return (at) => view.getInt16(at + 1, true);
    case 's32':
      return (at) => view.getInt16(at + 2, true);
    case 'f32':
      return (at) => {
        const value = view.getFloat32(at, true) * 32_767;
        return Number.isFinite(value) ? value : 0;
      };
    default: {
      const samples = decodeG711(encoding, data);
      return (at) => samples[at]!;
    }
  }
}

/** The head of a file of 16 bits mono. @param dataBytes of the sound behind it. */
export function wavHead(sampleRate: AudioRate, dataBytes: number): Uint8Array {
  const head = new Uint8Array(WAV_HEAD_BYTES);
  const view = new DataView(head.buffer);
  const text = (at: number, name: string) => {
    for (let index = 0; index < 4; index++) head[at + index] = name.charCodeAt(index);
  };
  text(0, 'RIFF');
  view.setUint32(4, Math.min(0xffffffff, WAV_HEAD_BYTES - 8 + dataBytes), true);
  text(8, 'WAVE');
  text(12, 'fmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, dataBytes, true);
  return head;
}

/** Samples as the bytes of the file. */
export function wavBytes(samples: Int16Array): Uint8Array {
  const bytes = new Uint8Array(samples.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < samples.length; at++) view.setInt16(at * 2, samples[at]!, true);
  return bytes;
}
