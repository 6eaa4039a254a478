// How a phone hears: the file into which it writes what arrives, read while it grows.
import assert from 'node:assert/strict';
import { open, stat } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { type Heard, hearsMusic, hearsTone, loudestIn } from './ear.ts';

/** Long enough for a beat of tone-file.ts and the pause after it. */
const LISTEN_MS = 360;
const LOOK_MS = 10;
const HEADER_BYTES = 44;
const LOUD = 1_000;
/** So much silence goes before a sound that counts as the first. */
const QUIET_MS = 300;

/** Samples of 16 bits, one channel. */
interface Format {
  readonly path: string;
  readonly rate: number;
}

export class PhoneEar {
  readonly #find: () => Promise<string | undefined>;
  readonly #rateNow: (() => number) | undefined;

  /**
   * @param find the file of the sound that arrives now; none before the first.
   * @param rateNow samples a second, where the head of the file does not tell.
   */
  constructor(find: () => Promise<string | undefined>, rateNow?: () => number) {
    this.#find = find;
    this.#rateNow = rateNow;
  }

  hearsTone(hz: number | null): Promise<Heard> {
    return hearsTone(() => this.listen(), hz);
  }

  hearsMusic(): Promise<void> {
    return hearsMusic(() => this.listen());
  }

  /** What arrives in the next moment. */
  async listen(): Promise<Heard | null> {
    const format = await this.#format();
    if (format === undefined) {
      await setTimeout(LOOK_MS);
      return null;
    }
    const from = await sizeOf(format.path);
    await setTimeout(LISTEN_MS);
    return loudestIn(await samplesOf(format.path, from), format.rate);
  }

  /** When the first sound after a silence arrived, in Unix milliseconds. */
  async firstSoundMs(): Promise<number> {
    const format = await this.#format();
    assert.ok(format, 'the phone hears somebody');
    const deadline = Date.now() + 10_000;
    let from = await sizeOf(format.path);
    let quietMs = 0;
    for (;;) {
      assert.ok(Date.now() < deadline, 'a sound was to come after a silence');
      await setTimeout(LOOK_MS);
      const samples = await samplesOf(format.path, from);
      const at = Date.now();
      from += samples.length * 2;
      const loud = samples.findIndex((sample) => Math.abs(sample) > LOUD);
      // A phone may write a good deal at once.
      if (loud >= 0 && quietMs >= QUIET_MS) return at - ((samples.length - loud) / format.rate) * 1000;
      quietMs = loud >= 0 ? 0 : quietMs + (samples.length / format.rate) * 1000;
    }
  }

  async #format(): Promise<Format | undefined> {
    const path = await this.#find();
    if (path === undefined) return undefined;
    const head = await bytesOf(path, 0, HEADER_BYTES).catch(() => Buffer.alloc(0));
    if (head.length < HEADER_BYTES) return undefined;
    assert.ok(head.readUInt16LE(22) <= 1, 'one channel');
    return { path, rate: this.#rateNow?.() ?? head.readUInt32LE(24) };
  }
}

async function sizeOf(path: string): Promise<number> {
  const { size } = await stat(path);
  return size - (size % 2);
}

async function samplesOf(path: string, from: number): Promise<Int16Array> {
  const bytes = await bytesOf(path, from, Number.POSITIVE_INFINITY);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => bytes.readInt16LE(2 * index));
}

async function bytesOf(path: string, from: number, most: number): Promise<Buffer> {
  await using file = await open(path);
  const { size } = await file.stat();
  const bytes = Buffer.alloc(Math.max(0, Math.min(most, size - from)));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
  return bytes.subarray(0, bytesRead);
}
