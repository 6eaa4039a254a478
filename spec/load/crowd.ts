// People who are signed in on one server, whichever protocol they speak, and what they do to it. Each workload runs alike
// against Parley, Prosody and ejabberd. Used by presence.ts and im.ts; made by parley-crowd.ts and xmpp-crowd.ts.
import { setTimeout as pass } from 'node:timers/promises';
import { percentile } from './figures.ts';
import { type Measured, startMeter } from './meter.ts';
import { cpuMsOfTree } from './process-memory.ts';

/** Everybody in a circle of 41 has the 40 others as contacts. */
export const CIRCLE = 41;
export const WATCHERS = CIRCLE - 1;
/** Everybody but the star. */
export const CROWD = 122 * CIRCLE;
/** So many of the first people have the star as a contact, who is the last of all. */
export const ADMIRERS = 1_000;

export interface Seat {
  /** Changes what watchers see: a text beside the state. */
  says(text: string): void;
  writes(to: number, text: string): void | Promise<void>;
}

/** What of a note or a message reaches a person. */
export type Hears = (person: number, text: string) => void;

export interface Crowd extends AsyncDisposable {
  readonly server: string;
  readonly pid: number;
  /** Resolves when the person sees contacts and their presence. */
  signIn(person: number, hears: Hears): Promise<Seat>;
}

export interface Timed extends Measured {
  readonly lost: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const PARALLEL = 16;
const QUIET_MS = 1_500;
/** Without anything arriving for so long, what is missing is lost. */
const LOST_MS = 15_000;
const LOOK_MS = 100;

/** A text that the tool finds again, whatever is around it: which operation it is. */
const mark = (operation: number) => `~${operation}~`;
const MARK = /~(\d+)~/;

export class Audience {
  readonly crowd: Crowd;
  readonly #seats: Seat[] = [];
  readonly #begun = new Map<number, { readonly at: number; missing: number }>();
  /** No run says what an earlier one has said: a note that is there already is no change. */
  #operation = Date.now() * 1000;
  #delivered = 0;
  #heardAt = 0;
  #latencies: number[] = [];
  #done: () => void = () => undefined;

  constructor(crowd: Crowd) {
    this.crowd = crowd;
  }

  /** Signs these people in, so many at a time. */
  async signIn(people: readonly number[]): Promise<Measured> {
    const end = startMeter(this.crowd.pid);
    const waiting = people.values();
    const some = async () => {
      for (const person of waiting)
        this.#seats[person] = await this.crowd.signIn(person, (who, text) => this.#hears(who, text));
    };
    await Promise.all(Array.from({ length: PARALLEL }, some));
    await this.#calm();
    return end(people.length);
  }

  /** Each operation is a change that `watchers` people hear of; `window` of them are under way at once. */
  says(sayers: readonly number[], watchers: number, ops: number, window: number): Promise<Timed> {
    return this.#closed(ops, window, watchers, (operation) => {
      const person = sayers[operation % sayers.length]!;
      this.#seats[person]!.says(mark(operation));
    });
  }

  /** Each operation is a message to one other person. */
  writes(pairs: readonly (readonly [number, number])[], ops: number, window: number): Promise<Timed> {
    return this.#closed(ops, window, 1, (operation) => this.#write(pairs, operation));
  }

  /** Both at once, so many a second, whatever comes back. @returns times of deliveries. */
  async lives(options: {
    readonly seconds: number;
    readonly sayers: readonly number[];
    readonly watchers: number;
    readonly changesPerS: number;
    readonly pairs: readonly (readonly [number, number])[];
    readonly messagesPerS: number;
  }): Promise<{ readonly changes: Timed; readonly messages: Timed }> {
    const { seconds, sayers, watchers, changesPerS, pairs, messagesPerS } = options;
    const ofMessages: number[] = [];
    const ofChanges: number[] = [];
    const messages = new Set<number>();
    this.#begin();
    this.#sink = (operation, ms) => (messages.has(operation) ? ofMessages : ofChanges).push(ms);
    const end = startMeter(this.crowd.pid);
    const began = performance.now();
    let changed = 0;
    let written = 0;
    for (let now = 0; now < seconds; now = (performance.now() - began) / 1000) {
      for (; changed < now * changesPerS; changed++) {
        const operation = this.#start(watchers);
        this.#seats[sayers[changed % sayers.length]!]!.says(mark(operation));
      }
      for (; written < now * messagesPerS; written++) {
        const operation = this.#start(1);
        messages.add(operation);
        this.#write(pairs, operation);
      }
      await pass(2);
    }
    await this.#answered();
    const measured = end(changed + written);
    this.#sink = undefined;
    const timed = (expected: number, times: readonly number[]): Timed => ({
      ...measured,
      lost: expected - times.length,
      p50Ms: percentile(times, 0.5),
      p99Ms: percentile(times, 0.99),
    });
    return { changes: timed(changed * watchers, ofChanges), messages: timed(written, ofMessages) };
  }

  #sink: ((operation: number, ms: number) => void) | undefined;

  #write(pairs: readonly (readonly [number, number])[], operation: number): void {
    const [from, to] = pairs[operation % pairs.length]!;
    void this.#seats[from]!.writes(to, `${mark(operation)} ${'x'.repeat(60)}`);
  }

  async #closed(
    ops: number,
    window: number,
    perOp: number,
    act: (operation: number) => void,
  ): Promise<Timed> {
    this.#begin();
    const end = startMeter(this.crowd.pid);
    let left = ops;
    const next = () => {
      if (left === 0) return;
      left -= 1;
      act(this.#start(perOp));
    };
    this.#done = next;
    for (let i = 0; i < window; i++) next();
    await this.#answered(() => left > 0);
    this.#done = () => undefined;
    return {
      ...end(this.#delivered),
      lost: ops * perOp - this.#delivered,
      p50Ms: percentile(this.#latencies, 0.5),
      p99Ms: percentile(this.#latencies, 0.99),
    };
  }

  #begin(): void {
    this.#begun.clear();
    this.#delivered = 0;
    this.#latencies = [];
  }

  #start(missing: number): number {
    const operation = this.#operation++;
    this.#begun.set(operation, { at: performance.now(), missing });
    return operation;
  }

  #hears(_person: number, text: string): void {
    this.#heardAt = performance.now();
    const operation = Number(MARK.exec(text)?.[1]);
    const begun = this.#begun.get(operation);
    if (begun === undefined) return;
    const ms = this.#heardAt - begun.at;
    this.#delivered += 1;
    this.#latencies.push(ms);
    this.#sink?.(operation, ms);
    begun.missing -= 1;
    if (begun.missing > 0) return;
    this.#begun.delete(operation);
    this.#done();
  }

  /** Until everything was heard, or nothing for long. */
  async #answered(isMoreToCome: () => boolean = () => false): Promise<void> {
    this.#heardAt = performance.now();
    while (this.#begun.size > 0 || isMoreToCome()) {
      if (performance.now() - this.#heardAt > LOST_MS) break;
      await pass(1);
    }
  }

  /** Until the server has nothing to do: what a sign-in sets going belongs to it. */
  async #calm(): Promise<void> {
    const { pid } = this.crowd;
    for (let quietMs = 0, before = cpuMsOfTree(pid); quietMs < QUIET_MS; quietMs += LOOK_MS) {
      await pass(LOOK_MS);
      const now = cpuMsOfTree(pid);
      if (now - before > LOOK_MS / 4) quietMs = 0;
      before = now;
    }
  }
}
