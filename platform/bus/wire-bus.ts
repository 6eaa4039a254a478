// The bus over any wire: types, checks, order, bounds, faults. Made by openInProcessBus and openNatsBus.
import type { Static, TSchema } from 'typebox';
import { Type } from 'typebox';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import type { Counter, Metrics } from '../observe/metrics.ts';
import type { Bus, CallOptions, KeyValue, ServeOptions, StreamMessage, Subscription } from './bus.ts';
import type { CommandContract, EventContract, EventOf, Outcome, ReplyOf, RequestOf } from './contract.ts';
import { bounded, decoded, encoded } from './encoding.ts';
import { busClosed, busErrors } from './faults.ts';
import { Mailbox } from './mailbox.ts';
import { Responder } from './responder.ts';
import type { Wire, WireStreamMessage } from './wire.ts';
import { wireKeyValue } from './wire-key-value.ts';

const defaultDeadlineMs = 5_000;
const defaultRedeliverMs = 30_000;
const mailboxLimit = 10_000;
/** How long a disposal waits for handlers that run. */
const drainMs = 5_000;
/** The queue group of all instances that serve a command. */
const serveGroup = 'serve';

export interface BusOptions {
  readonly log: Log;
  readonly clock: Clock;
  readonly metrics?: Metrics;
}

const unanswered = {
  'no-responder': 'BUS_NO_RESPONDER',
  deadline: 'BUS_DEADLINE',
  closed: 'BUS_CLOSED',
} as const;

const FaultReply = Type.Object({
  ok: Type.Literal(false),
  fault: Type.Object({
    code: Type.String(),
    sentence: Type.String(),
    remedy: Type.Optional(Type.String()),
    current: Type.Optional(Type.Unknown()),
  }),
});

interface Open {
  readonly subject: string;
  close(): Promise<void>;
}

export class WireBus implements Bus {
  readonly #wire: Wire;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #lost: Counter | undefined;
  readonly #open = new Set<Open>();
  readonly #listeners = new Set<() => void>();
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor(wire: Wire, options: BusOptions) {
    this.#wire = wire;
    this.#log = options.log;
    this.#clock = options.clock;
    this.#lost = options.metrics?.counter(
      'parley_bus_lost_events_total',
      'Events that a subscriber was too slow to take.',
      ['subject'],
    );
    wire.onReconnect(() => this.#resync());
  }

  get healthy(): boolean {
    return !this.#closed && this.#wire.healthy;
  }

  async publish<S extends TSchema>(
    contract: EventContract<S>,
    value: EventOf<EventContract<S>>,
  ): Promise<void> {
    if (this.#closed) throw busClosed(`publishing ${contract.subject}`);
    await this.#wire.publish(contract.subject, encoded(contract.subject, contract.schema, value));
  }

  async subscribe<S extends TSchema>(
    contract: EventContract<S>,
    handler: (value: EventOf<EventContract<S>>) => void | Promise<void>,
    options: { readonly queue?: string } = {},
  ): Promise<Subscription> {
    const { subject } = contract;
    if (this.#closing) throw busClosed(`subscribing to ${subject}`);
    const mailbox = new Mailbox<string>({
      limit: mailboxLimit,
      handle: (payload) =>
        this.#handleEvent(contract, payload, handler as (value: unknown) => void | Promise<void>),
      onOverflow: () =>
        this.#log.warn({ subject, limit: mailboxLimit }, 'A subscriber is too slow; events are lost.'),
      onRecovered: (lost) => {
        this.#lost?.add(lost, { subject });
        this.#log.warn(
          { subject, lost },
          'A subscriber has caught up after losing events; views start afresh.',
        );
        this.#resync();
      },
    });
    const carried = await this.#wire.subscribe(subject, options.queue, (payload) => mailbox.post(payload));
    return this.#opened(subject, carried, () => mailbox.close());
  }

  async serve<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    handler: (request: RequestOf<CommandContract<Q, R>>) => Promise<Outcome<ReplyOf<CommandContract<Q, R>>>>,
    options: ServeOptions = {},
  ): Promise<Subscription> {
    const subject = addressed(contract.subject, options.node);
    if (this.#closing) throw busClosed(`serving ${subject}`);
    const responder = new Responder(
      contract,
      handler as (request: unknown) => Promise<Outcome<unknown>>,
      this.#log,
    );
    const carried = await this.#wire.subscribe(subject, serveGroup, (payload, reply) => {
      if (reply !== undefined) responder.take(payload, reply);
    });
    return this.#opened(subject, carried, () => responder.close());
  }

  async call<Q extends TSchema, R extends TSchema>(
    contract: CommandContract<Q, R>,
    request: RequestOf<CommandContract<Q, R>>,
    options: CallOptions = {},
  ): Promise<Outcome<ReplyOf<CommandContract<Q, R>>>> {
    if (this.#closed) return busErrors.fault('BUS_CLOSED');
    const payload = bounded(contract.subject, JSON.stringify(request ?? null));
    const subject = addressed(contract.subject, options.node);
    const reply = await this.#wire.request(subject, payload, options.deadlineMs ?? defaultDeadlineMs);
    if (reply.kind !== 'reply') return busErrors.fault(unanswered[reply.kind]);
    const outcome = this.#outcome(contract, reply.payload);
    return outcome as Outcome<ReplyOf<CommandContract<Q, R>>>;
  }

  #outcome(contract: CommandContract, payload: string): Outcome<unknown> {
    const answer = decoded(
      payload.startsWith('{"ok":false') ? FaultReply : acceptedSchema(contract),
      payload,
    );
    if (answer.ok) return answer.value as Outcome<unknown>;
    const { subject } = contract;
    this.#log.error(
      { subject, problem: answer.problem },
      'The answer to a command does not fit its contract.',
    );
    return busErrors.fault('BUS_INTERNAL');
  }

  async append<S extends TSchema>(
    contract: EventContract<S>,
    value: EventOf<EventContract<S>>,
    options: { readonly id?: string } = {},
  ): Promise<void> {
    if (this.#closed) throw busClosed(`appending ${contract.subject}`);
    await this.#wire.append(contract.subject, encoded(contract.subject, contract.schema, value), options.id);
  }

  async consume<S extends TSchema>(
    contract: EventContract<S>,
    consumer: string,
    handler: (message: StreamMessage<EventOf<EventContract<S>>>) => void | Promise<void>,
    options: { readonly redeliverMs?: number } = {},
  ): Promise<Subscription> {
    const { subject } = contract;
    if (this.#closing) throw busClosed(`consuming ${subject}`);
    const handle = (message: WireStreamMessage) =>
      this.#handleMessage(
        contract,
        message,
        handler as (message: StreamMessage<unknown>) => void | Promise<void>,
      );
    const redeliverMs = options.redeliverMs ?? defaultRedeliverMs;
    const carried = await this.#wire.consume(subject, consumer, redeliverMs, handle);
    return this.#opened(subject, carried, async () => {});
  }

  async keyValue<S extends TSchema>(
    bucket: string,
    schema: S,
    options: { readonly ttlMs?: number } = {},
  ): Promise<KeyValue<Static<S>>> {
    if (this.#closing) throw busClosed(`opening the bucket ${bucket}`);
    const keys = await this.#wire.bucket(bucket, options.ttlMs);
    return wireKeyValue(keys, bucket, schema, this.#log, (carried) =>
      this.#opened(bucket, carried, async () => {}),
    );
  }

  onReconnect(listener: () => void): Disposable {
    const entry = () => listener();
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => void this.#listeners.delete(entry) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#open].map((open) => open.close()));
    this.#closed = true;
    this.#listeners.clear();
    await this.#wire[Symbol.asyncDispose]();
  }

  #opened(subject: string, carried: AsyncDisposable, finish: () => Promise<void>): Subscription {
    let closing: Promise<void> | undefined;
    const close = async () => {
      this.#open.delete(open);
      const finished = await this.#withinDrain(async () => {
        await carried[Symbol.asyncDispose]();
        await finish();
      });
      if (!finished)
        this.#log.warn({ subject, drainMs }, 'A handler still runs after its subscription closed.');
    };
    const open: Open = {
      subject,
      close() {
        closing ??= close();
        return closing;
      },
    };
    this.#open.add(open);
    return { subject, [Symbol.asyncDispose]: () => open.close() };
  }

  /** A handler that closes its own subscription would wait for itself; the bound ends that. */
  async #withinDrain(work: () => Promise<void>): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    using _timer = this.#clock.after(drainMs, () => resolve(false));
    return await Promise.race([work().then(() => true), promise]);
  }

  #resync(): void {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        this.#log.error({ err: error }, 'A reconnect listener failed.');
      }
    }
  }

  #handleEvent(
    contract: EventContract,
    payload: string,
    handler: (value: unknown) => void | Promise<void>,
  ): undefined | Promise<void> {
    const { subject } = contract;
    const event = decoded(contract.schema, payload);
    if (!event.ok) {
      this.#log.error(
        { subject, problem: event.problem },
        'An event does not fit its contract and is ignored.',
      );
      return;
    }
    const failed = (error: unknown) =>
      this.#log.error({ err: error, subject }, 'The handler of an event failed.');
    try {
      const running = handler(event.value);
      if (running instanceof Promise) return running.catch(failed);
    } catch (error) {
      failed(error);
    }
    return undefined;
  }

  async #handleMessage(
    contract: EventContract,
    message: WireStreamMessage,
    handler: (message: StreamMessage<unknown>) => void | Promise<void>,
  ): Promise<void> {
    const { subject } = contract;
    const event = decoded(contract.schema, message.payload);
    try {
      if (!event.ok) {
        // It will not fit the next time either.
        this.#log.error(
          { subject, problem: event.problem },
          'A stored event does not fit its contract and is dropped.',
        );
        await message.acknowledge();
        return;
      }
      await handler({
        value: event.value,
        delivery: message.delivery,
        acknowledge: () => message.acknowledge(),
        reject: (delayMs) => message.reject(delayMs),
      });
    } catch (error) {
      this.#log.error(
        { err: error, subject, delivery: message.delivery },
        'A stored event was not handled; it comes again.',
      );
    }
  }
}

const acceptedSchemas = new WeakMap<CommandContract, TSchema>();

function acceptedSchema(contract: CommandContract): TSchema {
  let schema = acceptedSchemas.get(contract);
  if (schema === undefined) {
    schema = Type.Object({ ok: Type.Literal(true), value: contract.reply });
    acceptedSchemas.set(contract, schema);
  }
  return schema;
}

function addressed(subject: string, node: string | undefined): string {
  return node === undefined ? subject : `${subject}@${node}`;
}
