// The bus of one process (Standard Edition): messages are text here too, so that nothing works only when all parts
// run together. See docs/decisions/0006-in-process-bus.md.
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import type { Bus } from './bus.ts';
import { busClosed } from './faults.ts';
import { MemoryBucket } from './memory-bucket.ts';
import { MemoryStream } from './memory-stream.ts';
import type { Wire, WireBucket, WireReply, WireStreamMessage } from './wire.ts';
import { type BusOptions, WireBus } from './wire-bus.ts';

type Receive = (payload: string, reply: ((payload: string) => void) | undefined) => void;

export function openInProcessBus(options: BusOptions): Bus {
  return new WireBus(new InProcessWire(options.clock, options.log), options);
}

/** Who listens to one subject: each of `all`, and one member of every group in turn. */
interface Listeners {
  readonly all: Set<Receive>;
  readonly groups: Map<string, Receive[]>;
}

class InProcessWire implements Wire {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #subjects = new Map<string, Listeners>();
  readonly #streams = new Map<string, MemoryStream>();
  readonly #buckets = new Map<string, MemoryBucket>();
  readonly #waiting = new Set<(reply: WireReply) => void>();
  #closed = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  get healthy(): boolean {
    return !this.#closed;
  }

  async publish(subject: string, payload: string): Promise<void> {
    this.#send(subject, payload, undefined);
  }

  async subscribe(subject: string, queue: string | undefined, receive: Receive): Promise<AsyncDisposable> {
    const own: Receive = (payload, reply) => receive(payload, reply);
    const listeners = getOrInsert(this.#subjects, subject, () => ({ all: new Set(), groups: new Map() }));
    if (queue === undefined) listeners.all.add(own);
    else getOrInsert(listeners.groups, queue, () => []).push(own);
    return {
      [Symbol.asyncDispose]: async () => {
        listeners.all.delete(own);
        for (const [name, members] of listeners.groups) {
          const index = members.indexOf(own);
          if (index >= 0) members.splice(index, 1);
          if (members.length === 0) listeners.groups.delete(name);
        }
        if (listeners.all.size + listeners.groups.size === 0 && this.#subjects.get(subject) === listeners) {
          this.#subjects.delete(subject);
        }
      },
    };
  }

  request(subject: string, payload: string, deadlineMs: number): Promise<WireReply> {
    const { promise, resolve } = Promise.withResolvers<WireReply>();
    const timer = this.#clock.after(deadlineMs, () => answer({ kind: 'deadline' }));
    const answer = (reply: WireReply) => {
      timer[Symbol.dispose]();
      this.#waiting.delete(answer);
      resolve(reply);
    };
    this.#waiting.add(answer);
    const reached = this.#send(subject, payload, (reply) => answer({ kind: 'reply', payload: reply }));
    if (!reached) answer({ kind: 'no-responder' });
    return promise;
  }

  async append(subject: string, payload: string, id: string | undefined): Promise<void> {
    this.#stream(subject).append(payload, id);
  }

  async consume(
    subject: string,
    consumer: string,
    redeliverMs: number,
    handle: (message: WireStreamMessage) => Promise<void>,
  ): Promise<AsyncDisposable> {
    return this.#stream(subject).consume(consumer, redeliverMs, handle);
  }

  async bucket(name: string, ttlMs: number | undefined): Promise<WireBucket> {
    return getOrInsert(this.#buckets, name, () => new MemoryBucket(this.#clock, ttlMs));
  }

  /** Nothing is ever lost between here and here. */
  onReconnect(): Disposable {
    return { [Symbol.dispose]: () => {} };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const answer of this.#waiting) answer({ kind: 'closed' });
    for (const stream of this.#streams.values()) stream.close();
    for (const bucket of this.#buckets.values()) bucket.close();
    this.#subjects.clear();
  }

  #send(subject: string, payload: string, reply: ((payload: string) => void) | undefined): boolean {
    const listeners = this.#subjects.get(subject);
    if (listeners === undefined) return false;
    for (const receive of listeners.all) receive(payload, reply);
    for (const members of listeners.groups.values()) {
      const member = members.shift();
      if (member === undefined) continue;
      members.push(member);
      member(payload, reply);
    }
    return true;
  }

  #stream(subject: string): MemoryStream {
    if (this.#closed) throw busClosed(`using the stream of ${subject}`);
    return getOrInsert(this.#streams, subject, () => new MemoryStream(subject, this.#clock, this.#log));
  }
}

function getOrInsert<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
