// SIP over connections (RFC 3261 §18, RFC 7118 §5): one flow each, framed, watched, answered, and found again for the next
// request to the same peer. Used by sip-driver.ts.
import {
  createStreamFramer,
  type Framed,
  parseMessage,
  type SipMessage,
  type SipParseError,
} from '@parley/protocol/sip';
import type { Clock } from './clock.ts';
import type { CloseReason, Connection } from './connection.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { NetCounts, NetEvent } from './net-counts.ts';
import { peerKey, type SipFlow } from './sip-flow.ts';
import type { FlowTable } from './sip-flows.ts';
import type { SipLimits } from './sip-limits.ts';
import type { Destination } from './sip-server.ts';
import { connectTcp } from './tcp.ts';
import { connectTls } from './tls.ts';
import type { TlsMaterial } from './tls-material.ts';
import { UnfinishedBytes } from './unfinished-bytes.ts';

export interface SipStreamsOptions {
  readonly clock: Clock;
  readonly counts: NetCounts;
  readonly limits: SipLimits;
  readonly flows: FlowTable;
  /** What we show to servers, and whom we trust. */
  tls(): TlsMaterial | undefined;
  message(message: SipMessage, flow: SipFlow, bytes?: Uint8Array): void;
  malformed(error: SipParseError, flow: SipFlow): void;
}

const closeEvents: Partial<Record<CloseReason, NetEvent>> = {
  idle: 'closed_idle',
  silent: 'closed_silent',
  'slow-peer': 'closed_slow_peer',
  'not-reading': 'closed_not_reading',
  malformed: 'closed_malformed',
};

const pong = new Uint8Array([0x0d, 0x0a]);

export class SipStreams implements AsyncDisposable {
  readonly #options: SipStreamsOptions;
  readonly #connections = new Set<Connection>();
  /** Flows by peer, for requests to an address; of TLS only those we opened, whose peer is proven. */
  readonly #byPeer = new Map<string, SipFlow>();
  readonly #opening = new Map<string, Promise<SipFlow | undefined>>();
  readonly #unfinished: UnfinishedBytes;
  #isClosing = false;
  #whenEmpty: (() => void) | undefined;

  constructor(options: SipStreamsOptions) {
    this.#options = options;
    this.#unfinished = new UnfinishedBytes(options.limits.unfinished);
  }

  get size(): number {
    return this.#connections.size;
  }

  /** A peer that came to us. */
  accept(connection: Connection): SipFlow {
    this.#options.counts.add('connection_accepted');
    return this.#hold(connection, connection.isInternal === true);
  }

  /** The flow to that peer, opened when there is none; undefined when it cannot be reached in time. */
  flowTo(destination: Destination): Promise<SipFlow | undefined> {
    const key = destinationKey(destination);
    const known = this.#byPeer.get(key);
    if (known !== undefined) return Promise.resolve(known);
    let opening = this.#opening.get(key);
    if (opening === undefined) {
      opening = this.#open(destination).finally(() => this.#opening.delete(key));
      this.#opening.set(key, opening);
    }
    return opening;
  }

  /** Ends every connection; what was sent still goes out within a bound. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.#opening.values());
    for (const connection of [...this.#connections]) connection.close('shutdown');
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
  }

  async #open(destination: Destination): Promise<SipFlow | undefined> {
    const { clock, limits, counts, tls } = this.#options;
    const { transport, address, port, certificateNames } = destination;
    const options = { address, port, clock, limits, timeoutMs: limits.connectMs };
    try {
      if (this.#isClosing || transport === 'udp' || transport === 'ws' || transport === 'wss')
        return undefined;
      const connection =
        transport === 'tcp'
          ? await connectTcp(options)
          : await connectTls({ ...options, material: tls(), certificateNames });
      counts.add('connection_opened');
      return this.#hold(connection, true, destinationKey(destination));
    } catch {
      counts.add('connection_failed');
      return undefined;
    }
  }

  /** @param key by which requests to that server find it again. */
  #hold(connection: Connection, isOurs: boolean, key = peerKeyOf(connection)): SipFlow {
    const { clock, limits, counts, flows, message, malformed } = this.#options;
    const flow = flows.addConnection(connection, {
      send(bytes) {
        if (flow.isTrusted || connection.unsentBytes <= limits.strangerUnsentBytes)
          return connection.send(bytes);
        close('not-reading');
        return false;
      },
    });
    flow.isTrusted = isOurs;
    const { transport, remoteAddress } = connection;
    this.#connections.add(connection);
    if (!flow.isInternal && (isOurs || transport === 'tcp')) this.#byPeer.set(key, flow);

    const close = (reason: CloseReason) => {
      connection.close(reason);
      forget();
    };
    const account = this.#unfinished.account(remoteAddress);
    let unfinishedBytes = 0;
    let isForgotten = false;
    const forget = () => {
      isForgotten = true;
      watch[Symbol.dispose]();
      account[Symbol.dispose]();
      if (this.#byPeer.get(key) === flow) this.#byPeer.delete(key);
      flows.remove(flow);
    };
    const ping = connection.ping === undefined ? undefined : () => connection.ping?.();
    const watch = new ConnectionWatch(clock, limits, !isOurs, { close, ping });
    const framer = connection.isFramed ? frameByFrame(limits) : createStreamFramer(limits);

    const take = (framed: Framed) => {
      switch (framed.kind) {
        case 'message':
          message(framed.message, flow, framed.bytes);
          break;
        case 'keep-alive':
          counts.add('keep_alive');
          connection.send(pong);
          break;
        case 'malformed':
          malformed(framed.error, flow);
          break;
        case 'broken':
          malformed(framed.error, flow);
          close('malformed');
      }
    };
    connection.start({
      data(bytes) {
        const framed = framer.push(bytes);
        watch.heard(framed.length, framer.isUnfinished);
        for (const one of framed) take(one);
        // What was read of a message is held until it is whole, as bytes or as its header.
        const begunBytes = framed.length > 0 ? framer.pendingBytes : unfinishedBytes + bytes.length;
        unfinishedBytes = framer.isUnfinished && !isForgotten ? begunBytes : 0;
        if (!account.hold(unfinishedBytes)) close('slow-peer');
      },
      heard(heldBytes, isUnfinished) {
        watch.heard(0, isUnfinished);
        if (!account.hold(isForgotten ? 0 : heldBytes)) close('slow-peer');
      },
      closed: (reason) => {
        const event = closeEvents[reason];
        if (event !== undefined) counts.add(event);
        forget();
        this.#connections.delete(connection);
        if (this.#connections.size === 0) this.#whenEmpty?.();
      },
    });
    return flow;
  }
}

function peerKeyOf({ transport, remoteAddress, remotePort }: Connection): string {
  return peerKey(transport, remoteAddress, remotePort);
}

/** RFC 5923 §8.2: a connection is used again only for whom its certificate was checked. */
function destinationKey({ transport, address, port, certificateNames = [] }: Destination): string {
  const key = peerKey(transport, address, port);
  return transport === 'tls' && certificateNames.length > 0 ? `${key} ${certificateNames.join(' ')}` : key;
}

/** RFC 7118 §5.1: each WebSocket message is one SIP message, or a keep-alive. */
function frameByFrame({ maxHeaderBytes, maxBodyBytes }: SipLimits) {
  const parseLimits = { maxMessageBytes: maxHeaderBytes + maxBodyBytes, maxFields: 256, maxLineChars: 8192 };
  return {
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
}

function isEmptyLines(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x0d || byte === 0x0a);
}
