// Sound for the greeting: whatever this browser can play becomes WAV of 16 kHz, 16 bits, mono, as the server takes it.

const RATE = 16_000;
export const GREETING_MOST_S = 120;
/** Quieter than this all along, nothing was said. */
const SILENCE = 0.003;
const LEAST_S = 0.5;

export type NoTake = 'badFile' | 'tooShort' | 'tooQuiet';

export interface Take {
  readonly sound: AudioBuffer;
  readonly wav: Blob;
}

/** @returns why it is no greeting, where it is none. */
export async function takeOf(file: Blob): Promise<Take | NoTake> {
  try {
    // Decoding resamples to the rate of the context.
    const context = new OfflineAudioContext(1, 1, RATE);
    const decoded = await context.decodeAudioData(await file.arrayBuffer());
    if (decoded.duration > GREETING_MOST_S + 1) return 'badFile';
    if (decoded.duration < LEAST_S) return 'tooShort';
    const samples = mixed(decoded);
    if (!samples.some((sample) => Math.abs(sample) > SILENCE)) return 'tooQuiet';
    const sound = context.createBuffer(1, samples.length, RATE);
    sound.copyToChannel(samples, 0);
    return { sound, wav: new Blob([wavOf(samples)], { type: 'audio/wav' }) };
  } catch {
    return 'badFile';
  }
}

function mixed(decoded: AudioBuffer): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(decoded.length);
  for (let channel = 0; channel < decoded.numberOfChannels; channel += 1) {
    const one = decoded.getChannelData(channel);
    for (let n = 0; n < samples.length; n += 1)
      samples[n] = (samples[n] ?? 0) + (one[n] ?? 0) / decoded.numberOfChannels;
  }
  return samples;
}

function wavOf(samples: Float32Array): ArrayBuffer {
  const header = 44;
  const bytes = samples.length * 2;
  const view = new DataView(new ArrayBuffer(header + bytes));
  const word = (at: number, text: string) => {
    for (let n = 0; n < text.length; n += 1) view.setUint8(at + n, text.charCodeAt(n));
  };
  word(0, 'RIFF');
  view.setUint32(4, header - 8 + bytes, true);
  word(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, 'data');
  view.setUint32(40, bytes, true);
  samples.forEach((sample, n) => {
    view.setInt16(header + n * 2, Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), true);
  });
  return view.buffer;
}
