// What an implementation of the bus must carry: text under subjects, nothing typed. wire-bus.ts makes a Bus of it,
// so that checks, order, bounds and faults are the same over every wire.

/** One megabyte less the room that headers need: what an unchanged nats-server carries. */
export const PAYLOAD_LIMIT_BYTES = 1024 * 1024 - 4096;

export type WireReply =
  | { readonly kind: 'reply'; readonly payload: string }
  | { readonly kind: 'no-responder' | 'deadline' | 'closed' };

export interface WireStreamMessage {
  readonly payload: string;
  readonly delivery: number;
  acknowledge(): Promise<void>;
  reject(delayMs: number | undefined): Promise<void>;
}

export interface WireBucket {
  get(key: string): Promise<string | undefined>;
  put(key: string, payload: string): Promise<void>;
  create(key: string, payload: string): Promise<boolean>;
  delete(key: string): Promise<void>;
  keys(): Promise<string[]>;
  /** First every key that is there, then every change. `undefined`: deleted or expired. */
  watch(onChange: (key: string, payload: string | undefined) => void): Promise<AsyncDisposable>;
}

export interface Wire extends AsyncDisposable {
  readonly healthy: boolean;
  /** Resolves when it is on its way; rejects when it cannot be carried. */
  publish(subject: string, payload: string): Promise<void>;
  /** `receive` is called in order and returns at once. `reply` is there when somebody waits for an answer. */
  subscribe(
    subject: string,
    queue: string | undefined,
    receive: (payload: string, reply: ((payload: string) => void) | undefined) => void,
  ): Promise<AsyncDisposable>;
  request(subject: string, payload: string, deadlineMs: number): Promise<WireReply>;
  append(subject: string, payload: string, id: string | undefined): Promise<void>;
  /** `handle` never rejects; the next message of this member comes when it has resolved. */
  consume(
    subject: string,
    consumer: string,
    redeliverMs: number,
    handle: (message: WireStreamMessage) => Promise<void>,
  ): Promise<AsyncDisposable>;
  bucket(name: string, ttlMs: number | undefined): Promise<WireBucket>;
  onReconnect(listener: () => void): Disposable;
}
