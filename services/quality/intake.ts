// What comes in: whose it is, how much of it is taken, and when it is written. Reports wait for a few seconds, so that many
// calls are one statement. **What waits is written by `flush`, and before anybody is answered.**
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { showRecord } from '../calls/contract.ts';
import { type QualityReport, qualityErrors } from './contract.ts';

/** A window tells every ten seconds, a host every five. */
const APART_MS = 3_000;
/** At once: those that a window could not tell while it was away. */
const BURST = 12;
const MOST_WAITING = 10_000;
const MOST_KNOWN = 20_000;

const { fault } = qualityErrors;

export interface IntakeNeeds {
  readonly bus: Bus;
  now(): number;
  put(reports: readonly QualityReport[]): Promise<void>;
}

export interface Claim {
  readonly recordId: string;
  readonly sideId: string;
  readonly userId: string;
}

export class Intake {
  readonly #needs: IntakeNeeds;
  /** Sides that are known to be that person's, in that record. */
  readonly #owners = new Map<string, string>();
  /** When a reporter had told nothing that counts, in the time that is its own: a bucket that fills. */
  readonly #paidUntil = new Map<string, number>();
  #waiting: QualityReport[] = [];
  #writing: Promise<void> = Promise.resolve();
  dropped = 0;

  constructor(needs: IntakeNeeds) {
    this.#needs = needs;
  }

  /** @returns `QUALITY_NOT_YOURS` where that person was not in the call. */
  async checked(claim: Claim): Promise<Outcome<object>> {
    const key = `${claim.recordId} ${claim.sideId}`;
    if (this.#owners.get(key) === claim.userId) return done({});
    const found = await this.#needs.bus.call(showRecord, { recordId: claim.recordId });
    if (!found.ok) return found.fault.code === 'CALL_NO_RECORD' ? fault('QUALITY_NOT_YOURS') : found;
    const isTheirs = found.value.record.sides.some(
      ({ sideId, userId }) => sideId === claim.sideId && userId === claim.userId,
    );
    if (!isTheirs) return fault('QUALITY_NOT_YOURS');
    keep(this.#owners, key, claim.userId);
    return done({});
  }

  /** @param isLast there is room for it behind the others. @returns whether it was taken. */
  take(report: QualityReport, { isLast = false } = {}): boolean {
    const { sideId, reporter, until } = report;
    const key = `${sideId} ${reporter}`;
    const now = this.#needs.now();
    const paidUntil = Math.max(this.#paidUntil.get(key) ?? 0, now - BURST * APART_MS) + APART_MS;
    if (paidUntil > now + (isLast ? APART_MS : 0) || this.#waiting.length >= MOST_WAITING) {
      this.dropped += 1;
      return false;
    }
    keep(this.#paidUntil, key, paidUntil);
    // A clock that is wrong would put it where nobody looks.
    const offset = Math.abs(now - until) > CLOCK_MS ? now - until : 0;
    this.#waiting.push({ ...report, from: report.from + offset, until: until + offset });
    return true;
  }

  flush(): Promise<void> {
    const writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        const reports = this.#waiting;
        this.#waiting = [];
        try {
          await this.#needs.put(reports);
        } catch (error) {
          // Written with the next, as far as there is room.
          this.#waiting = [...reports, ...this.#waiting].slice(-MOST_WAITING);
          throw error;
        }
      });
    this.#writing = writing;
    return writing;
  }
}

const CLOCK_MS = 60_000;

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_KNOWN) map.delete(map.keys().next().value!);
}
