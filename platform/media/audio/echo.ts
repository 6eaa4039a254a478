// The test call: says back what it hears, a second later.
import type { AudioRate } from './codec.ts';
import { SampleQueue } from './sample-queue.ts';
import type { AudioSource, Heard } from './source.ts';

const ECHO_MS = 1_000;

export class Echo implements AudioSource {
  readonly outRate: AudioRate;
  private readonly source: AudioSource;
  private readonly line: SampleQueue;
  /** Samples of silence since the last sound that went into the line. */
  private quiet = Number.POSITIVE_INFINITY;
  private readonly length: number;

  constructor(source: AudioSource, echoMs = ECHO_MS) {
    this.source = source;
    this.outRate = source.outRate;
    this.length = Math.round((echoMs * source.outRate) / 1_000);
    this.line = new SampleQueue(this.length + source.outRate);
    this.line.pushSilence(this.length);
  }

  pull(into: Int16Array, nowMs: number): Heard {
    this.quiet = this.source.pull(into, nowMs) === 'silence' ? this.quiet + into.length : 0;
    this.line.push(into);
    this.line.take(into);
    return this.quiet > this.length ? 'silence' : 'sound';
  }
}

/** Nothing to hear: for a leg on hold without music. */
export class Silence implements AudioSource {
  readonly outRate: AudioRate;

  constructor(outRate: AudioRate) {
    this.outRate = outRate;
  }

  pull(into: Int16Array): Heard {
    into.fill(0);
    return 'silence';
  }
}
