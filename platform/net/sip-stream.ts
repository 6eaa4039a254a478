// One connection that carries SIP: framed, watched, answered, and its flow. There may be tens of thousands that are silent,
// so it is one object and no closures. Held by sip-streams.ts.
import {
  createStreamFramer,
  type Framed,
  parseMessage,
  type SipMessage,
  type SipParseError,
  type StreamFramer,
} from '@parley/protocol/sip';
import type { Clock } from './clock.ts';
import type { CloseReason, Connection, ConnectionReceiver } from './connection.ts';
import { ConnectionWatch, type Watched } from './connection-watch.ts';
import type { NetCounts } from './net-counts.ts';
import type { SipFlow, Wire } from './sip-flow.ts';
import type { FlowTable } from './sip-flows.ts';
import type { SipLimits } from './sip-limits.ts';
import type { UnfinishedBytes } from './unfinished-bytes.ts';

/** What all connections of one process share. */
export interface StreamSurroundings {
  readonly clock: Clock;
  readonly counts: NetCounts;
  readonly limits: SipLimits;
  readonly flows: FlowTable;
  readonly unfinished: UnfinishedBytes;
  message(message: SipMessage, stream: SipStream, bytes?: Uint8Array): void;
  malformed(error: SipParseError, flow: SipFlow): void;
  /** Nothing more is sent or taken; called once. */
  forgotten(stream: SipStream): void;
  closed(stream: SipStream, reason: CloseReason): void;
}

const pong = new Uint8Array([0x0d, 0x0a]);

export class SipStream implements ConnectionReceiver, Wire, Watched {
  readonly connection: Connection;
  readonly flow: SipFlow;
  /** By what requests to its peer find it; empty for one that they cannot find. */
  keys: readonly string[];
  readonly #all: StreamSurroundings;
  readonly #framer: Pick<StreamFramer, 'push' | 'pendingBytes' | 'isUnfinished'>;
  readonly #watch: ConnectionWatch;
  #unfinishedBytes = 0;
  #isForgotten = false;

  /** @param isOurs true where we opened it, or it leads to another process of this installation. */
  constructor(connection: Connection, all: StreamSurroundings, isOurs: boolean, keys: readonly string[]) {
    this.connection = connection;
    this.keys = keys;
    this.#all = all;
    this.#framer = connection.isFramed ? frameByFrame(all.limits) : createStreamFramer(all.limits);
    this.flow = all.flows.addConnection(connection, this);
    this.flow.isTrusted = isOurs;
    this.#watch = new ConnectionWatch(all.clock, all.limits, !isOurs, this);
  }

  /** After its owner has written it down: what has arrived already comes at once. */
  start(): void {
    this.connection.start(this);
  }

  send(bytes: Uint8Array): boolean {
    if (this.flow.isTrusted || this.connection.unsentBytes <= this.#all.limits.strangerUnsentBytes)
      return this.connection.send(bytes);
    this.close('not-reading');
    return false;
  }

  get canBeAsked(): boolean {
    return this.connection.ping !== undefined;
  }

  ask(): void {
    this.connection.ping?.();
  }

  close(reason: CloseReason): void {
    this.connection.close(reason);
    this.#forget();
  }

  data(bytes: Uint8Array): void {
    const framer = this.#framer;
    const framed = framer.push(bytes);
    this.#watch.heard(framed.length, framer.isUnfinished);
    for (const one of framed) this.#take(one);
    // What was read of a message is held until it is whole, as bytes or as its header.
    const begunBytes = framed.length > 0 ? framer.pendingBytes : this.#unfinishedBytes + bytes.length;
    this.#hold(framer.isUnfinished ? begunBytes : 0);
  }

  heard(heldBytes: number, isUnfinished: boolean): void {
    this.#watch.heard(0, isUnfinished);
    this.#hold(heldBytes);
  }

  closed(reason: CloseReason): void {
    this.#forget();
    this.#all.closed(this, reason);
  }

  #take(framed: Framed): void {
    const { counts, malformed, message } = this.#all;
    switch (framed.kind) {
      case 'message':
        message(framed.message, this, framed.bytes);
        break;
      case 'keep-alive':
        counts.add('keep_alive');
        this.send(pong);
        break;
      case 'malformed':
        malformed(framed.error, this.flow);
        break;
      case 'broken':
        malformed(framed.error, this.flow);
        this.close('malformed');
    }
  }

  #hold(bytes: number): void {
    const now = this.#isForgotten ? 0 : bytes;
    if (now === this.#unfinishedBytes) return;
    const before = this.#unfinishedBytes;
    this.#unfinishedBytes = now;
    if (!this.#all.unfinished.change(this.connection.remoteAddress, before, now)) this.close('slow-peer');
  }

  #forget(): void {
    if (this.#isForgotten) return;
    this.#isForgotten = true;
    this.#watch[Symbol.dispose]();
    this.#hold(0);
    this.#all.forgotten(this);
    this.#all.flows.remove(this.flow);
  }
}

/** RFC 7118 §5.1: each WebSocket message is one SIP message, or a keep-alive. It has no state, so one serves them all. */
function frameByFrame(limits: SipLimits) {
  const known = wholeFrames.get(limits);
  if (known !== undefined) return known;
  const maxMessageBytes = limits.maxHeaderBytes + limits.maxBodyBytes;
  const parseLimits = { maxMessageBytes, maxFields: 256, maxLineChars: 8192 };
  const made = {
    isUnfinished: false,
    pendingBytes: 0,
    push(bytes: Uint8Array): readonly Framed[] {
      // RFC 5626 §3.5.1: a double CRLF asks for a single one, which asks for nothing.
      if (isEmptyLines(bytes)) return bytes.length >= 4 ? [{ kind: 'keep-alive' }] : [];
      const parsed = parseMessage(bytes, parseLimits);
      if (parsed.ok) return [{ kind: 'message', message: parsed.message, bytes }];
      return [{ kind: parsed.status === undefined ? 'broken' : 'malformed', error: parsed }];
    },
  };
  wholeFrames.set(limits, made);
  return made;
}
const wholeFrames = new WeakMap<SipLimits, Pick<StreamFramer, 'push' | 'pendingBytes' | 'isUnfinished'>>();

function isEmptyLines(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x0d || byte === 0x0a);
}
