// What the TURN server needs of whoever has sockets: platform code in the server, a small network in tests.
import type { Allocation, TurnClient, TurnRelay } from './allocation.ts';

/** Relayed addresses for one Allocate request. Answer with `relaysOpened` or `relaysRefused`, now or later. */
export interface RelayRequest {
  readonly allocation: Allocation;
  /** The bytes that asked, to be handed back with the answer. */
  readonly request: Uint8Array;
  readonly families: readonly (4 | 6)[];
  /** RFC 8656 §7.2: the port of the first family is even. */
  readonly evenPort: boolean;
  /** And the port above it is opened too, for another allocation. Only with `evenPort`. */
  readonly reserveNext: boolean;
}

export type TurnEndReason =
  /** The client said so, with a lifetime of zero. */
  | 'released'
  /** It was not refreshed in time, or is older than any call. */
  | 'expired'
  /** Its connection ended. */
  | 'gone'
  /** The server ended it. */
  | 'closed';

/** Bytes are valid during the call only: they lie in memory that is used again. */
export interface TurnServerOutput {
  toClient(client: TurnClient, bytes: Uint8Array): void;
  toPeer(relay: TurnRelay, address: string, port: number, bytes: Uint8Array): void;
  openRelays(request: RelayRequest): void;
  closeRelay(relay: TurnRelay): void;
  allocated?(allocation: Allocation): void;
  ended?(allocation: Allocation, reason: TurnEndReason): void;
  /** A request was answered with an error. 401 and 438 are how every client begins. */
  refused?(client: TurnClient, code: number): void;
}

/** Where peers may be (RFC 8656 §21.4). The relayed addresses of this server itself are always reached, inside of it. */
export interface TurnPeerRule {
  /** May somebody at this address be a peer at all? */
  permits(address: string): boolean;
  /** And on this port? */
  reaches(address: string, port: number): boolean;
}

export interface TurnLimits {
  /** How many allocations a user has at once, and all together. */
  readonly allocationsPerUser: number;
  readonly allocations: number;
  /** What is relayed both ways together. */
  readonly userBytesPerS: number;
  readonly totalBytesPerS: number;
  readonly permissionsPerAllocation: number;
  readonly channelsPerAllocation: number;
  /** An allocation ends after that, however often it is refreshed: longer than any call. */
  readonly maxAgeS: number;
}

export const DEFAULT_TURN_LIMITS: TurnLimits = Object.freeze({
  allocationsPerUser: 40,
  allocations: 5_000,
  userBytesPerS: 4_000_000,
  totalBytesPerS: 60_000_000,
  permissionsPerAllocation: 200,
  channelsPerAllocation: 200,
  maxAgeS: 86_400,
});

/** RFC 8656 §3.2: what an allocation lives without a wish, and the longest that a wish may be. */
export const DEFAULT_LIFETIME_S = 600;
export const MAX_LIFETIME_S = 3_600;
