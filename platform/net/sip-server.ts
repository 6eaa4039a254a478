// The SIP listeners of one process as services see them: requests in, answers out, requests sent on a flow or to an
// address. Implemented by sip-driver.ts over the pure transaction layer in `@parley/protocol/sip`.
import type { SentBy, SipMessage, SipRequest, SipResponse } from '@parley/protocol/sip';
import type { Connection } from './connection.ts';

export type SipTransport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** The certificate that the other side of a TLS connection showed. */
export interface PeerCertificate {
  /** Domains and hosts that it proves (RFC 5922 §7.1), in lower case; none where it is not accepted. */
  readonly names: readonly string[];
  /** Why it is not accepted, in OpenSSL's word. */
  readonly fault?: string;
}

/** Where a message came from or goes to: one connection, or one UDP peer behind one of our sockets (RFC 5626 §2). */
export interface Flow {
  /** Unique in this process while the flow lives; reusing a dead one fails with `FLOW_GONE`. */
  readonly id: string;
  readonly transport: SipTransport;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Leads to another process of this installation, which has checked what it sends. */
  readonly isInternal: boolean;
  /** Undefined where none was shown. */
  readonly certificate?: PeerCertificate | undefined;
}

/** A request that arrived, inside its server transaction. Answering after a final response is our own fault and throws. */
export interface ServerRequest {
  readonly request: SipRequest;
  readonly flow: Flow;
  /** Builds a response with Via, From, To (tagged), Call-ID and CSeq copied (RFC 3261 §8.2.6) and sends it. */
  respond(status: number, options?: ResponseOptions): void;
  /**
   * Passes on the response of another element as it is, its To tag included (RFC 3261 §16.7 step 9). An INVITE may have
   * several with 2xx.
   */
  pass(response: SipResponse): void;
  /**
   * Nobody will look at the fields and the body of the request any more: they are let go. For who waits for a further 2xx
   * to an INVITE (RFC 6026 §7.1).
   */
  release(): void;
  /** Forgets the request without any answer: for scanners, which move on when nobody answers. */
  ignore(): void;
  /**
   * Takes over what a CANCEL means: the handler then owes the final response (RFC 3261 §16.10). Without it a cancelled
   * INVITE is answered 487 at once, and what is answered after that goes nowhere.
   */
  onCancel(listener: (cancel: SipRequest) => void): void;
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

/** What a client transaction tells whoever started it. Nothing follows a failure. */
export interface ClientListener {
  /** Each one that the transaction passes up: provisional, final, and of an INVITE every 2xx (RFC 6026 §7.2). */
  response(response: SipResponse): void;
  /** No final response comes. */
  failed(reason: 'timeout' | 'transport', code?: 'FLOW_GONE' | 'NET_UNREACHABLE' | 'NET_OVERLOADED'): void;
}

export interface ClientTransaction {
  /** Gives up an INVITE (RFC 3261 §9.1). @param headers added to the CANCEL, such as Reason. */
  cancel(headers?: readonly (readonly [string, string])[]): void;
}

export interface Destination {
  readonly transport: SipTransport;
  readonly address: string;
  readonly port: number;
  /** Of TLS: names of which the certificate of the other side must have one; without them, its address. */
  readonly certificateNames?: readonly string[];
}

/** @param bytes the message on the wire where it stands in one piece; valid during the call. */
export type MessageListener = (
  direction: 'in' | 'out',
  message: SipMessage,
  flow: Flow,
  bytes?: Uint8Array,
) => void;

export interface SipServer {
  /** Exactly one handler: the proxy. The ACK of a failure and CANCEL are the transaction layer's own affair. */
  onRequest(handler: (request: ServerRequest) => void): void;
  /** The ACK for a 2xx, which is no transaction (RFC 3261 §17.1.1.3). One handler. */
  onAck(handler: (ack: SipRequest, flow: Flow) => void): void;
  /** Called when a connection closes or a UDP flow is forgotten. */
  onFlowClosed(listener: (flow: Flow) => void): Disposable;
  /** Runs a non-INVITE client transaction; adds the top Via. Resolves with the final response, or why there is none. */
  request(message: SipRequest, target: Flow | Destination): Promise<ClientOutcome>;
  /**
   * Starts a client transaction of any method but ACK; adds the top Via.
   * @param branchEnd token characters at the end of its branch (RFC 3261 §16.6 step 8).
   */
  start(
    message: SipRequest,
    target: Flow | Destination,
    listener: ClientListener,
    branchEnd?: string,
  ): ClientTransaction;
  /**
   * The flow to that server, opened where there is none; undefined when it cannot be reached.
   * @param message what is to be sent: one that is too large for UDP goes over TCP (RFC 3261 §18.1.1).
   */
  flowTo(destination: Destination, message: SipRequest): Promise<Flow | undefined>;
  /** Sends an ACK for a 2xx once; adds the top Via. */
  sendAck(ack: SipRequest, target: Flow | Destination): void;
  /**
   * Takes over a connection that something else accepted or made: a WebSocket of the web server, the way to another
   * front end, a loopback of a test. Undefined while we stop.
   */
  accept(connection: Connection): Flow | undefined;
  /** How we are reached over the socket of that flow: for Via, Record-Route and Contact. */
  sentBy(flow: Flow): SentBy;
  /** The flow with that id, or undefined when it is gone. A UDP peer is there whether we remember it or not. */
  flow(id: string): Flow | undefined;
  /** Listening sockets, for Contact, Record-Route and `parley doctor`. */
  readonly listening: readonly {
    readonly transport: SipTransport;
    readonly address: string;
    readonly port: number;
  }[];
  /** Observes every message, for traces. */
  onMessage(listener: MessageListener): Disposable;
}
