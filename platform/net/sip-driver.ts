// The SIP listeners of one process: gives the pure transaction layer of `@parley/protocol/sip` sockets and a clock.
// Opened by the host, which hands it to services as `SipServer`.
import { randomBytes } from 'node:crypto';
import {
  type SentBy,
  type SipMessage,
  type SipRequest,
  serializeHead,
  serializeMessage,
  topVia,
} from '@parley/protocol/sip';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { Admission } from './admission.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { NetCounts, type NetEvent } from './net-counts.ts';
import { NetError } from './net-error.ts';
import { SipExchange, type TransmitTarget } from './sip-exchange.ts';
import type { SipFlow } from './sip-flow.ts';
import { FlowTable, udpPeerOf } from './sip-flows.ts';
import { SipGate } from './sip-gate.ts';
import { SipIntake } from './sip-intake.ts';
import { defaultSipLimits, type SipLimits } from './sip-limits.ts';
import { reportLoad, type SipLoad } from './sip-load.ts';
import type {
  ClientListener,
  ClientOutcome,
  ClientTransaction,
  Destination,
  Flow,
  MessageListener,
  SipServer,
  SipTransport,
} from './sip-server.ts';
import { SipStreams } from './sip-streams.ts';
import { SipUdp } from './sip-udp.ts';
import type { RefusedBecause, StreamListener } from './stream-listener.ts';
import { listenTcp } from './tcp.ts';
import { listenTls } from './tls.ts';
import { type TlsMaterial, type TlsSource, tlsSource } from './tls-material.ts';
import type { OpenUdpPort } from './udp-batch-port.ts';
import { openDgramPort } from './udp-dgram.ts';

export interface SipListen {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  /** 0 takes a free port. */
  readonly port: number;
}

export interface SipServerOptions {
  readonly listen: readonly SipListen[];
  /** Needed for `tls`. A source may replace the certificate while we listen. */
  readonly tls?: TlsMaterial | TlsSource;
  /** How our Via names us; without it, the address that the peer sees. */
  readonly sentByHost?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
  readonly limits?: Partial<SipLimits>;
  /** The native port, where there is one. */
  readonly openUdpPort?: OpenUdpPort;
  /** How busy this process is, where it is not its event loop that tells (tests). */
  readonly busy?: () => number;
}

/**
 * Disposing stops listening, refuses new requests with 503, waits a bounded time for the answers that are owed, and
 * closes every connection. Idempotent.
 */
export interface OpenedSipServer extends SipServer, AsyncDisposable {
  /** Opens one more socket. @throws {NetError} */
  listen(listen: SipListen): Promise<void>;
  readonly limits: SipLimits;
  counted(event: NetEvent): number;
  readonly openConnections: number;
  readonly load: SipLoad;
}

/**
 * RFC 3261 §18.1.1: a request "larger than 1300 bytes" is sent over a congestion-controlled transport when the MTU is
 * unknown. The top Via is not there yet when this is decided.
 */
const largestUdpRequestBytes = 1300;
const viaBytes = 120;
/** The most that UDP can carry. */
const longestDatagramBytes = 65_507;

const noAnswer = (code: 'FLOW_GONE' | 'NET_UNREACHABLE'): ClientOutcome => ({
  kind: 'failed',
  reason: 'transport',
  code,
});

/** @throws {NetError} when a port cannot be had or the certificate cannot be used; nothing is left open then. */
export async function openSipServer(options: SipServerOptions): Promise<OpenedSipServer> {
  const server = new SipDriver(options);
  try {
    for (const listen of options.listen) await server.listen(listen);
    return server;
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

class SipDriver implements OpenedSipServer {
  readonly limits: SipLimits;
  readonly #options: SipServerOptions;
  readonly #tls: TlsSource | undefined;
  readonly #counts: NetCounts;
  readonly #flows: FlowTable;
  readonly #gate: SipGate;
  readonly #exchange: SipExchange;
  readonly #intake: SipIntake;
  readonly #streams: SipStreams;
  readonly #udp: SipUdp[] = [];
  readonly #listeners: (StreamListener & { readonly transport: SipTransport })[] = [];
  readonly #closedListeners = new Set<(flow: Flow) => void>();
  readonly #messageListeners = new Set<MessageListener>();
  readonly #datagram = Buffer.allocUnsafeSlow(longestDatagramBytes);
  #disposed: Promise<void> | undefined;

  constructor(options: SipServerOptions) {
    this.#options = options;
    this.limits = { ...defaultSipLimits, ...options.limits };
    const { limits } = this;
    const { clock, log, tls, busy } = options;
    const counts = new NetCounts(options.metrics);
    this.#counts = counts;
    const gate = new SipGate({ clock, counts, ...(busy === undefined ? {} : { busy }) });
    this.#gate = gate;
    this.#tls = tls === undefined || 'current' in tls ? tls : tlsSource(tls);
    this.#flows = new FlowTable({
      clock,
      limits,
      counts,
      processName: randomBytes(6).toString('hex'),
      closed: (flow) => this.#flowClosed(flow),
    });
    this.#exchange = new SipExchange({
      clock,
      log,
      counts,
      maxTransactions: limits.transactions,
      transmit: (message, target) => this.#transmit(message, target),
      flush: () => this.#flush(),
      answered: (request, status, flow) => {
        // A granted request shows that the peer is who it says and where it says (OPTIONS shows neither).
        if (status < 300 && request.method !== 'OPTIONS') this.#flows.grant(flow);
        gate.answered(request, status, flow);
      },
      ignored: (flow) => gate.offended('scanner', flow),
    });
    const intake = new SipIntake({
      clock,
      log,
      counts,
      limits,
      gate,
      receive: (message, flow, bytes) => {
        this.#observe('in', message, flow, bytes);
        this.#exchange.receive(message, flow);
      },
      reply: (response, target) => {
        this.#transmit(response, target);
        this.#flush();
      },
    });
    this.#intake = intake;
    if (options.metrics !== undefined) reportLoad(options.metrics, clock, () => this.load);
    this.#streams = new SipStreams({
      clock,
      limits,
      counts,
      flows: this.#flows,
      tls: () => this.#tls?.current,
      message: (message, flow) => intake.message(message, flow),
      malformed: (error, flow) => intake.malformed(error, flow),
    });
  }

  get listening(): SipServer['listening'] {
    return [
      ...this.#udp.map(({ address, port }) => ({ transport: 'udp' as const, address, port })),
      ...this.#listeners.map(({ transport, address, port }) => ({ transport, address, port })),
    ];
  }

  get load(): SipLoad {
    return {
      transactions: this.#exchange.size,
      flows: this.#flows.size,
      connections: this.#streams.size,
      refusedShare: this.#gate.refusedShare,
      banned: this.#gate.bannedNow,
      overflowed: this.#udp.reduce((sum, udp) => sum + udp.overflowed, 0),
    };
  }

  get openConnections(): number {
    return this.#streams.size;
  }

  counted(event: NetEvent): number {
    return this.#counts.get(event);
  }

  async listen({ transport, address, port }: SipListen): Promise<void> {
    const { clock, openUdpPort = openDgramPort } = this.#options;
    if (transport === 'udp') {
      const udp = await SipUdp.open({
        address,
        port,
        open: openUdpPort,
        clock,
        counts: this.#counts,
        flows: this.#flows,
        gate: this.#gate,
        message: (message, flow, bytes) => this.#intake.message(message, flow, bytes),
        malformed: (error, flow) => this.#intake.malformed(error, flow),
        sendFailed: (flow) => this.#exchange.transportError(flow.id),
      });
      this.#udp.push(udp);
      return;
    }
    const options = {
      address,
      port,
      clock,
      limits: this.limits,
      admission: new Admission(this.limits.connections, (source) => this.#gate.isBanned(source)),
      accept: (connection: Connection) => void this.accept(connection),
      refused: (because: RefusedBecause) => this.#counts.add(`refused_${because}`),
    };
    const listener =
      transport === 'tcp' ? await listenTcp(options) : await listenTls({ ...options, tls: this.#needTls() });
    this.#listeners.push(Object.assign(listener, { transport }));
  }

  accept(connection: Connection): Flow | undefined {
    if (this.#disposed === undefined) return this.#streams.accept(connection);
    connection.close('shutdown');
    return undefined;
  }

  onRequest(handler: Parameters<SipServer['onRequest']>[0]): void {
    this.#exchange.handler = handler;
  }

  onAck(handler: Parameters<SipServer['onAck']>[0]): void {
    this.#exchange.ackHandler = handler;
  }

  onFlowClosed(listener: (flow: Flow) => void): Disposable {
    return register(this.#closedListeners, listener);
  }

  onMessage(listener: MessageListener): Disposable {
    return register(this.#messageListeners, listener);
  }

  flow(id: string): Flow | undefined {
    const known = this.#flows.get(id);
    const peer = known === undefined ? udpPeerOf(id) : undefined;
    if (peer === undefined) return known;
    const { local, address, port } = peer;
    const socket = this.#udp.find((udp) => `${udp.address}:${udp.port}` === local);
    return socket?.flowTo(address, port) ?? this.#udpFlowTo({ transport: 'udp', address, port });
  }

  async request(message: SipRequest, target: Flow | Destination): Promise<ClientOutcome> {
    if (this.#disposed !== undefined) return noAnswer('NET_UNREACHABLE');
    const isFlow = 'id' in target;
    // DEVIATES RFC 3261 §18.1.1: a large request to a UDP flow stays on it, because only the flow is known to reach a
    // phone behind a NAT (RFC 5626 §5.3).
    const flow = isFlow ? this.#flows.get(target.id) : await this.#flowTo(target, message);
    if (flow === undefined) return noAnswer(isFlow ? 'FLOW_GONE' : 'NET_UNREACHABLE');
    return await new Promise((resolve) => {
      this.#exchange.start(message, flow, this.sentBy(flow), {
        response: (response) => {
          if (response.status >= 200) resolve({ kind: 'response', response });
        },
        failed: (reason, code) =>
          resolve({ kind: 'failed', reason, ...(code === undefined ? {} : { code }) }),
      });
    });
  }

  start(
    message: SipRequest,
    target: Flow | Destination,
    listener: ClientListener,
    branchEnd?: string,
  ): ClientTransaction {
    const flow = this.#flowNow(target, message);
    if (flow !== undefined)
      return this.#exchange.start(message, flow, this.sentBy(flow), listener, branchEnd);
    return this.#startLater(message, target, listener, branchEnd);
  }

  /** The way has to be opened first, or there is none. */
  #startLater(
    message: SipRequest,
    target: Flow | Destination,
    listener: ClientListener,
    branchEnd?: string,
  ): ClientTransaction {
    let started: ClientTransaction | undefined;
    let isCancelled = false;
    const opening =
      'id' in target || this.#disposed !== undefined ? undefined : this.#flowTo(target, message);
    void Promise.resolve(opening).then((flow) => {
      if (isCancelled) listener.failed('transport');
      else if (flow === undefined)
        listener.failed('transport', 'id' in target ? 'FLOW_GONE' : 'NET_UNREACHABLE');
      else started = this.#exchange.start(message, flow, this.sentBy(flow), listener, branchEnd);
    });
    return {
      cancel: (headers) => {
        isCancelled = true;
        started?.cancel(headers);
      },
    };
  }

  async flowTo(destination: Destination, message: SipRequest): Promise<Flow | undefined> {
    return this.#disposed === undefined ? await this.#flowTo(destination, message) : undefined;
  }

  sendAck(ack: SipRequest, target: Flow | Destination): void {
    const flow = this.#flowNow(target, ack);
    if (flow !== undefined) this.#exchange.sendAck(ack, flow, this.sentBy(flow));
    else if (!('id' in target) && this.#disposed === undefined) {
      void this.#flowTo(target, ack).then((opened) => {
        if (opened !== undefined) this.#exchange.sendAck(ack, opened, this.sentBy(opened));
      });
    }
  }

  /** Where no connection has to be opened first. */
  #flowNow(target: Flow | Destination, message: SipRequest): SipFlow | undefined {
    if (this.#disposed !== undefined) return undefined;
    if ('id' in target) return this.#flows.get(target.id);
    if (target.transport === 'udp' && !isLarge(message)) return this.#udpFlowTo(target);
    return undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed ??= this.#dispose();
    return this.#disposed;
  }

  async #dispose(): Promise<void> {
    const { clock } = this.#options;
    await Promise.all(this.#listeners.map((listener) => listener[Symbol.asyncDispose]()));
    const bound = Promise.withResolvers<void>();
    using _timer = clock.after(this.limits.drainMs, bound.resolve);
    await Promise.race([this.#exchange.drained(), bound.promise]);
    this.#exchange[Symbol.dispose]();
    this.#gate[Symbol.dispose]();
    await Promise.all([
      this.#streams[Symbol.asyncDispose](),
      ...this.#udp.map((udp) => udp[Symbol.asyncDispose]()),
    ]);
    this.#flows.removeAll();
  }

  #needTls(): TlsSource {
    if (this.#tls !== undefined) return this.#tls;
    throw new NetError(
      'NET_TLS_MISSING',
      'SIP over TLS needs a certificate.',
      'Set tls.cert and tls.key in parley.yaml, or switch listen.sips off.',
    );
  }

  async #flowTo(destination: Destination, message: SipRequest): Promise<SipFlow | undefined> {
    const { transport, address, port } = destination;
    if (transport !== 'udp') return await this.#streams.flowTo(destination);
    if (isLarge(message)) {
      const overTcp = await this.#streams.flowTo({ transport: 'tcp', address, port });
      // RFC 3261 §18.1.1: where the connection cannot be had, "the element SHOULD retry the request, using UDP".
      if (overTcp !== undefined) return overTcp;
    }
    return this.#udpFlowTo(destination);
  }

  #udpFlowTo({ address, port }: Destination): SipFlow | undefined {
    const isIpv6 = address.includes(':');
    const socket = this.#udp.find((udp) => udp.address.includes(':') === isIpv6 || udp.address === '::');
    return socket?.flowTo(address, port);
  }

  /** Where a response that lost its connection finds us: the listener of that transport (RFC 3261 §18.1.1). */
  sentBy(flow: Flow): SentBy {
    const listener = this.#listeners.find(({ transport }) => transport === flow.transport);
    return {
      transport: flow.transport,
      host: this.#options.sentByHost ?? flow.localAddress,
      port: listener?.port ?? flow.localPort,
    };
  }

  #transmit(message: SipMessage, { flow, address, port }: TransmitTarget): boolean {
    const bytes = flow.reliable ? serializeMessage(message) : this.#datagramOf(message);
    const isSent = flow.send(bytes, address, port);
    if (isSent) {
      this.#counts.add('message_out');
      this.#observe('out', message, flow, bytes);
    } else if (message.kind === 'response' && flow.reliable) return this.#sendBack(message, bytes, flow);
    return isSent;
  }

  /** Valid until the next one: a UDP port copies it into its batch. */
  #datagramOf(message: SipMessage): Uint8Array {
    const head = serializeHead(message);
    const { body } = message;
    // No character takes more than three bytes.
    if (head.length * 3 + body.length > this.#datagram.length) return serializeMessage(message);
    const bytes = this.#datagram.write(head, 0, 'utf8');
    if (body.length > 0) this.#datagram.set(body, bytes);
    return this.#datagram.subarray(0, bytes + body.length);
  }

  /**
   * RFC 3261 §18.2.2: "If that connection is no longer open, the server SHOULD open a connection to the IP address in
   * the received parameter, if present, using the port in the sent-by value".
   * DEVIATES RFC 3261 §18.2.2: only for peers that have proven who they are, because anybody could make us connect to
   * any port of his address, or of whoever shares it, as often as he asks.
   */
  #sendBack(message: SipMessage, bytes: Uint8Array, gone: SipFlow): boolean {
    const { transport, remoteAddress } = gone;
    if ((transport !== 'tcp' && transport !== 'tls') || !gone.isTrusted) return false;
    const via = topVia(message.headers);
    if (via === undefined || this.#disposed !== undefined) return false;
    const port = via.port ?? (transport === 'tls' ? 5061 : 5060);
    // RFC 5923 §8.2: whoever takes its place has to prove the same.
    const names = gone.certificate?.names ?? [];
    const destination = {
      ...{ transport, address: remoteAddress, port },
      ...(names.length === 0 ? {} : { certificateNames: names }),
    };
    void this.#streams.flowTo(destination).then((flow) => {
      if (flow?.send(bytes) !== true) return;
      this.#counts.add('message_out');
      this.#observe('out', message, flow, bytes);
    });
    return true;
  }

  #flush(): void {
    for (const udp of this.#udp) udp.flushSoon();
  }

  #flowClosed(flow: SipFlow): void {
    this.#exchange.transportError(flow.id);
    for (const listener of [...this.#closedListeners]) this.#guarded(() => listener(flow));
  }

  #observe(direction: 'in' | 'out', message: SipMessage, flow: SipFlow, bytes: Uint8Array | undefined): void {
    for (const listener of this.#messageListeners)
      this.#guarded(() => listener(direction, message, flow, bytes));
  }

  /** A listener's fault is its own: the wire goes on. */
  #guarded(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#options.log.error({ error }, 'A listener of the SIP server failed.');
    }
  }
}

function isLarge(message: SipRequest): boolean {
  return serializeMessage(message).length + viaBytes > largestUdpRequestBytes;
}

function register<T extends (...given: never[]) => void>(listeners: Set<T>, listener: T): Disposable {
  // One function may be registered twice and each registration ends by itself.
  const own = ((...given: Parameters<T>) => listener(...given)) as T;
  listeners.add(own);
  return { [Symbol.dispose]: () => void listeners.delete(own) };
}
