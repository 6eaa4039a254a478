// Durable streams on JetStream: one stream a service, one durable pull consumer a name and subject. Used by nats.ts.
import {
  AckPolicy,
  type ConsumerMessages,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  type JsMsg,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import { Fifo } from './fifo.ts';
import { DEDUPLICATION_MS } from './memory-stream.ts';
import { keyToken, subjectToken } from './nats-names.ts';
import type { WireStreamMessage } from './wire.ts';

const maxAgeMs = 7 * 24 * 3600 * 1000;
const maxBytes = 256 * 1024 * 1024;
/** Messages handed out and not acknowledged, over all members of a consumer. */
const openLimit = 1_000;
/** Messages that one member fetches ahead. */
const fetchAhead = 32;
const retryMs = 1_000;
const confirmMs = 5_000;

export interface StreamContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly replicas: number;
  /** Resolves when the server has all that was sent. */
  readonly flush: () => Promise<void>;
}

type Handle = (message: WireStreamMessage) => Promise<void>;

export class NatsStreams {
  readonly #manager: JetStreamManager;
  readonly #context: StreamContext;
  readonly #known = new Map<string, Promise<string>>();

  constructor(manager: JetStreamManager, context: StreamContext) {
    this.#manager = manager;
    this.#context = context;
  }

  async append(subject: string, payload: string, id: string | undefined): Promise<void> {
    const service = serviceOf(subject);
    await this.#stream(service);
    // The server compares ids within the whole stream.
    const options = id === undefined ? {} : { msgID: `${subject} ${id}` };
    try {
      await this.#manager.jetstream().publish(streamSubject(subject), payload, options);
    } catch (error) {
      // The stream may have been deleted on the server: the next attempt makes it again.
      this.#known.delete(service);
      throw error;
    }
  }

  async consume(
    subject: string,
    consumer: string,
    redeliverMs: number,
    handle: Handle,
  ): Promise<AsyncDisposable> {
    const name = keyToken(`${consumer}-${subject.replaceAll('.', '-')}`);
    const start = async () => {
      const stream = await this.#stream(serviceOf(subject));
      await this.#manager.consumers.add(stream, {
        durable_name: name,
        filter_subject: streamSubject(subject),
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(redeliverMs),
        deliver_policy: DeliverPolicy.All,
        max_ack_pending: openLimit,
      });
      return this.#manager.jetstream().consumers.get(stream, name);
    };
    await start();
    return new NatsMember({
      ...this.#context,
      log: this.#context.log.child({ subject, consumer }),
      redeliverMs,
      handle,
      fetch: async (callback) => {
        const options = {
          callback,
          max_messages: fetchAhead,
          expires: 10_000,
          abort_on_missing_resource: true,
        };
        return (await start()).consume(options);
      },
      forget: () => void this.#known.delete(serviceOf(subject)),
    });
  }

  /** @returns the name of the service's stream, which is there and has the bounds of this version. */
  #stream(service: string): Promise<string> {
    let known = this.#known.get(service);
    if (known === undefined) {
      known = this.#ensure(service);
      this.#known.set(service, known);
      known.catch(() => this.#known.delete(service));
    }
    return known;
  }

  async #ensure(service: string): Promise<string> {
    const name = `PARLEY_${keyToken(service).toUpperCase()}`;
    const config = {
      name,
      subjects: [`parley.stream.${subjectToken(service)}.>`],
      retention: RetentionPolicy.Limits,
      storage: StorageType.File,
      discard: DiscardPolicy.Old,
      max_age: nanos(maxAgeMs),
      max_bytes: maxBytes,
      num_replicas: this.#context.replicas,
      duplicate_window: nanos(DEDUPLICATION_MS),
    } satisfies Partial<StreamConfig>;
    try {
      await this.#manager.streams.add(config);
    } catch {
      // It exists with other bounds: an older version made it, or an administrator changed it.
      await this.#manager.streams.update(name, config);
    }
    return name;
  }
}

interface MemberOptions extends StreamContext {
  readonly redeliverMs: number;
  readonly handle: Handle;
  readonly fetch: (callback: (message: JsMsg) => void) => Promise<ConsumerMessages>;
  readonly forget: () => void;
}

/** One member of a consumer: fetches a little ahead, handles one message at a time, starts again when the server did. */
class NatsMember implements AsyncDisposable {
  readonly #options: MemberOptions;
  readonly #ahead = new Fifo<JsMsg>();
  readonly #fetching: Promise<void>;
  #messages: ConsumerMessages | undefined;
  #handling: Promise<void> | undefined;
  #timer: Disposable | undefined;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#fetching = this.#fetch();
    this.#keepAhead();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#timer?.[Symbol.dispose]();
    this.#wake?.();
    this.#messages?.stop();
    await this.#fetching;
    // Until the server knows, it would go on handing messages to this member, where they would wait in vain.
    await this.#options.flush().catch(() => {});
    // Another member has them at once instead of after the redelivery time.
    for (let message = this.#ahead.shift(); message !== undefined; message = this.#ahead.shift())
      message.nak();
    await this.#handling;
  }

  async #fetch(): Promise<void> {
    while (!this.#closed) {
      try {
        this.#messages = await this.#options.fetch((message) => this.#take(message));
        if (this.#closed) this.#messages.stop();
        const reason = await this.#messages.closed();
        if (reason !== undefined && !this.#closed) throw reason;
      } catch (error) {
        if (!this.#closed)
          this.#options.log.warn({ err: error }, 'A stream cannot be read at the moment; trying again.');
        this.#options.forget();
      }
      await this.#pause();
    }
  }

  async #pause(): Promise<void> {
    if (this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    using _timer = this.#options.clock.after(retryMs, resolve);
    await promise;
  }

  #take(message: JsMsg): void {
    if (this.#closed) {
      message.nak();
      return;
    }
    this.#ahead.push(message);
    this.#handling ??= this.#handleAll();
  }

  async #handleAll(): Promise<void> {
    for (let message = this.#ahead.shift(); message !== undefined; message = this.#ahead.shift()) {
      await this.#options.handle(wireMessage(message));
      if (this.#closed) break;
    }
    this.#handling = undefined;
  }

  /** What waits here is not late: the server starts to count anew. */
  #keepAhead(): void {
    this.#timer = this.#options.clock.after(this.#options.redeliverMs / 2, () => {
      for (let left = this.#ahead.size; left > 0; left -= 1) {
        const message = this.#ahead.shift() as JsMsg;
        message.working();
        this.#ahead.push(message);
      }
      this.#keepAhead();
    });
  }
}

function wireMessage(message: JsMsg): WireStreamMessage {
  return {
    payload: message.string(),
    delivery: message.info.deliveryCount,
    async acknowledge() {
      const confirmed = await message.ackAck({ timeout: confirmMs });
      if (!confirmed) throw new Error('The acknowledgement was not confirmed.');
    },
    async reject(delayMs) {
      message.nak(delayMs);
    },
  };
}

function serviceOf(subject: string): string {
  return subject.split('.', 1)[0] as string;
}

function streamSubject(subject: string): string {
  return `parley.stream.${subject.split('.').map(subjectToken).join('.')}`;
}
