// All flows that live: one for each connection, one for each UDP peer of each socket. UDP flows are forgotten when they
// are idle or too many; those that were only asked from before those whose requests were granted. Used by sip-driver.ts.
import type { Clock } from './clock.ts';
import type { NetCounts } from './net-counts.ts';
import { type FlowAddresses, SipFlow, type Wire } from './sip-flow.ts';
import type { SipLimits } from './sip-limits.ts';

/** UDP flows in order of last use, oldest first, with one timer for the oldest. */
class IdleList {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #lastUsedAt = new Map<SipFlow, number>();
  readonly #forget: (flow: SipFlow) => void;
  #timer: Disposable | undefined;

  constructor(clock: Clock, idleMs: number, forget: (flow: SipFlow) => void) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#forget = forget;
  }

  get size(): number {
    return this.#lastUsedAt.size;
  }
  get oldest(): SipFlow | undefined {
    return this.#lastUsedAt.keys().next().value;
  }
  has(flow: SipFlow): boolean {
    return this.#lastUsedAt.has(flow);
  }

  touch(flow: SipFlow): void {
    const now = this.#clock.now();
    // To the hundredth part is exact enough, and most datagrams follow one another closely.
    if (now - (this.#lastUsedAt.get(flow) ?? Number.NEGATIVE_INFINITY) < this.#idleMs / 100) return;
    this.#lastUsedAt.delete(flow);
    this.#lastUsedAt.set(flow, now);
    this.#timer ??= this.#clock.after(this.#idleMs, () => this.#sweep());
  }

  delete(flow: SipFlow): boolean {
    const existed = this.#lastUsedAt.delete(flow);
    if (this.size === 0) {
      this.#timer?.[Symbol.dispose]();
      this.#timer = undefined;
    }
    return existed;
  }

  #sweep(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    for (const [flow, lastUsedAt] of this.#lastUsedAt) {
      const leftMs = lastUsedAt + this.#idleMs - now;
      if (leftMs > 0) {
        this.#timer = this.#clock.after(leftMs, () => this.#sweep());
        return;
      }
      this.#forget(flow);
    }
  }
}

export interface FlowTableOptions {
  readonly clock: Clock;
  readonly limits: SipLimits;
  readonly counts: NetCounts;
  /** Makes ids of connections unlike those of every other process, so that a stored id never means another peer. */
  readonly processName: string;
  closed(flow: SipFlow): void;
}

export class FlowTable {
  readonly #options: FlowTableOptions;
  readonly #flows = new Map<string, SipFlow>();
  readonly #asking: IdleList;
  readonly #granted: IdleList;
  /** UDP flows again, so that a datagram finds its own without a text being made. */
  readonly #byPeer = new Map<UdpSocketAddress, Map<string, Map<number, SipFlow>>>();
  #lastConnection = 0;

  constructor(options: FlowTableOptions) {
    this.#options = options;
    const { clock, limits } = options;
    this.#asking = new IdleList(clock, limits.udpIdleMs, (flow) => this.remove(flow));
    this.#granted = new IdleList(clock, limits.udpGrantedIdleMs, (flow) => this.remove(flow));
  }

  get size(): number {
    return this.#flows.size;
  }

  get(id: string): SipFlow | undefined {
    return this.#flows.get(id);
  }

  addConnection(addresses: FlowAddresses, wire: Wire): SipFlow {
    this.#lastConnection += 1;
    const id = `${addresses.transport}-${this.#options.processName}-${this.#lastConnection}`;
    const flow = new SipFlow(id, addresses, wire);
    this.#flows.set(id, flow);
    return flow;
  }

  /**
   * The flow to a UDP peer, made when there is none; its idle time starts again. The id is made of both addresses: a
   * peer that was forgotten and speaks again has the flow that it had.
   */
  udp(remoteAddress: string, remotePort: number, socket: Wire & UdpSocketAddress): SipFlow {
    const known = this.udpPeer(remoteAddress, remotePort, socket);
    if (known !== undefined) {
      (this.#granted.has(known) ? this.#granted : this.#asking).touch(known);
      return known;
    }
    const id = udpFlowId(socket, remoteAddress, remotePort);
    const localAddress = socket.localAddressFor(remoteAddress);
    const addresses = {
      transport: 'udp',
      localAddress,
      localPort: socket.port,
      remoteAddress,
      remotePort,
    } as const;
    const flow = new SipFlow(id, addresses, socket);
    this.#flows.set(id, flow);
    this.#remember(flow, socket);
    this.#asking.touch(flow);
    if (this.#asking.size + this.#granted.size > this.#options.limits.udpFlows) {
      const evicted = this.#asking.size > 1 ? this.#asking.oldest : this.#granted.oldest;
      if (evicted !== undefined) this.remove(evicted);
      this.#options.counts.add('flow_evicted');
    }
    return flow;
  }

  udpPeer(remoteAddress: string, remotePort: number, socket: UdpSocketAddress): SipFlow | undefined {
    return this.#byPeer.get(socket)?.get(remoteAddress)?.get(remotePort);
  }

  #remember(flow: SipFlow, socket: UdpSocketAddress): void {
    const ofSocket = this.#byPeer.get(socket) ?? new Map<string, Map<number, SipFlow>>();
    this.#byPeer.set(socket, ofSocket);
    const ofAddress = ofSocket.get(flow.remoteAddress) ?? new Map<number, SipFlow>();
    ofSocket.set(flow.remoteAddress, ofAddress.set(flow.remotePort, flow));
  }

  #forgetPeer({ remoteAddress, remotePort }: SipFlow, socket: UdpSocketAddress): void {
    const ofSocket = this.#byPeer.get(socket);
    const ofAddress = ofSocket?.get(remoteAddress);
    ofAddress?.delete(remotePort);
    if (ofAddress?.size === 0) ofSocket?.delete(remoteAddress);
  }

  /** A request of this peer was granted: from now on one on UDP is kept like a connection. */
  grant(flow: SipFlow): void {
    flow.isTrusted = true;
    if (this.#asking.delete(flow)) this.#granted.touch(flow);
  }

  /** Idempotent. */
  remove(flow: SipFlow): void {
    if (!this.#flows.delete(flow.id)) return;
    for (const socket of this.#byPeer.keys())
      if (this.udpPeer(flow.remoteAddress, flow.remotePort, socket) === flow) this.#forgetPeer(flow, socket);
    this.#asking.delete(flow);
    this.#granted.delete(flow);
    this.#options.closed(flow);
  }

  removeAll(): void {
    for (const flow of [...this.#flows.values()]) this.remove(flow);
  }
}

export interface UdpSocketAddress {
  readonly address: string;
  readonly port: number;
  localAddressFor(remoteAddress: string): string;
}

function udpFlowId({ address, port }: UdpSocketAddress, remoteAddress: string, remotePort: number): string {
  return `udp-${address}:${port}-${remoteAddress}:${remotePort}`;
}

/** Who a UDP flow of that id leads to, whether it is remembered or not. */
export function udpPeerOf(
  id: string,
): { readonly local: string; readonly address: string; readonly port: number } | undefined {
  const [, local, address, port] = /^udp-(.+:\d+)-(.+):(\d+)$/.exec(id) ?? [];
  if (local === undefined || address === undefined) return undefined;
  return { local, address, port: Number(port) };
}
