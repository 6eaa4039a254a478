// The bus between processes (Enterprise Edition): NATS for events and commands, JetStream for streams and keys.
// Works with nats-server 2.9 and later. Subjects: `parley.<subject>`; of streams: `parley.stream.<subject>`.
import { readFileSync } from 'node:fs';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import {
  AuthorizationError,
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
  RequestError,
  TimeoutError,
} from '@nats-io/transport-node';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import type { Bus } from './bus.ts';
import { natsBucket } from './nats-bucket.ts';
import { subjectToken } from './nats-names.ts';
import { NatsStreams } from './nats-stream.ts';
import type { Wire, WireBucket, WireReply, WireStreamMessage } from './wire.ts';
import { type BusOptions, WireBus } from './wire-bus.ts';

export interface NatsOptions extends BusOptions {
  /** `nats://host:4222`; `tls://host:4222` demands encryption. */
  readonly servers: readonly string[];
  /** How this process is called in the lists of the NATS server. */
  readonly name: string;
  readonly credentials?: NatsCredentials;
  /** PEM files. */
  readonly tls?: { readonly caFile?: string; readonly certFile?: string; readonly keyFile?: string };
  /** Copies of every stream in a NATS cluster. Default 1. */
  readonly replicas?: number;
  /** How long the first connection may take. Later ones are tried for ever. Default 30,000. */
  readonly connectWithinMs?: number;
}

export type NatsCredentials =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  | { readonly credentialsFile: string };

const firstRetryMs = 100;
const lastRetryMs = 5_000;
/** How long publishing waits for a connection that is lost. */
const publishWaitMs = 10_000;
const drainMs = 5_000;
/** What an unchanged nats-server carries; PAYLOAD_LIMIT_BYTES and the headers fit into it. */
const LEAST_PAYLOAD_BYTES = 1024 * 1024;

export async function connectNatsBus(options: NatsOptions): Promise<Bus> {
  const connection = await firstConnection(options);
  const carriesBytes = connection.info?.max_payload ?? LEAST_PAYLOAD_BYTES;
  if (carriesBytes < LEAST_PAYLOAD_BYTES) {
    await connection.close();
    throw new Error(
      `The NATS server ${connection.getServer()} carries messages of at most ${carriesBytes} bytes, and a longer one would hold up all that follow. Set \`max_payload: 1MB\` in its configuration.`,
    );
  }
  try {
    const manager = await jetstreamManager(connection);
    return new WireBus(new NatsWire(connection, manager, options), options);
  } catch (cause) {
    await connection.close();
    throw new Error(
      `The NATS server ${connection.getServer()} does not offer JetStream. Start it with \`jetstream {}\` in its configuration or with \`-js\`.`,
      { cause },
    );
  }
}

function connectionOptions(options: NatsOptions): ConnectionOptions {
  const { credentials, tls } = options;
  return {
    servers: [...options.servers],
    name: options.name,
    timeout: 5_000,
    maxReconnectAttempts: -1,
    // Wrong credentials may be put right on the server while this process waits.
    ignoreAuthErrorAbort: true,
    reconnectDelayHandler: backOff(options.clock),
    pingInterval: 10_000,
    maxPingOut: 2,
    ...(tls === undefined ? {} : { tls }),
    ...(credentials === undefined ? {} : authentication(credentials)),
  };
}

/** The client asks several times for each attempt, so the answer grows with time and not with the asking. */
function backOff(clock: Clock): () => number {
  let lostAt = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.now();
    // So long a silence means that there was a connection in between.
    if (now - askedAt > 3 * lastRetryMs) lostAt = now;
    askedAt = now;
    const delayMs = Math.min(lastRetryMs, Math.max(firstRetryMs, (now - lostAt) / 2));
    // A little chance keeps a whole site from coming back in the same instant.
    return delayMs * (0.75 + Math.random() / 4);
  };
}

function authentication(credentials: NatsCredentials): ConnectionOptions {
  if ('token' in credentials) return { token: credentials.token };
  if ('user' in credentials) return { user: credentials.user, pass: credentials.password };
  return { authenticator: credsAuthenticator(readFileSync(credentials.credentialsFile)) };
}

async function firstConnection(options: NatsOptions): Promise<NatsConnection> {
  const { clock, log, servers } = options;
  const until = clock.now() + (options.connectWithinMs ?? 30_000);
  for (let delayMs = firstRetryMs; ; delayMs = Math.min(delayMs * 2, lastRetryMs)) {
    try {
      return await connect(connectionOptions(options));
    } catch (cause) {
      if (cause instanceof AuthorizationError) {
        throw new Error(
          `The NATS server at ${servers.join(', ')} refuses the credentials. Correct the user and password of the bus in parley.yaml.`,
          { cause },
        );
      }
      if (clock.now() + delayMs > until) {
        throw new Error(
          `No NATS server answers at ${servers.join(', ')}. Start one, or correct the address of the bus in parley.yaml.`,
          { cause },
        );
      }
      if (delayMs === firstRetryMs)
        log.warn({ servers, err: cause }, 'No NATS server answers yet; trying again.');
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.after(delayMs, resolve);
    await promise;
  }
}

class NatsWire implements Wire {
  readonly #connection: NatsConnection;
  readonly #streams: NatsStreams;
  readonly #manager: JetStreamManager;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #replicas: number;
  readonly #listeners = new Set<() => void>();
  readonly #waiting = new Set<() => void>();
  #connected = true;
  #closed = false;
  #flushing: Promise<void> | undefined;

  constructor(connection: NatsConnection, manager: JetStreamManager, options: NatsOptions) {
    this.#connection = connection;
    this.#manager = manager;
    this.#clock = options.clock;
    this.#log = options.log;
    this.#replicas = options.replicas ?? 1;
    this.#streams = new NatsStreams(manager, {
      clock: options.clock,
      log: options.log,
      replicas: this.#replicas,
      flush: async () => {
        if (this.healthy) await this.#flush();
      },
    });
    void this.#follow();
  }

  get healthy(): boolean {
    return this.#connected && !this.#closed;
  }

  async publish(subject: string, payload: string): Promise<void> {
    if (!this.healthy && !(await this.#connectedWithin(publishWaitMs))) {
      throw new Error(`${subject} cannot be published: there is no connection to NATS.`);
    }
    this.#connection.publish(natsSubject(subject), payload);
    await this.#flush();
  }

  async subscribe(
    subject: string,
    queue: string | undefined,
    receive: (payload: string, reply: ((payload: string) => void) | undefined) => void,
  ): Promise<AsyncDisposable> {
    const subscription = this.#connection.subscribe(natsSubject(subject), {
      ...(queue === undefined ? {} : { queue: subjectToken(queue) }),
      callback: (error, message) => {
        if (error !== null) {
          this.#log.error({ err: error, subject }, 'A subscription failed.');
          return;
        }
        const reply = message.reply ? (payload: string) => void this.#respond(message, payload) : undefined;
        receive(message.string(), reply);
      },
    });
    // After this the server knows of it; without a connection it learns of it with the next one.
    if (this.healthy) await this.#flush().catch(() => {});
    return {
      [Symbol.asyncDispose]: async () => {
        if (this.healthy && !subscription.isClosed()) await subscription.drain().catch(() => {});
        else subscription.unsubscribe();
      },
    };
  }

  async request(subject: string, payload: string, deadlineMs: number): Promise<WireReply> {
    const until = this.#clock.now() + deadlineMs;
    if (!this.healthy && !(await this.#connectedWithin(deadlineMs))) {
      return { kind: this.#closed ? 'closed' : 'deadline' };
    }
    const timeout = Math.max(1, Math.ceil(until - this.#clock.now()));
    try {
      const reply = await this.#connection.request(natsSubject(subject), payload, { timeout });
      return { kind: 'reply', payload: reply.string() };
    } catch (error) {
      if (error instanceof RequestError && error.isNoResponders()) return { kind: 'no-responder' };
      if (error instanceof TimeoutError || (error as Error).cause instanceof TimeoutError)
        return { kind: 'deadline' };
      if (this.#closed || this.#connection.isClosed()) return { kind: 'closed' };
      // The connection broke in between: whether the command was carried out is not known.
      if (error instanceof RequestError) return { kind: 'deadline' };
      throw error;
    }
  }

  append(subject: string, payload: string, id: string | undefined): Promise<void> {
    return this.#streams.append(subject, payload, id);
  }

  consume(
    subject: string,
    consumer: string,
    redeliverMs: number,
    handle: (message: WireStreamMessage) => Promise<void>,
  ): Promise<AsyncDisposable> {
    return this.#streams.consume(subject, consumer, redeliverMs, handle);
  }

  bucket(name: string, ttlMs: number | undefined): Promise<WireBucket> {
    return natsBucket(this.#manager, name, {
      ttlMs,
      clock: this.#clock,
      log: this.#log,
      replicas: this.#replicas,
    });
  }

  onReconnect(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const wasConnected = this.#connected;
    this.#closed = true;
    this.#wakeAll();
    if (wasConnected) {
      const { promise, resolve } = Promise.withResolvers<void>();
      using _timer = this.#clock.after(drainMs, resolve);
      await Promise.race([this.#connection.drain().catch(() => {}), promise]);
    }
    await this.#connection.close();
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === 'disconnect') {
        if (this.#connected && !this.#closed)
          this.#log.warn({ server: status.server }, 'The connection to NATS is lost; trying again.');
        this.#connected = false;
      } else if (status.type === 'reconnect') {
        this.#connected = true;
        this.#log.info({ server: status.server }, 'The connection to NATS is back.');
        this.#wakeAll();
        void this.#tellReconnected();
      } else if (status.type === 'error') {
        this.#log.error({ err: status.error }, 'NATS reports an error.');
      }
    }
  }

  /** Listeners take snapshots: by then the server must know every subscription again. */
  async #tellReconnected(): Promise<void> {
    try {
      await this.#connection.flush();
    } catch {
      // Lost again: the next reconnection tells them.
      return;
    }
    for (const listener of this.#listeners) listener();
  }

  /** One round trip for all that was published in this turn: then the server has it. */
  #flush(): Promise<void> {
    this.#flushing ??= Promise.resolve().then(() => {
      this.#flushing = undefined;
      return this.#connection.flush();
    });
    return this.#flushing;
  }

  async #respond(message: { respond(payload: string): boolean }, payload: string): Promise<void> {
    try {
      message.respond(payload);
    } catch (error) {
      this.#log.warn({ err: error }, 'An answer could not be sent.');
    }
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  async #connectedWithin(ms: number): Promise<boolean> {
    if (this.#closed) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    using _timer = this.#clock.after(ms, resolve);
    await promise;
    this.#waiting.delete(resolve);
    return this.healthy;
  }
}

function natsSubject(subject: string): string {
  return `parley.${subject.split('.').map(subjectToken).join('.')}`;
}
