// A flow as the driver holds it: what services see (`Flow`), what the transaction layer needs, and the way to the wire.
import type { TransactionFlow } from '@parley/protocol/sip';
import type { Flow, PeerCertificate, SipTransport } from './sip-server.ts';

/** How a flow reaches the wire. */
export interface Wire {
  /** False when it cannot be sent. Address and port count for UDP only. */
  send(bytes: Uint8Array, address: string, port: number): boolean;
}

export interface FlowAddresses {
  readonly transport: SipTransport;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly isInternal?: boolean;
  readonly certificate?: PeerCertificate | undefined;
}

export class SipFlow implements Flow, TransactionFlow {
  readonly id: string;
  readonly transport: SipTransport;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly isInternal: boolean;
  readonly certificate: PeerCertificate | undefined;
  /** A request of this peer was granted, or we opened the way to it ourselves. */
  isTrusted = false;
  readonly #wire: Wire;

  constructor(id: string, addresses: FlowAddresses, wire: Wire) {
    this.id = id;
    this.transport = addresses.transport;
    this.localAddress = addresses.localAddress;
    this.localPort = addresses.localPort;
    this.remoteAddress = addresses.remoteAddress;
    this.remotePort = addresses.remotePort;
    this.isInternal = addresses.isInternal === true;
    this.certificate = addresses.certificate;
    this.#wire = wire;
  }

  get reliable(): boolean {
    return this.transport !== 'udp';
  }

  send(bytes: Uint8Array, address = this.remoteAddress, port = this.remotePort): boolean {
    return this.#wire.send(bytes, address, port);
  }
}

/** The name of one peer on one transport. */
export function peerKey(transport: SipTransport, address: string, port: number): string {
  return `${transport} ${address} ${port}`;
}
