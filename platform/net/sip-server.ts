// The SIP listeners of one process as services see them: requests in, answers out, requests sent on a flow or to an
// address. Implemented by sip-driver.ts over the pure transaction layer in `@parley/protocol/sip`.
import type { SipMessage, SipRequest, SipResponse } from '@parley/protocol/sip';

export type SipTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** Where a message came from or goes to: one connection, or one UDP peer behind one of our sockets (RFC 5626 §2). */
export interface Flow {
  /** Unique in this process while the flow lives; reusing a dead one fails with `FLOW_GONE`. */
  readonly id: string;
  readonly transport: SipTransport;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** A request that arrived, inside its server transaction. Answering after a final response is our own fault and throws. */
export interface ServerRequest {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** Builds a response with Via, From, To (tagged), Call-ID and CSeq copied (RFC 3261 §8.2.6) and sends it. */
  respond(status: number, options?: ResponseOptions): void;
  /** Forgets the request without any answer: for scanners, which move on when nobody answers. */
  ignore?(): void;
}

export interface ResponseOptions {
  readonly reason?: string;
  readonly headers?: Iterable<readonly [string, string]>;
  readonly body?: Uint8Array;
  /** A final answer that is sent once and not kept (RFC 3261 §8.2.7): for senders who have not proven who they are. */
  readonly stateless?: boolean;
}

export type ClientOutcome =
  | { readonly kind: 'response'; readonly response: SipResponse }
  | {
      readonly kind: 'failed';
      readonly reason: 'timeout' | 'transport';
      /** Where nothing was sent at all: the flow is gone, the address cannot be reached, we have no room. */
      readonly code?: 'FLOW_GONE' | 'NET_UNREACHABLE' | 'NET_OVERLOADED';
    };

export interface Destination {
  readonly transport: SipTransport;
  readonly address: string;
  readonly port: number;
}

export interface SipServer {
  /** Exactly one handler: the proxy. ACK and CANCEL are the transaction layer's own affair. */
  onRequest(handler: (request: ServerRequest) => void): void;
  /** Called when a connection closes or a UDP flow is forgotten. */
  onFlowClosed(listener: (flow: Flow) => void): Disposable;
  /** Runs a non-INVITE client transaction; adds the top Via. Resolves with the final response, or why there is none. */
  request(message: SipRequest, target: Flow | Destination): Promise<ClientOutcome>;
  /** The flow with that id, or undefined when it is gone. */
  flow(id: string): Flow | undefined;
  /** Listening sockets, for Contact, Record-Route and `parley doctor`. */
  readonly listening: readonly {
    readonly transport: SipTransport;
    readonly address: string;
    readonly port: number;
  }[];
  /** Observes every message, for traces. */
  onMessage(listener: (direction: 'in' | 'out', message: SipMessage, flow: Flow) => void): Disposable;
}
