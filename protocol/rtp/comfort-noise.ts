// Comfort noise (RFC 3389 §3): how loud the silence is, and a noise like it, so that nobody thinks that the call has ended.
import { mustFit } from '../bytes/big-endian.ts';

/** RFC 3389 §4. Other clock rates have a dynamic number. */
export const COMFORT_NOISE_PAYLOAD_TYPE = 13;

/** Decibels below overload, 0 … 127; undefined for an empty payload. The spectrum behind it is not read. */
export function readNoiseLevel(payload: Uint8Array): number | undefined {
  return payload.length === 0 ? undefined : payload[0]! & 0x7f;
}

/** @throws RangeError for a level outside of 0 … 127. */
export function buildNoiseLevel(belowOverloadDb: number): Uint8Array {
  mustFit('the level', belowOverloadDb, 7);
  return Uint8Array.of(belowOverloadDb);
}

/** A noise of its own for each listener; the same seed gives the same noise. */
export class ComfortNoise {
  private state: number;
  private last = 0;

  /** @param seed any number of 32 bits. */
  constructor(seed: number) {
    this.state = seed >>> 0 || 1;
  }

  /**
   * Fills `into` with noise, soft in its upper half as that of rooms is.
   *
   * @param belowOverloadDb the level, as `readNoiseLevel` gives it.
   */
  fill(into: Int16Array, belowOverloadDb: number): Int16Array {
    // Even noise between −1 and 1 has a root mean square of √(1/3); the filter y = (x + y₋₁) / 2 leaves √(1/3) of that.
    const peak = Math.min(32_767, 3 * 32_767 * 10 ** (-belowOverloadDb / 20));
    for (let at = 0; at < into.length; at++) {
      this.state ^= this.state << 13;
      this.state ^= this.state >>> 17;
      this.state ^= this.state << 5;
      this.last = (this.state / 2 ** 31 + this.last) / 2;
      into[at] = Math.round(this.last * peak);
    }
    return into;
  }
}
