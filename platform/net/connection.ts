// One connection as the SIP driver sees it, whatever carries it: tcp.ts, tls.ts, ws.ts, and loopback.ts for tests.
// Suite: connection.test.ts.
import type { PeerCertificate, SipTransport } from './sip-server.ts';

export type CloseReason =
  /** The peer ended it. */
  | 'peer'
  /** The network or the peer's TLS failed. */
  | 'error'
  /** Nothing for long. */
  | 'idle'
  /** Opened, and never a whole message. */
  | 'silent'
  /** Part of a message, and never the rest. */
  | 'slow-peer'
  /** It does not read what we send. */
  | 'not-reading'
  /** What it sends cannot be cut into messages. */
  | 'malformed'
  | 'shutdown';

export interface ConnectionReceiver {
  /** Bytes in order; valid during the call. Of a framed connection: one whole message. */
  data(bytes: Uint8Array): void;
  /** Of a framed connection, after each arrival: what is held of a message that is not whole. */
  heard?(heldBytes: number, isUnfinished: boolean): void;
  /** Called once, whoever closed it; nothing follows. */
  closed(reason: CloseReason): void;
}

export interface Connection {
  readonly transport: SipTransport;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** True where the transport keeps messages apart (WebSocket), false for a byte stream. */
  readonly isFramed: boolean;
  /** Leads to another process of this installation: no stranger, no limits. */
  readonly isInternal?: boolean;
  /** Of TLS, where the other side showed one. */
  readonly certificate?: PeerCertificate | undefined;
  /** What was sent and the peer has not read, as far as this process holds it. */
  readonly unsentBytes: number;
  /** Called once; what has arrived before is kept until then. */
  start(receiver: ConnectionReceiver): void;
  /** False when nothing can be sent any more. A peer that leaves too much unread is closed. */
  send(bytes: Uint8Array): boolean;
  /** Asks a silent peer whether it is there, where the transport can. */
  ping?(): void;
  /**
   * Legal in any state. For `malformed` and `shutdown` what was sent still goes out, within a bound; the other reasons
   * cut at once.
   */
  close(reason: CloseReason): void;
}

export interface ConnectionLimits {
  /** What may wait for a peer to read it. */
  readonly maxUnsentBytes: number;
  /** How long the last words may take. */
  readonly lingerMs: number;
}

/** Reasons for which the last words matter. */
export function isGentle(reason: CloseReason): boolean {
  return reason === 'malformed' || reason === 'shutdown';
}
