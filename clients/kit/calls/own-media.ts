// What one end of a call sends: microphone, camera, screen, and the music of a held call. Owned by call-session.ts, which
// closes it; then no device is in use any more.
import type { Outcome } from '../fault.ts';
import { openCamera, openMicrophone, openScreen } from './capture.ts';
import { type HoldMusic, holdMusic } from './tones.ts';

export class OwnMedia {
  #microphone: MediaStreamTrack | null = null;
  #camera: MediaStreamTrack | null = null;
  #screen: MediaStreamTrack | null = null;
  #music: HoldMusic | null = null;
  #opens = 0;
  #muted = false;
  #held = false;
  #closed = false;
  readonly #onEnded: (what: 'microphone' | 'camera' | 'screen') => void;

  /** @param onEnded a device was unplugged, or the browser's own bar ended the sharing */
  constructor(onEnded: (what: 'microphone' | 'camera' | 'screen') => void) {
    this.#onEnded = onEnded;
  }

  get camera(): MediaStreamTrack | null {
    return this.#camera;
  }
  get screen(): MediaStreamTrack | null {
    return this.#screen;
  }
  /** Microphones that are on their way. */
  get opens(): number {
    return this.#opens;
  }
  /** Of the microphone that hears; null where it was unplugged. */
  get microphoneId(): string | null {
    const isThere = this.#microphone?.readyState === 'live';
    return isThere ? (this.#microphone?.getSettings().deviceId ?? '') : null;
  }
  get muted(): boolean {
    return this.#muted;
  }
  get held(): boolean {
    return this.#held;
  }
  /** What goes out as sound now; null for nothing. */
  get sound(): MediaStreamTrack | null {
    return this.#held ? (this.#music?.track ?? null) : this.#microphone;
  }

  /** Opens the microphone, or the one that is chosen now in its place. */
  async openMicrophone(): Promise<Outcome<unknown>> {
    this.#opens += 1;
    const opened = await openMicrophone().finally(() => {
      this.#opens -= 1;
    });
    if (!opened.ok) return opened;
    this.#microphone = this.#take('microphone', this.#microphone, opened.value);
    this.#enable();
    return opened;
  }

  async openCamera(): Promise<Outcome<unknown>> {
    const opened = await openCamera();
    if (!opened.ok) return opened;
    this.#camera = this.#take('camera', this.#camera, opened.value);
    this.#enable();
    return opened;
  }

  closeCamera(): void {
    this.#camera?.stop();
    this.#camera = null;
  }

  /** False where the user thought better of it. */
  async openScreen(): Promise<Outcome<boolean>> {
    const opened = await openScreen();
    if (!opened.ok) return opened;
    if (opened.value === null) return { ok: true, value: false };
    this.#screen = this.#take('screen', this.#screen, opened.value);
    this.#enable();
    return { ok: true, value: true };
  }

  closeScreen(): void {
    this.#screen?.stop();
    this.#screen = null;
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    this.#enable();
  }

  /** @param playsMusic the other end hears ours; else the server's, or none */
  hold(held: boolean, playsMusic: boolean): void {
    this.#held = held;
    this.#music?.end();
    this.#music = held && playsMusic ? holdMusic() : null;
    this.#enable();
  }

  close(): void {
    this.#closed = true;
    for (const track of [this.#microphone, this.#camera, this.#screen]) track?.stop();
    this.#music?.end();
    this.#microphone = this.#camera = this.#screen = this.#music = null;
  }

  #enable(): void {
    if (this.#microphone !== null) this.#microphone.enabled = !this.#muted && !this.#held;
    for (const picture of [this.#camera, this.#screen]) if (picture !== null) picture.enabled = !this.#held;
  }

  /** The new one in the place of the old one; nothing stays open when the call ended meanwhile. */
  #take(
    what: 'microphone' | 'camera' | 'screen',
    old: MediaStreamTrack | null,
    track: MediaStreamTrack,
  ): MediaStreamTrack {
    old?.stop();
    if (this.#closed) track.stop();
    track.onended = () => this.#onEnded(what);
    return track;
  }
}
