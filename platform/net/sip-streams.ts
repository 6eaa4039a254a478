// SIP over connections (RFC 3261 §18, RFC 7118 §5): one flow each, framed, watched, answered, and found again for the next
// request to the same peer. Used by sip-driver.ts.
import { type SipMessage, type SipParseError, topVia } from '@parley/protocol/sip';
import { hasName } from './certificate-names.ts';
import type { Clock } from './clock.ts';
import type { CloseReason, Connection } from './connection.ts';
import type { NetCounts, NetEvent } from './net-counts.ts';
import { peerKey, type SipFlow } from './sip-flow.ts';
import type { FlowTable } from './sip-flows.ts';
import type { SipLimits } from './sip-limits.ts';
import type { Destination } from './sip-server.ts';
import { SipStream, type StreamSurroundings } from './sip-stream.ts';
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

export class SipStreams implements AsyncDisposable {
  readonly #options: SipStreamsOptions;
  readonly #all: StreamSurroundings;
  readonly #streams = new Set<SipStream>();
  /** Flows by peer, for requests to an address; of TLS only those whose peer is proven. */
  readonly #byPeer = new Map<string, SipFlow>();
  readonly #opening = new Map<string, Promise<SipFlow | undefined>>();
  #isClosing = false;
  #whenEmpty: (() => void) | undefined;

  constructor(options: SipStreamsOptions) {
    this.#options = options;
    const { clock, counts, limits, flows, message, malformed } = options;
    this.#all = {
      clock,
      counts,
      limits,
      flows,
      unfinished: new UnfinishedBytes(limits.unfinished),
      message: (arrived, stream, bytes) => {
        this.#heedAlias(arrived, stream);
        message(arrived, stream.flow, bytes);
      },
      malformed,
      forgotten: (stream) => this.#forgotten(stream),
      closed: (stream, reason) => this.#closed(stream, reason),
    };
  }

  get size(): number {
    return this.#streams.size;
  }

  /** A peer that came to us. */
  accept(connection: Connection): SipFlow {
    this.#options.counts.add('connection_accepted');
    const { transport, remoteAddress, remotePort, isInternal = false } = connection;
    const isFound = transport === 'tcp' && !isInternal;
    return this.#hold(connection, isInternal, isFound ? [peerKey(transport, remoteAddress, remotePort)] : []);
  }

  /** The flow to that peer, opened when there is none; undefined when it cannot be reached in time. */
  flowTo(destination: Destination): Promise<SipFlow | undefined> {
    const key = destinationKey(destination);
    const known = this.#byPeer.get(key) ?? this.#aliasOf(destination);
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
    for (const { connection } of [...this.#streams]) connection.close('shutdown');
    if (this.#streams.size > 0) await new Promise<void>((resolve) => (this.#whenEmpty = resolve));
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
      return this.#hold(connection, true, [destinationKey(destination)]);
    } catch {
      counts.add('connection_failed');
      return undefined;
    }
  }

  #hold(connection: Connection, isOurs: boolean, keys: readonly string[]): SipFlow {
    const stream = new SipStream(connection, this.#all, isOurs, keys);
    this.#streams.add(stream);
    for (const key of keys) this.#byPeer.set(key, stream.flow);
    stream.start();
    return stream.flow;
  }

  /**
   * RFC 5923 §8: a TLS peer that proved who it is may say in its Via that requests to the port it listens on can come on
   * this connection; they do where they are meant for a name that it proved.
   */
  #heedAlias({ headers }: SipMessage, stream: SipStream): void {
    const { transport, certificate, remoteAddress } = stream.flow;
    if (transport !== 'tls' || certificate === undefined || stream.keys.length > 0) return;
    if (certificate.names.length === 0) return;
    const via = topVia(headers);
    if (via === undefined || !via.params.has('alias')) return;
    const key = aliasKey(remoteAddress, via.port ?? 5061);
    stream.keys = [key];
    this.#byPeer.set(key, stream.flow);
  }

  #aliasOf({ transport, address, port, certificateNames = [address] }: Destination): SipFlow | undefined {
    if (transport !== 'tls') return undefined;
    const flow = this.#byPeer.get(aliasKey(address, port));
    return hasName(flow?.certificate?.names ?? [], certificateNames) ? flow : undefined;
  }

  #forgotten({ flow, keys }: SipStream): void {
    for (const key of keys) if (this.#byPeer.get(key) === flow) this.#byPeer.delete(key);
  }

  #closed(stream: SipStream, reason: CloseReason): void {
    const event = closeEvents[reason];
    if (event !== undefined) this.#options.counts.add(event);
    this.#streams.delete(stream);
    if (this.#streams.size === 0) this.#whenEmpty?.();
  }
}

/** RFC 5923 §8.2: a connection is used again only for whom its certificate was checked. */
function destinationKey({ transport, address, port, certificateNames = [] }: Destination): string {
  const key = peerKey(transport, address, port);
  return transport === 'tls' && certificateNames.length > 0 ? `${key} ${certificateNames.join(' ')}` : key;
}

/** Apart from what we opened to the same place, which may have been for other names. */
function aliasKey(address: string, port: number): string {
  return `alias ${peerKey('tls', address, port)}`;
}
