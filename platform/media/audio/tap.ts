// A source with listeners beside the one who pulls: recorders and key detectors hear what goes by.
import type { AudioRate } from './codec.ts';
import type { AudioSource, Heard } from './source.ts';

export type Listener = (samples: Int16Array, heard: Heard, nowMs: number) => void;

export class Tap implements AudioSource {
  readonly outRate: AudioRate;
  private readonly source: AudioSource;
  private readonly listeners = new Set<Listener>();
  private scratch = new Int16Array(0);

  constructor(source: AudioSource) {
    this.source = source;
    this.outRate = source.outRate;
  }

  /** @param listener hears each frame, in memory that is used again. @returns ends it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  pull(into: Int16Array, nowMs: number): Heard {
    const heard = this.source.pull(into, nowMs);
    for (const listener of this.listeners) listener(into, heard, nowMs);
    return heard;
  }

  /** Whoever listens hears also what the one who pulls does not want. */
  skip(samples: number, nowMs: number): void {
    if (this.listeners.size === 0 && this.source.skip !== undefined) {
      this.source.skip(samples, nowMs);
      return;
    }
    if (this.scratch.length !== samples) this.scratch = new Int16Array(samples);
    this.pull(this.scratch, nowMs);
  }

  announcedLevel(nowMs: number): number | undefined {
    return this.source.announcedLevel?.(nowMs);
  }
}
