// Ringing, ringback, busy and the music of a held call, made by the browser's synthesiser: there is no sound file to load.
import { preferences } from '../theme/preferences.ts';

interface Note {
  readonly hz: number;
  readonly atS: number;
  readonly forS: number;
}
interface Pattern {
  readonly notes: readonly Note[];
  readonly loopS: number;
  readonly gain: number;
}

const chord = (hz: readonly number[], atS: number, forS: number): Note[] =>
  hz.map((one) => ({ hz: one, atS, forS }));
/** Four bars of broken chords; soft, so that a long wait can be borne. */
const MUSIC = [
  [261.6, 329.6, 392, 523.3],
  [220, 261.6, 329.6, 440],
  [174.6, 220, 261.6, 349.2],
  [196, 246.9, 293.7, 392],
].flatMap((bar, nth) =>
  [...bar, ...bar.toReversed()].map((hz, beat) => ({ hz, atS: nth * 2.4 + beat * 0.3, forS: 0.55 })),
);

const PATTERNS = {
  ring: {
    notes: [0, 0.4].flatMap((atS) => [
      ...chord([587.3, 740], atS, 0.18),
      ...chord([880, 1108.7], atS + 0.18, 0.2),
    ]),
    loopS: 3,
    gain: 0.2,
  },
  /** A second call while one speaks. */
  waiting: { notes: [...chord([440], 0, 0.2), ...chord([440], 0.4, 0.2)], loopS: 5, gain: 0.06 },
  ringback: { notes: chord([425], 0, 1), loopS: 5, gain: 0.08 },
  busy: { notes: chord([425], 0, 0.48), loopS: 0.96, gain: 0.08 },
  music: { notes: MUSIC, loopS: 9.6, gain: 0.12 },
} as const satisfies Record<string, Pattern>;
export type ToneName = keyof typeof PATTERNS;

/** Ends a sound; more than once does nothing. */
export type Silence = () => void;

/** Sounds until it is silenced, on the device with that id ('' for the usual one). */
export function playTone(name: ToneName, deviceId = ''): Silence {
  const { volume } = preferences.getState();
  const context = openContext(deviceId);
  if (context === null) return () => {};
  const gain = context.createGain();
  gain.gain.value = PATTERNS[name].gain * (name === 'ring' ? volume / 50 : 1);
  gain.connect(context.destination);
  const stop = repeat(context, gain, PATTERNS[name]);
  return () => {
    stop();
    void context.close().catch(() => {});
  };
}

/** What the other one hears while the call is held. */
export interface HoldMusic {
  readonly track: MediaStreamTrack;
  readonly end: Silence;
}

export function holdMusic(): HoldMusic | null {
  const context = openContext('');
  if (context === null) return null;
  const gain = context.createGain();
  gain.gain.value = PATTERNS.music.gain;
  const out = context.createMediaStreamDestination();
  gain.connect(out);
  const stop = repeat(context, gain, PATTERNS.music);
  const [track] = out.stream.getAudioTracks();
  if (track === undefined) return null;
  return {
    track,
    end() {
      stop();
      track.stop();
      void context.close().catch(() => {});
    },
  };
}

function openContext(deviceId: string): AudioContext | null {
  try {
    const context = new AudioContext();
    void context.resume().catch(() => {});
    if (deviceId !== '' && 'setSinkId' in context)
      void (context.setSinkId as (id: string) => Promise<void>)(deviceId).catch(() => {});
    return context;
  } catch {
    // There is no audio device.
    return null;
  }
}

function repeat(context: AudioContext, out: AudioNode, { notes, loopS }: Pattern): () => void {
  let nextS = context.currentTime + 0.02;
  const schedule = () => {
    // A page that was asleep, or had no leave to sound, does not catch up on what was missed.
    if (nextS < context.currentTime) nextS = context.currentTime + 0.02;
    // One loop ahead, so that a busy page leaves no gap.
    while (nextS < context.currentTime + loopS) {
      for (const note of notes) sound(context, out, note, nextS);
      nextS += loopS;
    }
  };
  schedule();
  const timer = setInterval(schedule, (loopS * 1000) / 2);
  return () => clearInterval(timer);
}

const EDGE_S = 0.012;

function sound(context: AudioContext, out: AudioNode, { hz, atS, forS }: Note, fromS: number): void {
  const tone = context.createOscillator();
  const gain = context.createGain();
  const [start, end] = [fromS + atS, fromS + atS + forS];
  tone.frequency.value = hz;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(1, start + EDGE_S);
  gain.gain.setValueAtTime(1, end - EDGE_S);
  gain.gain.linearRampToValueAtTime(0, end);
  tone.connect(gain).connect(out);
  tone.start(start);
  tone.stop(end);
}
