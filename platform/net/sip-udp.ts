// SIP over one UDP port (RFC 3261 §18.1, §18.2): datagrams to messages and back, by the batch. Used by sip-driver.ts.
import { parseMessage, type SipMessage, type SipParseError } from '@parley/protocol/sip';
import type { Clock } from './clock.ts';
import { isWildcard, localAddressFor } from './net-address.ts';
import type { NetCounts } from './net-counts.ts';
import type { Endpoint } from './net-error.ts';
import type { SipFlow, Wire } from './sip-flow.ts';
import type { FlowTable, UdpSocketAddress } from './sip-flows.ts';
import type { SipGate } from './sip-gate.ts';
import { DatagramBatch, type OpenUdpPort, type UdpBatchPort } from './udp-batch-port.ts';

export interface SipUdpOptions extends Endpoint {
  readonly open: OpenUdpPort;
  readonly clock: Clock;
  readonly counts: NetCounts;
  readonly flows: FlowTable;
  readonly gate: SipGate;
  message(message: SipMessage, flow: SipFlow, bytes: Uint8Array): void;
  malformed(error: SipParseError, flow: SipFlow): void;
  /** The system refused a datagram to this peer. */
  sendFailed(flow: SipFlow): void;
}

const sendCapacity = 256;
const sendSlabBytes = 512 * 1024;
/** Our own addresses change seldom and cost a system call. */
const localAddressMs = 10_000;
const maxLocalAddresses = 10_000;

export class SipUdp implements Wire, UdpSocketAddress, AsyncDisposable {
  readonly #options: SipUdpOptions;
  readonly #outgoing = new DatagramBatch(sendCapacity, sendSlabBytes);
  readonly #localAddresses = new Map<string, string>();
  #localAddressesUntil = 0;
  #port!: UdpBatchPort;
  #isFlushSet = false;

  private constructor(options: SipUdpOptions) {
    this.#options = options;
  }

  /** @throws {NetError} when the port cannot be had. */
  static async open(options: SipUdpOptions): Promise<SipUdp> {
    const udp = new SipUdp(options);
    udp.#port = await options.open({
      address: options.address,
      port: options.port,
      sieve: options.gate.sieve,
      receive: (batch) => udp.#receive(batch),
      sendFailed: (address, port) => {
        const flow = options.flows.udpPeer(address, port, udp);
        if (flow !== undefined) options.sendFailed(flow);
      },
    });
    return udp;
  }

  get address(): string {
    return this.#port.address;
  }
  get port(): number {
    return this.#port.port;
  }

  get overflowed(): number {
    return this.#port.overflowed ?? 0;
  }

  flowTo(remoteAddress: string, remotePort: number): SipFlow {
    return this.#options.flows.udp(remoteAddress, remotePort, this);
  }

  localAddressFor(remoteAddress: string): string {
    if (!isWildcard(this.address)) return this.address;
    const now = this.#options.clock.now();
    if (now >= this.#localAddressesUntil || this.#localAddresses.size > maxLocalAddresses) {
      this.#localAddresses.clear();
      this.#localAddressesUntil = now + localAddressMs;
    }
    const known = this.#localAddresses.get(remoteAddress);
    if (known !== undefined) return known;
    const local = localAddressFor(remoteAddress);
    this.#localAddresses.set(remoteAddress, local);
    return local;
  }

  /** Queues until a flush. */
  send(bytes: Uint8Array, address: string, port: number): boolean {
    if (this.#outgoing.add(bytes, address, port)) return true;
    this.flush();
    return this.#outgoing.add(bytes, address, port);
  }

  /** Once for all that one turn of the loop has to send: a system call costs more than a message. */
  flushSoon(): void {
    if (this.#isFlushSet || this.#outgoing.count === 0) return;
    this.#isFlushSet = true;
    setImmediate(() => {
      this.#isFlushSet = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.#outgoing.count === 0) return;
    const taken = this.#port.send(this.#outgoing);
    // As good as lost on the way: transactions send again.
    this.#options.counts.add('udp_queue_full', this.#outgoing.count - taken);
    this.#outgoing.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.flush();
    await this.#port[Symbol.asyncDispose]();
  }

  #receive(batch: DatagramBatch): void {
    const { gate, flows } = this.#options;
    gate.arrived(batch.agesUs[0]! / 1000);
    for (let index = 0; index < batch.count; index++) {
      const bytes = batch.payload(index);
      const address = batch.addresses[index]!;
      const port = batch.ports[index]!;
      const isTrusted = () => flows.udpPeer(address, port, this)?.isTrusted === true;
      if (gate.drops(bytes, address, port, batch.agesUs[index]! / 1000, isTrusted)) continue;
      const flow = this.flowTo(address, port);
      if (batch.truncated[index] === 1) this.#options.counts.add('truncated');
      else if (isKeepAlive(bytes)) this.#options.counts.add('keep_alive');
      else {
        const parsed = parseMessage(bytes);
        if (parsed.ok) this.#options.message(parsed.message, flow, bytes);
        else this.#options.malformed(parsed, flow);
      }
    }
  }
}

/** Empty lines and zeros, as phones send to keep a NAT open, and STUN (RFC 5626 §3.5.2), which begins with two zero bits. */
function isKeepAlive(bytes: Uint8Array): boolean {
  if (bytes.length === 0 || bytes[0]! < 4) return true;
  return bytes.length <= 4 && bytes.every((byte) => byte === 0x0d || byte === 0x0a || byte === 0);
}
