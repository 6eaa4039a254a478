// Tells every ten seconds how the call of a session goes, and once more at its end.
import {
  type Counts,
  countsIn,
  intervalBetween,
  type MeasuredInterval,
  type StatsRow,
} from './quality-report.ts';

const TELL_MS = 10_000;

export class QualityReporter {
  readonly #tell: (measured: MeasuredInterval) => void;
  #told: Counts | undefined;
  #last: Counts | undefined;
  #hasEnded = false;

  constructor(tell: (measured: MeasuredInterval) => void) {
    this.#tell = tell;
  }

  look(report: RTCStatsReport, screens: ReadonlySet<string>, atMs: number = Date.now()): void {
    if (this.#hasEnded) return;
    const rows: StatsRow[] = [];
    report.forEach((row: StatsRow) => {
      rows.push(row);
    });
    this.#last = countsIn(rows, atMs, screens);
    this.#told ??= { ...this.#last, streams: new Map() };
    if (atMs - this.#told.atMs < TELL_MS) return;
    this.#say({});
  }

  /** Another connection counts from nothing. */
  renew(): void {
    this.#say({});
    this.#told = this.#last = undefined;
  }

  /** Idempotent. What happened since the last look, two seconds at most, is not in it. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#say({ isLast: true });
  }

  #say(last: { readonly isLast?: boolean }): void {
    const [told, now] = [this.#told, this.#last];
    if (told === undefined || now === undefined) return;
    this.#told = now;
    const measured = intervalBetween(told, now);
    if (measured.streams.length > 0 || last.isLast === true) this.#tell({ ...measured, ...last });
  }
}
