// The bounds of one process's SIP listeners, in size, number, rate and time. Every one can be set by the host.
import type { AdmissionLimits } from './admission.ts';
import type { RateLimit } from './source-rate.ts';
import type { UnfinishedLimits } from './unfinished-bytes.ts';

export interface SipLimits {
  /** Of each TCP, TLS and WebSocket listener. */
  readonly connections: AdmissionLimits;
  /** A connection on which nothing arrives; longer than the usual registration of an hour. */
  readonly idleMs: number;
  /** From the first byte of a message to its last. */
  readonly slowPeerMs: number;
  /** From the opening of a connection to its first message. */
  readonly firstMessageMs: number;
  /** Silence of a WebSocket after which it is asked with a ping; as much again and it is given up. */
  readonly askMs: number;
  readonly connectMs: number;
  readonly maxUnsentBytes: number;
  /** The same for a peer that has proven nothing yet. */
  readonly strangerUnsentBytes: number;
  readonly lingerMs: number;
  readonly maxHeaderBytes: number;
  readonly maxBodyBytes: number;
  /** Of messages that have begun on connections and are not whole. */
  readonly unfinished: UnfinishedLimits;
  /** Of each source, over all transports. */
  readonly requests: RateLimit;
  readonly malformed: RateLimit;
  readonly udpFlows: number;
  /** A UDP peer that has only asked. */
  readonly udpIdleMs: number;
  /** A UDP peer whose request was granted (a registration, a message): as long as a connection. */
  readonly udpGrantedIdleMs: number;
  readonly transactions: number;
  /** How long disposal waits for answers that are still owed. */
  readonly drainMs: number;
}

const minuteMs = 60_000;

export const defaultSipLimits: SipLimits = {
  connections: { total: 20_000, perSource: 2_000 },
  idleMs: 65 * minuteMs,
  slowPeerMs: 30_000,
  firstMessageMs: 30_000,
  askMs: 30_000,
  connectMs: 5_000,
  maxUnsentBytes: 1024 * 1024,
  strangerUnsentBytes: 64 * 1024,
  lingerMs: 2_000,
  maxHeaderBytes: 64 * 1024,
  maxBodyBytes: 256 * 1024,
  unfinished: { totalBytes: 256 * 1024 * 1024, sourceBytes: 32 * 1024 * 1024 },
  requests: { perSecond: 500, burst: 5_000 },
  malformed: { perSecond: 10, burst: 100 },
  udpFlows: 100_000,
  udpIdleMs: 5 * minuteMs,
  udpGrantedIdleMs: 65 * minuteMs,
  // A UDP request that was answered is remembered for 32 s: so many are 12,000 requests a second, in about half a gigabyte.
  transactions: 400_000,
  drainMs: 5_000,
};
