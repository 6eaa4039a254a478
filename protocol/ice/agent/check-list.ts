// The pairs of candidates and the order in which they are checked (RFC 8445 §6.1.2, §6.1.4). Used by agent/agent.ts.
import { canPair, type IceCandidate, isSameAddress, type LocalCandidate } from './candidate.ts';

/** As RFC 8445 §6.1.2.6 spells them. */
export type PairState = 'Frozen' | 'Waiting' | 'In-Progress' | 'Succeeded' | 'Failed';

export interface CandidatePair {
  readonly local: LocalCandidate;
  readonly remote: IceCandidate;
  state: PairState;
  /** The controlling end has chosen it, before our own check of it was answered. */
  isChosen: boolean;
  /** The peer has been heard on it: it is not given up before everything is. */
  isHeard: boolean;
}

/** RFC 8445 §6.1.2.5: no more pairs than that. */
export const MAX_PAIRS = 100;

/** RFC 8445 §6.1.2.3, as a number that compares; the last bits of 64 do not matter to an order of two. */
export function pairPriority(pair: CandidatePair, controlling: boolean): number {
  const [g, d] = controlling
    ? [pair.local.priority, pair.remote.priority]
    : [pair.remote.priority, pair.local.priority];
  return 2 ** 32 * Math.min(g, d) + 2 * Math.max(g, d) + (g > d ? 1 : 0);
}

export class CheckList {
  readonly #pairs: CandidatePair[] = [];
  readonly #triggered: CandidatePair[] = [];

  get pairs(): readonly CandidatePair[] {
    return this.#pairs;
  }

  /** True where checks are to be sent. */
  get hasWork(): boolean {
    return (
      this.#triggered.length > 0 || this.#pairs.some(({ state }) => state === 'Waiting' || state === 'Frozen')
    );
  }

  get hasTriggered(): boolean {
    return this.#triggered.length > 0;
  }

  /** RFC 8445 §6.1.2.2, §6.1.2.4: what is sent from one base to one address is one pair. */
  add(local: LocalCandidate, remote: IceCandidate, controlling: boolean): CandidatePair | undefined {
    const known = this.find(local, remote);
    if (known !== undefined || !canPair(local.base, remote)) return known;
    const hasKin = this.#pairs.some(
      (pair) => foundationOf(pair) === `${local.foundation} ${remote.foundation}` && isOpen(pair),
    );
    const pair: CandidatePair = {
      local,
      remote,
      state: hasKin ? 'Frozen' : 'Waiting',
      isChosen: false,
      isHeard: false,
    };
    this.#pairs.push(pair);
    this.sort(controlling);
    if (this.#pairs.length <= MAX_PAIRS) return pair;
    // The least is dropped, but not what is under way.
    const last = this.#pairs.findLastIndex(
      ({ state }) => state === 'Frozen' || state === 'Waiting' || state === 'Failed',
    );
    const [dropped] = last === -1 ? [] : this.#pairs.splice(last, 1);
    return dropped === pair ? undefined : pair;
  }

  find(local: LocalCandidate, remote: IceCandidate): CandidatePair | undefined {
    return this.#pairs.find(
      (pair) => isSameAddress(pair.local.base, local.base) && isSameAddress(pair.remote, remote),
    );
  }

  sort(controlling: boolean): void {
    this.#pairs.sort((a, b) => pairPriority(b, controlling) - pairPriority(a, controlling));
  }

  /** RFC 8445 §7.3.1.4: it is checked before all that only wait. */
  trigger(pair: CandidatePair): void {
    if (!this.#triggered.includes(pair)) this.#triggered.push(pair);
  }

  /** RFC 8445 §6.1.4.2: what to check now. */
  next(): CandidatePair | undefined {
    const triggered = this.#triggered.shift();
    if (triggered !== undefined) return triggered;
    const waiting = this.#pairs.find(({ state }) => state === 'Waiting');
    if (waiting !== undefined) return waiting;
    const busy = new Set(this.#pairs.filter(({ state }) => state === 'In-Progress').map(foundationOf));
    return this.#pairs.find((pair) => pair.state === 'Frozen' && !busy.has(foundationOf(pair)));
  }

  /** RFC 8445 §7.2.5.3.3: what worked for one will work for its kin. */
  unfreezeKin(of: CandidatePair): void {
    for (const pair of this.#pairs)
      if (pair.state === 'Frozen' && foundationOf(pair) === foundationOf(of)) pair.state = 'Waiting';
  }

  clear(): void {
    this.#pairs.length = 0;
    this.#triggered.length = 0;
  }
}

function foundationOf({ local, remote }: CandidatePair): string {
  return `${local.foundation} ${remote.foundation}`;
}

function isOpen({ state }: CandidatePair): boolean {
  return state !== 'Succeeded' && state !== 'Failed';
}
