// The bus port: how services reach each other, whatever the distance. Implementations: in-process and NATS.
// Delivery: events at most once, in order per publisher; streams at least once until acknowledged;
// commands answered by exactly one instance or failed by the deadline.
import type { TSchema } from 'typebox';
import type { CommandContract, EventContract, EventOf, Outcome, ReplyOf, RequestOf } from './contract.ts';

export interface Subscription extends AsyncDisposable {
  readonly subject: string;
}

export interface CallOptions {
  /** Milliseconds until the answer is `BUS_DEADLINE`. Default 5,000. */
  readonly deadlineMs?: number;
  /** Address one node only: the command is sent to `subject@node`. Used with `serve(..., { node })`. */
  readonly node?: string;
}

export interface ServeOptions {
  /** Serve only calls that are addressed to this node. */
  readonly node?: string;
}

/** One message of a durable stream. It is delivered again unless `acknowledge` was called in time. */
export interface StreamMessage<T> {
  readonly value: T;
  /** 1 for the first delivery. */
  readonly delivery: number;
  acknowledge(): Promise<void>;
  /** Ask for redelivery, after `delayMs` if given. */
  reject(delayMs?: number): Promise<void>;
}

export interface KeyValue<T> {
  get(key: string): Promise<T | undefined>;
  put(key: string, value: T): Promise<void>;
  /** @returns false if the key exists already. */
  create(key: string, value: T): Promise<boolean>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
  /** Calls back for what is there, then for every change, `undefined` where a key was deleted or has expired. */
  watch(onChange: (key: string, value: T | undefined) => void): Promise<Subscription>;
}

export interface Bus extends AsyncDisposable {
  /** Announces a fact to whoever listens now. Rejects (our own fault) if the value does not fit the schema or is
   * longer than about a megabyte, and if there is no connection for ten seconds. */
  publish<S extends TSchema>(contract: EventContract<S>, value: EventOf<EventContract<S>>): Promise<void>;
  /** Every subscriber receives every event, one at a time and in order. A handler that throws is logged. */
  subscribe<S extends TSchema>(
    contract: EventContract<S>,
    handler: (value: EventOf<EventContract<S>>) => void | Promise<void>,
    /** With `queue`, one member of that group receives each event. */
    options?: { readonly queue?: string },
  ): Promise<Subscription>;

  /** Serves a command. Instances of one service share the load; a request that does not fit is refused before the handler. */
  serve<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    handler: (request: RequestOf<CommandContract<Q, R>>) => Promise<Outcome<ReplyOf<CommandContract<Q, R>>>>,
    options?: ServeOptions,
  ): Promise<Subscription>;
  /** Faults of the bus itself: `BUS_NO_RESPONDER`, `BUS_DEADLINE`, `BUS_BAD_REQUEST`, `BUS_INTERNAL`,
   * `BUS_OVERLOADED`, `BUS_CLOSED`. A request that is longer than about a megabyte is our own fault and rejects. */
  call<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
    options?: CallOptions,
  ): Promise<Outcome<ReplyOf<CommandContract<Q, R>>>>;

  /** Appends to the durable stream that holds this event. `id` deduplicates re-announcements (outbox relays). */
  append<S extends TSchema>(
    contract: EventContract<S>,
    value: EventOf<EventContract<S>>,
    options?: { readonly id?: string },
  ): Promise<void>;
  /** Consumes a durable stream; members of one `consumer` share it, and its position outlives them. A consumer that is
   * new starts with the oldest event that the stream still holds. A handler that throws is given the event again. */
  consume<S extends TSchema>(
    contract: EventContract<S>,
    consumer: string,
    handler: (message: StreamMessage<EventOf<EventContract<S>>>) => void | Promise<void>,
    options?: { readonly redeliverMs?: number },
  ): Promise<Subscription>;

  keyValue<S extends TSchema>(
    bucket: string,
    schema: S,
    options?: { readonly ttlMs?: number },
  ): Promise<KeyValue<import('typebox').Static<S>>>;

  /** Called after the connection was lost and is back, and after a subscriber lost events: views start afresh then. */
  onReconnect(listener: () => void): Disposable;
  /** True while the bus can carry messages. */
  readonly healthy: boolean;
}
