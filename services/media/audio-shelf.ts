// Sound on the disk of a media host: what it recorded, which stays until it is fetched, and what was brought to be played, which is
// forgotten when nobody has used it for a day. Together they have a bound.
import { open, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { AUDIO_PIECE_BYTES } from './contract.ts';

const RECORDED = '.opus';
const BROUGHT = '.sound';
const COMING = '.coming';
const UNUSED_MS = 86_400_000;
/** Who was to fetch it has had a month. */
const UNFETCHED_MS = 30 * 86_400_000;
const MOST_BYTES = 4 * 1024 ** 3;

export interface AudioShelfOptions {
  readonly folder: string;
  readonly now: () => number;
  readonly mostBytes?: number;
}

export interface AudioPiece {
  readonly data: Buffer;
  readonly totalBytes: number;
}

interface Kept {
  readonly path: string;
  readonly bytes: number;
  readonly usedAt: number;
  readonly isRecorded: boolean;
}

export class AudioShelf {
  readonly #options: AudioShelfOptions;

  constructor(options: AudioShelfOptions) {
    this.#options = options;
  }

  /** Where a recording is written. */
  recordingPath(audioId: string): string {
    return join(this.#options.folder, `${audioId}${RECORDED}`);
  }

  /** Where the audio of that id is; undefined where it is not here as a whole. */
  async find(audioId: string): Promise<string | undefined> {
    // What is no id of ours is no file of ours.
    if (!/^[A-Za-z0-9-]+$/.test(audioId)) return undefined;
    const brought = this.#path(audioId, BROUGHT);
    if ((await sizeOf(brought)) !== undefined) {
      const now = this.#options.now() / 1000;
      await utimes(brought, now, now).catch(() => undefined);
      return brought;
    }
    const recorded = this.recordingPath(audioId);
    return (await sizeOf(recorded)) === undefined ? undefined : recorded;
  }

  async read(audioId: string, offset: number): Promise<AudioPiece | undefined> {
    const path = await this.find(audioId);
    const file = path === undefined ? undefined : await open(path).catch(() => undefined);
    if (file === undefined) return undefined;
    try {
      const { size } = await file.stat();
      const data = Buffer.alloc(Math.max(0, Math.min(AUDIO_PIECE_BYTES, size - offset)));
      const { bytesRead } = await file.read(data, 0, data.length, offset);
      return { data: data.subarray(0, bytesRead), totalBytes: size };
    } finally {
      await file.close();
    }
  }

  /** @returns how much of it is here; undefined where the disk holds enough already. Repeated, a piece changes nothing. */
  async store(
    audioId: string,
    { offset, totalBytes, data }: { offset: number; totalBytes: number; data: Buffer },
  ): Promise<number | undefined> {
    const whole = this.#path(audioId, BROUGHT);
    if ((await sizeOf(whole)) === totalBytes) return totalBytes;
    const coming = this.#path(audioId, COMING);
    const held = (await sizeOf(coming)) ?? 0;
    // A piece is missing before this one: who brings it goes on from there.
    if (offset > held || offset + data.length > totalBytes) return held;
    if (offset === 0 && !(await this.hasRoomFor(totalBytes))) return undefined;
    const file = await open(coming, held === 0 ? 'w' : 'r+', 0o600);
    try {
      await file.write(data, 0, data.length, offset);
    } finally {
      await file.close();
    }
    const now = Math.max(held, offset + data.length);
    if (now === totalBytes) await rename(coming, whole).catch(() => undefined);
    return now;
  }

  async drop(audioId: string): Promise<void> {
    for (const ending of [RECORDED, BROUGHT, COMING])
      await rm(this.#path(audioId, ending), { force: true }).catch(() => undefined);
  }

  /** Makes room by forgetting what was brought and is unused, the longest unused first. */
  async hasRoomFor(bytes: number): Promise<boolean> {
    const most = this.#options.mostBytes ?? MOST_BYTES;
    const all = await this.#all();
    let held = all.reduce((sum, one) => sum + one.bytes, bytes);
    for (const one of all.filter(({ isRecorded }) => !isRecorded).sort((a, b) => a.usedAt - b.usedAt)) {
      if (held <= most) break;
      await rm(one.path, { force: true });
      held -= one.bytes;
    }
    return held <= most;
  }

  /** Forgets what nobody uses any more. */
  async sweep(): Promise<void> {
    const now = this.#options.now();
    for (const { path, usedAt, isRecorded } of await this.#all())
      if (now - usedAt > (isRecorded ? UNFETCHED_MS : UNUSED_MS)) await rm(path, { force: true });
  }

  #path(audioId: string, ending: string): string {
    return join(this.#options.folder, `${audioId}${ending}`);
  }

  async #all(): Promise<Kept[]> {
    const names = await readdir(this.#options.folder).catch(() => []);
    const kept: Kept[] = [];
    for (const name of names) {
      const path = join(this.#options.folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isFile() !== true) continue;
      kept.push({ path, bytes: found.size, usedAt: found.mtimeMs, isRecorded: name.endsWith(RECORDED) });
    }
    return kept;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}
