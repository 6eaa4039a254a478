// Does somebody speak? By the level of each frame above the noise of the room, which is learnt. Levels as RFC 6464 §3 has them:
// decibels below overload, 0 … 127.

/** So much louder than the noise is a voice. */
const ABOVE_NOISE_DB = 9;
/** Softer than this is none, however quiet the room is. */
const SOFTEST_DB = 55;
/** How fast the noise may rise while it is learnt. It falls at once. */
const RISE_DB_PER_S = 1;
/** Between words and behind the last. */
const HANG_OVER_MS = 300;

export class VoiceActivity {
  /** Of the noise, decibels below overload. */
  private noiseDb = 70;
  private silentMs = Number.POSITIVE_INFINITY;

  /** @returns whether somebody speaks in this frame or has just done so. */
  hear(belowOverloadDb: number, frameMs: number): boolean {
    this.noiseDb = Math.min(90, Math.max(belowOverloadDb, this.noiseDb - (RISE_DB_PER_S * frameMs) / 1_000));
    const isVoice = belowOverloadDb <= SOFTEST_DB && belowOverloadDb + ABOVE_NOISE_DB <= this.noiseDb;
    this.silentMs = isVoice ? 0 : this.silentMs + frameMs;
    return this.silentMs <= HANG_OVER_MS;
  }

  get isActive(): boolean {
    return this.silentMs <= HANG_OVER_MS;
  }
}
