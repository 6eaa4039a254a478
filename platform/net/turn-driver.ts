// Gives the TURN server of protocol/ice sockets and a clock: UDP by the batch, TCP and TLS by connections, a socket for each
// relayed address. What it may do is the business of whoever calls `serve`. Opened by the host.
import { randomBytes } from 'node:crypto';
import {
  type Allocation,
  type RelayRequest,
  type TurnEndReason,
  type TurnLimits,
  type TurnPassword,
  type TurnPeerRule,
  TurnServer,
} from '@parley/protocol/ice';
import { nodeHashes } from '@parley/protocol/ice/node-hashes';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { Admission } from './admission.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import { isWildcard, localAddressFor } from './net-address.ts';
import type { Endpoint } from './net-error.ts';
import { SourceRate } from './source-rate.ts';
import type { StreamListener } from './stream-listener.ts';
import { listenTcp } from './tcp.ts';
import { listenTls } from './tls.ts';
import type { TlsSource } from './tls-material.ts';
import { STREAM_LIMITS, StreamTurnClient, UdpTurnClient, type WiredClient } from './turn-clients.ts';
import { type RelayPorts, RelaySockets } from './turn-relays.ts';
import { DatagramBatch, type OpenUdpPort, type UdpBatchPort } from './udp-batch-port.ts';

export interface TurnDriverOptions {
  readonly udpAndTcp?: Endpoint;
  readonly tls?: Endpoint & { readonly source: TlsSource };
  readonly openUdpPort: OpenUdpPort;
  readonly ports: RelayPorts;
  /** What clients and their peers are told where the sockets are bound to an address behind NAT, or to all of them. */
  readonly publicAddress?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Who may use the server, and for what. */
export interface TurnRules {
  readonly realm: string;
  passwordOf(username: string): TurnPassword | undefined;
  readonly peers: TurnPeerRule;
  readonly limits: Partial<TurnLimits>;
}

export interface TurnPort {
  /** Once, before the process listens. */
  serve(rules: TurnRules): void;
  /** Ends what somebody has. */
  endUser(user: string): void;
  readonly listening: readonly TurnListening[];
}

export interface TurnListening extends Endpoint {
  readonly transport: 'udp' | 'tcp' | 'tls';
}

/** Disposing ends every allocation. */
export interface OpenedTurnPort extends TurnPort, AsyncDisposable {
  listen(): Promise<void>;
}

const SWEEP_MS = 1_000;
const CONNECTIONS = { total: 10_000, perSource: 500 };
/** Requests from one source: an office behind one address may be large. Each answer is a few times as long as its question. */
const REQUESTS = { perSecond: 100, burst: 600 };

export function openTurnDriver(options: TurnDriverOptions): OpenedTurnPort {
  return new TurnDriver(options);
}

class TurnDriver implements OpenedTurnPort {
  readonly listening: TurnListening[] = [];
  readonly #options: TurnDriverOptions;
  readonly #relays: RelaySockets;
  readonly #requests = new SourceRate(REQUESTS);
  readonly #outgoing = new DatagramBatch(256, 512 * 1024);
  readonly #closers: AsyncDisposable[] = [];
  readonly #streams = new Set<StreamTurnClient>();
  /** UDP clients with an allocation, by address and port: no object is made for what they send. */
  readonly #udpClients = new Map<string, Map<number, UdpTurnClient>>();
  readonly #counts: ReturnType<typeof turnCounts>;
  #server: TurnServer | undefined;
  #udp: UdpBatchPort | undefined;
  #sweeping: Disposable | undefined;
  #isFlushSet = false;

  constructor(options: TurnDriverOptions) {
    this.#options = options;
    this.#counts = turnCounts(options.metrics, () => this.#server);
    this.#relays = new RelaySockets({
      ports: options.ports,
      receive: (relay, address, port, bytes) =>
        this.#server?.fromPeer(relay, address, port, bytes, this.#nowMs),
    });
  }

  get #nowMs(): number {
    return this.#options.clock.now();
  }

  serve(rules: TurnRules): void {
    const { log } = this.#options;
    this.#server = new TurnServer(
      {
        ...rules,
        hashes: nodeHashes,
        randomBytes,
        nonceKey: randomBytes(32),
        families: this.#families(),
      },
      {
        toClient: (client, bytes) => (client as WiredClient).send(bytes),
        toPeer: (relay, address, port, bytes) => this.#relays.send(relay, address, port, bytes),
        openRelays: (request) => {
          this.#sweepLater();
          this.#open(request).catch((error) => log.error({ error }, 'a relayed address could not be opened'));
        },
        closeRelay: (relay) => this.#relays.close(relay),
        allocated: (allocation) => this.#allocated(allocation),
        ended: (allocation, reason) => this.#ended(allocation, reason),
        refused: (_client, code) => this.#counts.refused.add(1, { code: String(code) }),
      },
      this.#nowMs,
    );
  }

  endUser(user: string): void {
    this.#server?.endUser(user);
  }

  /** Nothing listens where nobody serves. @throws {NetError} when a port cannot be had. */
  async listen(): Promise<void> {
    const { udpAndTcp, tls, clock, openUdpPort } = this.#options;
    if (this.#server === undefined) return;
    const streams = {
      clock,
      limits: STREAM_LIMITS,
      admission: new Admission(CONNECTIONS),
      accept: (connection: Connection) => this.#accept(connection),
    };
    if (udpAndTcp !== undefined) {
      this.#udp = await openUdpPort({ ...udpAndTcp, receive: (batch) => this.#receive(batch) });
      this.#closers.push(this.#udp);
      this.#listens('udp', this.#udp);
      // One number for both, also where any free port is asked for.
      const tcp = await listenTcp({ ...streams, address: udpAndTcp.address, port: this.#udp.port });
      this.#closers.push(tcp);
      this.#listens('tcp', tcp);
    }
    if (tls !== undefined) {
      const { source, address, port } = tls;
      const listener = await listenTls({ ...streams, address, port, tls: withoutPeers(source) });
      this.#closers.push(listener);
      this.#listens('tls', listener);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.close();
    this.#sweeping?.[Symbol.dispose]();
    for (const stream of this.#streams) stream.close();
    this.#flush();
    for (const closer of this.#closers.splice(0).reverse()) await closer[Symbol.asyncDispose]();
    this.#relays[Symbol.dispose]();
  }

  #listens(transport: TurnListening['transport'], { address, port }: StreamListener | UdpBatchPort): void {
    this.listening.push({ transport, address, port });
  }

  /** `::` takes IPv4 as well. */
  #families(): readonly (4 | 6)[] {
    const { udpAndTcp, tls } = this.#options;
    const address = (udpAndTcp ?? tls)?.address ?? '0.0.0.0';
    if (address === '::') return [4, 6];
    return address.includes(':') ? [6] : [4];
  }

  #receive(batch: DatagramBatch): void {
    const now = this.#nowMs;
    for (let index = 0; index < batch.count; index++) {
      if (batch.truncated[index] === 1) continue;
      const bytes = batch.payload(index);
      const address = batch.addresses[index]!;
      if (!this.#isWelcome(bytes, address, now)) continue;
      const port = batch.ports[index]!;
      const client =
        this.#udpClients.get(address)?.get(port) ??
        new UdpTurnClient(address, port, batch.localAddresses[index]!, this.#sendUdp);
      this.#server?.fromClient(client, bytes, now);
    }
    this.#flush();
  }

  /** Requests, which cost hashes and are answered, are rationed. */
  #isWelcome(bytes: Uint8Array, address: string, now: number): boolean {
    const isRequest = bytes.length >= 2 && bytes[0]! < 0x40 && ((bytes[0]! & 1) | (bytes[1]! & 0x10)) === 0;
    if (!isRequest || this.#requests.take(address, now)) return true;
    this.#counts.rationed.add();
    return false;
  }

  #accept(connection: Connection): void {
    const client = new StreamTurnClient(connection);
    this.#streams.add(client);
    client.start(
      this.#options.clock,
      (bytes) => {
        const now = this.#nowMs;
        if (this.#isWelcome(bytes, client.address, now)) this.#server?.fromClient(client, bytes, now);
      },
      () => {
        this.#streams.delete(client);
        this.#server?.clientGone(client);
      },
    );
  }

  readonly #sendUdp = (bytes: Uint8Array, address: string, port: number): void => {
    if (!this.#outgoing.add(bytes, address, port)) {
      this.#flush();
      this.#outgoing.add(bytes, address, port);
    }
    if (this.#isFlushSet) return;
    this.#isFlushSet = true;
    setImmediate(() => {
      this.#isFlushSet = false;
      this.#flush();
    });
  };

  #flush(): void {
    if (this.#outgoing.count === 0) return;
    this.#udp?.send(this.#outgoing);
    this.#outgoing.clear();
  }

  async #open({ allocation, request, families, evenPort, reserveNext }: RelayRequest): Promise<void> {
    const opened = [];
    for (const [index, family] of families.entries()) {
      const isFirst = index === 0;
      const relays = await this.#relays.open({
        family,
        ...this.#addresses(allocation.client as WiredClient, family),
        even: evenPort && isFirst,
        next: reserveNext && isFirst,
      });
      if (relays === undefined && isFirst) {
        this.#options.log.warn({ ports: this.#options.ports }, 'no port is left for a relay');
        this.#server?.relaysRefused(allocation, request);
        return;
      }
      opened.push(relays ?? []);
    }
    const relays = opened.flatMap(([relay]) => (relay === undefined ? [] : [relay]));
    this.#server?.relaysOpened(allocation, relays, request, this.#nowMs, opened[0]?.[1]);
    this.#flush();
  }

  /** Where a relay is bound, and what is told: the address that the client has reached, unless another one is set. */
  #addresses(client: WiredClient, family: 4 | 6): { readonly bind: string; readonly told: string } {
    const { udpAndTcp, tls, publicAddress } = this.#options;
    const listens = (udpAndTcp ?? tls)!.address;
    const bind = !isWildcard(listens) ? listens : family === 6 ? '::' : '0.0.0.0';
    const isOf = (address: string) => address !== '' && address.includes(':') === (family === 6);
    if (publicAddress !== undefined && isOf(publicAddress)) return { bind, told: publicAddress };
    if (!isWildcard(bind)) return { bind, told: bind };
    if (isOf(client.localAddress) && !isWildcard(client.localAddress))
      return { bind, told: client.localAddress };
    const sample = isOf(client.address) ? client.address : family === 6 ? '2001:db8::' : '192.0.2.0';
    return { bind, told: localAddressFor(sample) };
  }

  #allocated(allocation: Allocation): void {
    const { client, user } = allocation;
    this.#counts.begun.add(1, { transport: client.transport });
    if (client instanceof UdpTurnClient) {
      const ports = this.#udpClients.get(client.address) ?? new Map<number, UdpTurnClient>();
      this.#udpClients.set(client.address, ports.set(client.port, client));
    }
    const { address, port, transport } = client;
    const relayed = allocation.relays.map((relay) => `${relay.address} ${relay.port}`);
    this.#options.log.debug({ user, address, port, transport, relayed }, 'a relay has begun');
  }

  #ended(allocation: Allocation, reason: TurnEndReason): void {
    const { client, user, relayedBytes, relayedPackets, startedAtMs } = allocation;
    if (client instanceof UdpTurnClient) {
      const ports = this.#udpClients.get(client.address);
      ports?.delete(client.port);
      if (ports?.size === 0) this.#udpClients.delete(client.address);
    }
    const { address, transport } = client;
    const durationS = Math.round((this.#nowMs - startedAtMs) / 1000);
    this.#options.log.info(
      { user, address, transport, reason, durationS, relayedBytes, relayedPackets },
      'a relay has ended',
    );
  }

  #sweepLater(): void {
    this.#sweeping ??= this.#options.clock.after(SWEEP_MS, () => {
      this.#sweeping = undefined;
      this.#server?.sweep(this.#nowMs);
      this.#flush();
      if (this.#server?.isIdle === false) this.#sweepLater();
    });
  }
}

/** Browsers have no certificate: nobody is asked for one here. */
function withoutPeers(source: TlsSource): TlsSource {
  const plain = ({ certPem, keyPem }: TlsSource['current']) => ({ certPem, keyPem });
  return {
    get current() {
      return plain(source.current);
    },
    onChange: (listener) => source.onChange((material) => listener(plain(material))),
  };
}

function turnCounts(metrics: Metrics, server: () => TurnServer | undefined) {
  const sampled = (
    kind: 'gauge' | 'counter',
    name: string,
    help: string,
    read: (of: TurnServer) => number,
  ) => {
    metrics.sampled(kind, name, help, () => {
      const its = server();
      return its === undefined ? [] : [{ value: read(its) }];
    });
  };
  sampled(
    'gauge',
    'parley_turn_allocations',
    'Relayed addresses that TURN clients hold now.',
    (of) => of.allocationCount,
  );
  sampled(
    'counter',
    'parley_turn_relayed_bytes_total',
    'Bytes relayed, both ways together.',
    (of) => of.relayedBytes,
  );
  sampled(
    'counter',
    'parley_turn_relayed_packets_total',
    'Packets relayed, both ways together.',
    (of) => of.relayedPackets,
  );
  return {
    begun: metrics.counter(
      'parley_turn_allocations_total',
      'Relayed addresses that TURN clients were given, by how the client came.',
      ['transport'],
    ),
    refused: metrics.counter(
      'parley_turn_refused_total',
      'TURN requests answered with an error, by code; 401 and 438 are how every client begins.',
      ['code'],
    ),
    rationed: metrics.counter(
      'parley_turn_rationed_total',
      'TURN requests dropped because their source sent too many.',
    ),
  };
}
