// Short tones, made here: there is no sound file to load. How loud, and for what, is the user's choice.
import { preferences, type SoundKind } from '../../kit/theme/preferences.ts';

interface Note {
  readonly frequency: number;
  readonly atS: number;
}

const TONES: Readonly<Record<SoundKind, readonly Note[]>> = {
  message: [
    { frequency: 659.3, atS: 0 },
    { frequency: 987.8, atS: 0.11 },
  ],
  important: [
    { frequency: 784, atS: 0 },
    { frequency: 784, atS: 0.16 },
    { frequency: 1174.7, atS: 0.32 },
  ],
};
/** At full volume it is still no alarm. */
const LOUDEST = 0.18;
const NOTE_S = 0.42;

let audio: AudioContext | null = null;

export function playSound(kind: SoundKind): void {
  const { sounds, soundKinds, volume } = preferences.getState();
  if (!sounds || !soundKinds[kind] || volume === 0) return;
  try {
    audio ??= new AudioContext();
    void audio.resume();
    const start = audio.currentTime;
    for (const note of TONES[kind]) ring(audio, note.frequency, start + note.atS, (LOUDEST * volume) / 100);
  } catch {
    // No audio device, or the browser wants a click first.
  }
}

function ring(context: AudioContext, frequency: number, atS: number, loudness: number): void {
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.type = 'sine';
  tone.frequency.value = frequency;
  gain.gain.setValueAtTime(0, atS);
  gain.gain.linearRampToValueAtTime(loudness, atS + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, atS + NOTE_S);
  tone.connect(gain).connect(context.destination);
  tone.start(atS);
  tone.stop(atS + NOTE_S + 0.03);
}
