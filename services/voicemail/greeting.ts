// A greeting as it is brought: what it is, and whether it can be played. Pure.
import { parseOggOpus, parseWav } from '@parley/platform/media/audio';
import { GREETING_MOST_S } from './contract.ts';

export interface Sound {
  readonly mediaType: 'audio/ogg' | 'audio/wav';
  readonly durationMs: number;
}

const LEAST_MS = 300;

/** @returns undefined for what cannot be played, or is too short or too long. */
export function greetingOf(bytes: Uint8Array): Sound | undefined {
  const sound = soundOf(bytes);
  if (sound === undefined || sound.durationMs < LEAST_MS) return undefined;
  // A recorder that was told to stop after two minutes stops a moment later.
  return sound.durationMs <= (GREETING_MOST_S + 1) * 1_000 ? sound : undefined;
}

export function soundOf(bytes: Uint8Array): Sound | undefined {
  const ogg = parseOggOpus(bytes);
  if (ogg.ok) return { mediaType: 'audio/ogg', durationMs: ogg.durationMs };
  const wav = parseWav(bytes);
  return wav.ok ? { mediaType: 'audio/wav', durationMs: wav.durationMs } : undefined;
}
