// Makes calls heard: one window of a browser rings for all of them, and the tones of a call that is under way.
import { preferences } from '../theme/preferences.ts';
import { deviceChoice } from './device-choice.ts';
import { playTone, type Silence, type ToneName } from './tones.ts';

const BUSY_MS = 3_000;

export class Ringer {
  readonly #lock: string;
  #ringing: ToneName | null = null;
  #silence: Silence = () => {};
  /** Gives the lock to the next window. */
  #release: Silence = () => {};
  #tone: ToneName | null = null;
  #endTone: Silence = () => {};

  constructor(userId: string) {
    this.#lock = `parley-ring ${userId}`;
  }

  /** `waiting` while one speaks already; null for silence. */
  ring(name: 'ring' | 'waiting' | null): void {
    if (name === this.#ringing) return;
    this.#ringing = name;
    this.#release();
    this.#silence();
    this.#silence = this.#release = () => {};
    if (name !== null && preferences.getState().sounds) void this.#begin(name);
  }

  /** What the caller hears meanwhile. */
  callTone(name: 'ringback' | 'busy' | null): void {
    if (name === this.#tone) return;
    this.#tone = name;
    this.#endTone();
    this.#endTone = name === null ? () => {} : playTone(name, deviceChoice.getState().speaker);
    if (name === 'busy')
      setTimeout(() => {
        if (this.#tone === 'busy') this.callTone(null);
      }, BUSY_MS);
  }

  close(): void {
    this.ring(null);
    this.callTone(null);
  }

  async #begin(name: 'ring' | 'waiting'): Promise<void> {
    const sound = () => {
      const { ringer, speaker } = deviceChoice.getState();
      this.#silence = playTone(name, name === 'ring' ? ringer : speaker);
    };
    // Without https there are no locks: then each window rings.
    if (navigator.locks === undefined) return sound();
    const held = new AbortController();
    let release: Silence = () => held.abort();
    this.#release = () => release();
    await navigator.locks
      .request(this.#lock, { signal: held.signal }, () => {
        sound();
        return new Promise<void>((resolve) => {
          release = resolve;
        });
      })
      .catch(() => {});
  }
}
