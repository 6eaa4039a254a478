// One browser window as the server sees it: who it is, the wire it holds or has lost, and the events it must not miss.
// Identity and lifecycle only; what it may ask is in dispatch.ts, what it is told is decided in event-routes.ts.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import type { Fault } from '@parley/platform/contract';
import type { ClientEvent, Snapshot } from './contract.ts';
import { EventBuffer } from './event-buffer.ts';
import { writeEvent, writeFrame, writeGoodbye } from './frame.ts';
import { Latest } from './latest.ts';
import type { PresenceEndpoint } from './presence-endpoint.ts';
import { isIncluded } from './snapshot.ts';
import { TokenBucket } from './token-bucket.ts';

export interface Wire {
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** An event on its way to sessions: written as JSON once, however many hold it. */
export interface ToldEvent {
  readonly data: ClientEvent;
  readonly json: string;
}

export function tell(data: ClientEvent): ToldEvent {
  return { data, json: JSON.stringify(data) };
}

type Endpoint = Pick<PresenceEndpoint, 'up' | 'say' | 'down' | 'end' | 'forget'>;

export const KEPT_EVENTS = 1_000;
const KEPT_CHARS = 1_000_000;
const PASSING: ReadonlySet<ClientEvent['type']> = new Set(['typing', 'alert', 'alertDismissed', 'free']);
const COMMAND_BURST = 100;
const COMMANDS_PER_SECOND = 20;
/** Messages that wait for the one before, which takes long only while the server cannot store any. */
const IN_ORDER_LIMIT = 100;

export interface SessionIdentity {
  readonly userId: string;
  readonly signInId: string;
  /** What the browser is to licensing; null where it has no name. */
  readonly deviceId: string | null;
  readonly deviceName: string;
}

export class BrowserSession {
  readonly sessionId: string;
  readonly userId: string;
  readonly signInId: string;
  readonly deviceId: string | null;
  readonly deviceName: string;
  readonly endpoint: Endpoint;
  /** Whether the page shows how others are, and what it knows of its licences. Written by licence.ts. */
  watchesPeople = true;
  toldRights = '';
  /** People whose changes this window is told of. Written by `Sessions`, which keeps the index. */
  readonly watched = new Set<string>();
  readonly searches = { people: new Latest(), messages: new Latest() };
  readonly #events = new EventBuffer(KEPT_EVENTS, KEPT_CHARS);
  readonly #commands: TokenBucket;
  readonly #clock: Clock;
  #wire: Wire | undefined;
  #order: Promise<unknown> = Promise.resolve();
  #inOrder = 0;
  /** Events that came while a snapshot is being taken; some are in it already. */
  #waiting: ToldEvent[] | undefined;
  #isSnapshotStale = false;
  /** It tells what may not be told any more. */
  #isSnapshotVoid = false;
  #expiry: Disposable | undefined;

  constructor(identity: SessionIdentity, clock: Clock, endpoint: (sessionId: string) => Endpoint) {
    this.sessionId = randomUUID();
    this.userId = identity.userId;
    this.signInId = identity.signInId;
    this.deviceId = identity.deviceId;
    this.deviceName = identity.deviceName;
    this.endpoint = endpoint(this.sessionId);
    this.#clock = clock;
    this.#commands = new TokenBucket(COMMAND_BURST, COMMANDS_PER_SECOND, clock.now());
  }

  get isConnected(): boolean {
    return this.#wire !== undefined;
  }

  get isTakingSnapshot(): boolean {
    return this.#waiting !== undefined;
  }

  mayCommand(): boolean {
    return this.#commands.take(this.#clock.now());
  }

  /** One after the other, so that what was sent first is stored first. @returns undefined when too many wait already. */
  inOrder<T>(work: () => Promise<T>): Promise<T> | undefined {
    if (this.#inOrder >= IN_ORDER_LIMIT) return undefined;
    this.#inOrder += 1;
    const next = this.#order.then(work).finally(() => {
      this.#inOrder -= 1;
    });
    this.#order = next.catch(() => undefined);
    return next;
  }

  /** A new wire takes the place of one that may be half dead. */
  attach(wire: Wire): void {
    this.#expiry?.[Symbol.dispose]();
    this.#expiry = undefined;
    const replaced = this.#wire;
    this.#wire = wire;
    replaced?.close(1000, 'continued on another connection');
    this.endpoint.up();
  }

  /** Keeps collecting events until `expired` is called. Nothing happens for a wire that was replaced. */
  detach(wire: Wire, keepMs: number, expired: () => void): void {
    if (this.#wire !== wire) return;
    this.#wire = undefined;
    this.endpoint.down();
    this.#expiry = this.#clock.after(keepMs, expired);
  }

  deliver(event: ToldEvent): void {
    if (this.#waiting !== undefined) {
      this.#waiting.push(event);
      return;
    }
    // Who types while nobody looks is of no interest later, and what nobody hears is no alert.
    if (this.#wire === undefined && PASSING.has(event.data.type)) return;
    const numbered = this.#events.push(event.json);
    this.#wire?.send(writeEvent(numbered));
  }

  /**
   * What waits or is kept for this window may tell what its person may not see any more: it is told to nobody, and a
   * window that missed some of it loads everything again. @returns false when a snapshot is being taken: it is out of date.
   */
  forgetEvents(): boolean {
    this.#events.forget();
    if (this.#waiting === undefined) return true;
    this.#isSnapshotVoid = true;
    return false;
  }

  /** From here on events wait for the snapshot. @returns false when one is being taken: another one follows it. */
  beginSnapshot(): boolean {
    this.#isSnapshotStale = this.#waiting !== undefined;
    this.#waiting ??= [];
    return !this.#isSnapshotStale;
  }

  /** @returns false when the snapshot was out of date before it was sent, and another one is due. */
  endSnapshot(snapshot: Snapshot, reason: Fault | undefined): boolean {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    if (this.#isSnapshotVoid) {
      this.#isSnapshotVoid = false;
      return false;
    }
    const event = this.#events.takeSnapshot();
    const { sessionId } = this;
    this.#wire?.send(
      writeFrame({
        type: 'snapshot',
        sessionId,
        event,
        snapshot,
        ...(reason === undefined ? {} : { reason }),
      }),
    );
    for (const told of waiting) if (!isIncluded(snapshot, told.data)) this.deliver(told);
    return !this.#isSnapshotStale;
  }

  /** Sends what came after `event`. @returns false when that is not held any more: a snapshot has to be taken. */
  resume(event: number): boolean {
    const missed = this.#events.after(event);
    if (missed === undefined) return false;
    this.#wire?.send(writeFrame({ type: 'resumed', sessionId: this.sessionId, event }));
    for (const numbered of missed) this.#wire?.send(writeEvent(numbered));
    return true;
  }

  reply(wire: Wire, text: string): void {
    // A reply belongs to the connection that asked; a new one asks again.
    if (this.#wire === wire) wire.send(text);
  }

  /** Says why and lets go of the wire. The session is not found again. */
  end(fault: Fault, code: number): void {
    const wire = this.#wire;
    this.close();
    wire?.send(writeGoodbye(fault));
    wire?.close(code, fault.code);
  }

  /** Idempotent; leaves the wire to whoever holds it. */
  close(): void {
    this.#wire = undefined;
    this.#waiting = undefined;
    this.#expiry?.[Symbol.dispose]();
    this.#expiry = undefined;
  }
}
