// One allocation: who it is for, its relayed addresses, and what may pass (RFC 8656 §3, §9, §12). Used by turn/server.ts.
import type { StunSeal } from '../stun/build.ts';
import type { StunKey } from '../stun/credential.ts';
import type { Bandwidth } from './bandwidth.ts';

export type TurnTransport = 'udp' | 'tcp' | 'tls';

/** The client's end of a five-tuple. The driver makes one for each that it hears, and knows it again by `key`. */
export interface TurnClient {
  readonly transport: TurnTransport;
  readonly address: string;
  readonly port: number;
  /** Unique among all: transport, both addresses and both ports; or the connection. */
  readonly key: string;
}

/** A socket on which an allocation hears its peers. The driver makes it. */
export interface TurnRelay {
  /** What is told to the client and to its peers. */
  readonly address: string;
  readonly port: number;
  readonly family: 4 | 6;
}

export const PERMISSION_MS = 300_000;
export const CHANNEL_MS = 600_000;

export interface Channel {
  readonly number: number;
  readonly address: string;
  readonly port: number;
  expiresAtMs: number;
}

/** Peers behind one address that may send (RFC 8656 §9): of any port. */
interface Permission {
  expiresAtMs: number;
  readonly channels: Map<number, Channel>;
}

export class Allocation {
  readonly client: TurnClient;
  readonly username: string;
  /** Whose quota it counts for. */
  readonly user: string;
  readonly key: StunKey;
  readonly algorithm: number;
  /** How the answer to its Allocate request is signed. */
  readonly seal: StunSeal;
  readonly bandwidth: Bandwidth;
  readonly startedAtMs: number;
  /** The transaction that made it, and what it was answered: said again when the request comes again. */
  readonly transaction: string;
  answer: Uint8Array | undefined;
  expiresAtMs = Number.POSITIVE_INFINITY;
  /** One for each family at most; none until the driver has opened them. */
  relays: readonly TurnRelay[] = [];
  relayedBytes = 0;
  relayedPackets = 0;
  readonly #permissions = new Map<string, Permission>();
  readonly #channels = new Map<number, Channel>();

  constructor(made: {
    readonly client: TurnClient;
    readonly username: string;
    readonly user: string;
    readonly key: StunKey;
    readonly algorithm: number;
    readonly seal: StunSeal;
    readonly bandwidth: Bandwidth;
    readonly transaction: string;
    readonly nowMs: number;
  }) {
    this.client = made.client;
    this.username = made.username;
    this.user = made.user;
    this.key = made.key;
    this.algorithm = made.algorithm;
    this.seal = made.seal;
    this.bandwidth = made.bandwidth;
    this.transaction = made.transaction;
    this.startedAtMs = made.nowMs;
  }

  get permissionCount(): number {
    return this.#permissions.size;
  }

  get channelCount(): number {
    return this.#channels.size;
  }

  relayOf(family: number): TurnRelay | undefined {
    return this.relays.find((relay) => relay.family === family);
  }

  hasPermission(address: string): boolean {
    return this.#permissions.has(address);
  }

  permit(address: string, nowMs: number): void {
    const known = this.#permissions.get(address);
    if (known !== undefined) known.expiresAtMs = nowMs + PERMISSION_MS;
    else this.#permissions.set(address, { expiresAtMs: nowMs + PERMISSION_MS, channels: new Map() });
  }

  isPermitted(address: string, nowMs: number): boolean {
    return (this.#permissions.get(address)?.expiresAtMs ?? 0) > nowMs;
  }

  /** RFC 8656 §12.1: a number is of one peer, a peer has one number, for as long as the binding lasts. */
  bind(number: number, address: string, port: number, nowMs: number): boolean {
    const byNumber = this.#channels.get(number);
    const byPeer = this.#permissions.get(address)?.channels.get(port);
    const isOther = byNumber !== undefined && (byNumber.address !== address || byNumber.port !== port);
    if (
      (isOther && byNumber.expiresAtMs > nowMs) ||
      (byPeer !== undefined && byPeer.number !== number && byPeer.expiresAtMs > nowMs)
    )
      return false;
    if (isOther) this.#unbind(byNumber);
    if (byPeer !== undefined && byPeer.number !== number) this.#unbind(byPeer);
    this.permit(address, nowMs);
    const channel = { number, address, port, expiresAtMs: nowMs + CHANNEL_MS };
    this.#channels.set(number, channel);
    this.#permissions.get(address)!.channels.set(port, channel);
    return true;
  }

  hasChannel(number: number): boolean {
    return this.#channels.has(number);
  }

  /** The peer of a channel to which may be sent now. */
  channelTo(number: number, nowMs: number): Channel | undefined {
    const channel = this.#channels.get(number);
    if (channel === undefined || channel.expiresAtMs <= nowMs) return undefined;
    return this.isPermitted(channel.address, nowMs) ? channel : undefined;
  }

  /** The number under which the client hears this peer; undefined for a Data indication. */
  channelFrom(address: string, port: number, nowMs: number): number | undefined {
    const channel = this.#permissions.get(address)?.channels.get(port);
    return channel !== undefined && channel.expiresAtMs > nowMs ? channel.number : undefined;
  }

  /** Forgets what has ended. */
  sweep(nowMs: number): void {
    for (const channel of this.#channels.values()) if (channel.expiresAtMs <= nowMs) this.#unbind(channel);
    for (const [address, { expiresAtMs, channels }] of this.#permissions)
      if (expiresAtMs <= nowMs && channels.size === 0) this.#permissions.delete(address);
  }

  #unbind(channel: Channel): void {
    if (this.#channels.get(channel.number) === channel) this.#channels.delete(channel.number);
    const channels = this.#permissions.get(channel.address)?.channels;
    if (channels?.get(channel.port) === channel) channels.delete(channel.port);
  }
}
