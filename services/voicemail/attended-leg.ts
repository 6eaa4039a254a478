// The end of somebody who is attended to: what is played to them, the keys they press, what they say. It is over when they hang up:
// then whatever waits is told so by `CallerLeft`.
import type { Bus } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import type { EventOf } from '@parley/platform/contract';
import * as media from '../media/contract.ts';

type Happening = EventOf<typeof media.legEvent>['what'];
export type Recorded = Extract<Happening, { kind: 'recorded' }>;

/** The caller is gone; it ends what was being done, and is no fault. */
export class CallerLeft extends Error {}

/** Media that flowed before anybody listened for it is not told again. */
const CONNECT_MS = 1_500;
/** Longer than anything that is played. */
const PLAYED_MS = 45 * 60_000;
const STOPPED_MS = 5_000;
const MOST_KEYS = 40;

export class AttendedLeg {
  readonly legId: string;
  /** The media host. */
  readonly node: string;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #keys: string[] = [];
  #isConnected = false;
  #isPlayed = false;
  #hasLeft = false;
  #recorded: Recorded | undefined;

  constructor(where: { readonly legId: string; readonly node: string }, bus: Bus, clock: Clock) {
    this.legId = where.legId;
    this.node = where.node;
    this.#bus = bus;
    this.#clock = clock;
  }

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  happened(what: Happening): void {
    switch (what.kind) {
      case 'connected':
        this.#isConnected = true;
        break;
      case 'key':
        if (this.#keys.length < MOST_KEYS) this.#keys.push(what.key);
        break;
      case 'played':
        this.#isPlayed = true;
        break;
      case 'recorded':
        this.#recorded = what;
        break;
      case 'lost':
        this.#hasLeft = true;
        break;
      case 'quality':
        return;
    }
    this.#wake();
  }

  /** The caller hung up. */
  leave(): void {
    this.#hasLeft = true;
    this.#wake();
  }

  /** Sound can go both ways, as far as anybody knows. */
  async connected(): Promise<void> {
    await this.#until(() => this.#isConnected || undefined, CONNECT_MS);
  }

  /** Until its end, or until a key is pressed: that one still waits to be taken. @returns false where it cannot be played. */
  async play(sound: media.Sound): Promise<boolean> {
    this.#stayed();
    if (this.#keys.length > 0) return true;
    const begun = await this.#bus.call(media.playTo, { legId: this.legId, sound, loop: false }, this.#at);
    if (!begun.ok) {
      this.#stayed();
      return false;
    }
    this.#isPlayed = false;
    const ended = await this.#until(
      () => (this.#isPlayed ? 'played' : this.#keys.length > 0 ? 'key' : undefined),
      PLAYED_MS,
    );
    if (ended !== 'played')
      await this.#bus.call(media.playTo, { legId: this.legId, sound: null, loop: false }, this.#at);
    return true;
  }

  /** The next key, in the order in which they were pressed; undefined for none in that time. */
  async key(withinMs: number): Promise<string | undefined> {
    return await this.#until(() => this.#keys.shift(), withinMs);
  }

  dropKeys(): void {
    this.#keys = [];
  }

  /** @returns what it is called there; undefined where nothing can be recorded. */
  async beginRecording(maxMs: number, silenceMs: number): Promise<string | undefined> {
    this.#stayed();
    this.#recorded = undefined;
    // A phone that hears nothing at all takes the call for lost.
    const quiet = { legId: this.legId, sound: 'silence', loop: true } as const;
    await this.#bus.call(media.playTo, quiet, this.#at);
    const wish = { legId: this.legId, maxMs, silenceMs, endKeys: '#' };
    const begun = await this.#bus.call(media.record, wish, this.#at);
    return begun.ok ? begun.value.recordingId : undefined;
  }

  /** Until it is over, by itself, by `#`, or because the caller is gone. @returns undefined where nobody tells of its end. */
  async recorded(maxMs: number): Promise<Recorded | undefined> {
    // What ends a recording as well is a key that came by INFO; the host has heard the others itself.
    const isOver = () => this.#recorded !== undefined || this.#hasLeft || this.#keys.includes('#');
    await this.#wait(() => isOver() || undefined, maxMs + STOPPED_MS);
    if (this.#recorded === undefined && !this.#hasLeft)
      await this.#bus.call(media.stopRecording, { legId: this.legId }, this.#at);
    return await this.#wait(() => this.#recorded, STOPPED_MS);
  }

  get #at() {
    return { node: this.node };
  }

  #stayed(): void {
    if (this.#hasLeft) throw new CallerLeft();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** @throws {CallerLeft} */
  async #until<T>(look: () => T | undefined, withinMs: number): Promise<T | undefined> {
    const found = await this.#wait(() => (this.#hasLeft ? 'left' : look()), withinMs);
    this.#stayed();
    return found as T | undefined;
  }

  #wait<T>(look: () => T | undefined, withinMs: number): Promise<T | undefined> {
    const first = look();
    if (first !== undefined) return Promise.resolve(first);
    return new Promise((resolve) => {
      const end = (found: T | undefined) => {
        timer[Symbol.dispose]();
        this.#waiting.delete(wake);
        resolve(found);
      };
      const wake = () => {
        const found = look();
        if (found !== undefined) end(found);
      };
      const timer = this.#clock.after(withinMs, () => end(undefined));
      this.#waiting.add(wake);
    });
  }
}
