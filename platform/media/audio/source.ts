// Where sound comes from: a stream of packets, a player, an echo, a mix. Whoever needs sound pulls it, 20 ms at a time.
import type { AudioRate } from './codec.ts';

/** What was pulled: something to hear, something made up for what was lost, or nothing. */
export type Heard = 'sound' | 'concealed' | 'silence';

export interface AudioSource {
  readonly outRate: AudioRate;
  /**
   * Fills `into` wholly, mono, at `outRate`.
   *
   * @param nowMs any one clock that does not go back.
   */
  pull(into: Int16Array, nowMs: number): Heard;
  /** Lets so many samples pass that nobody is to hear, with less work than `pull`. */
  skip?(samples: number, nowMs: number): void;
  /** How loud the source says it is, decibels below overload; undefined where it does not say. */
  announcedLevel?(nowMs: number): number | undefined;
}

/** A source with an end: what is behind it is silence. */
export interface Playing extends AudioSource {
  readonly isEnded: boolean;
}

/** How long a frame is, everywhere in the audio path. */
export const FRAME_MS = 20;

export function frameSamples(rate: number): number {
  return (rate * FRAME_MS) / 1_000;
}

/** The richer of two answers. */
export function louder(a: Heard, b: Heard): Heard {
  if (a === 'sound' || b === 'sound') return 'sound';
  return a === 'concealed' || b === 'concealed' ? 'concealed' : 'silence';
}
