// Brings sound to media hosts before it is played there: each host is asked once in a while whether it still has it.
import type { Bus } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import * as media from '../media/contract.ts';

/** Hosts forget what nobody has played for a day. */
const KNOWN_MS = 3_600_000;
const MOST_KNOWN = 10_000;

export class Sounds {
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #known = new Map<string, number>();

  constructor(bus: Bus, clock: Clock) {
    this.#bus = bus;
    this.#clock = clock;
  }

  /** @returns whether it can be played there. */
  async bring(node: string, audioId: string, sound: () => Promise<Buffer> | Buffer): Promise<boolean> {
    const key = `${node} ${audioId}`;
    const now = this.#clock.now();
    if (now - (this.#known.get(key) ?? Number.NEGATIVE_INFINITY) < KNOWN_MS) return true;
    const asked = await this.#bus.call(media.hasAudio, { audioId }, { node });
    if (!asked.ok) return false;
    if (!asked.value.isThere && !(await this.#carry(node, audioId, await sound()))) return false;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(key, now);
    return true;
  }

  async #carry(node: string, audioId: string, sound: Buffer): Promise<boolean> {
    for (let offset = 0; offset < sound.length; offset += media.AUDIO_PIECE_BYTES) {
      const data = sound.subarray(offset, offset + media.AUDIO_PIECE_BYTES).toString('base64');
      const piece = { audioId, offset, totalBytes: sound.length, data };
      const stored = await this.#bus.call(media.storeAudio, piece, { node });
      if (!stored.ok) return false;
    }
    return sound.length > 0;
  }
}
