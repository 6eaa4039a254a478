// A TURN server (RFC 8656 §5), and a STUN server beside it (RFC 8489 §6.3.1.1). No socket and no clock: datagrams go in, and what
// is to be done goes to `TurnServerOutput`. **Whatever output does with bytes, it does before it returns.**
import type { RandomBytes } from '../hashes.ts';
import type { StunAttribute, StunAttributeName } from '../stun/attribute.ts';
import { stunAttribute, stunAttributes, unknownAttributes } from '../stun/attribute-value.ts';
import { buildStunError, buildStunSuccess, type StunSeal } from '../stun/build.ts';
import { checkStun, STUN_METHODS, stunClass, stunMethod, stunTransactionId } from '../stun/message.ts';
import { Allocation, type TurnClient, type TurnRelay } from './allocation.ts';
import { Bandwidth } from './bandwidth.ts';
import {
  channelNumber,
  channelPayload,
  isChannelData,
  MAX_OLD_CHANNEL,
  MIN_CHANNEL,
  writeChannelData,
} from './channel-data.ts';
import { DataIndications } from './data-indication.ts';
import { Reservations } from './reservations.ts';
import {
  type Authenticated,
  TurnAuthentication,
  type TurnAuthenticationOptions,
} from './server-authentication.ts';
import {
  DEFAULT_LIFETIME_S,
  DEFAULT_TURN_LIMITS,
  MAX_LIFETIME_S,
  type TurnEndReason,
  type TurnLimits,
  type TurnPeerRule,
  type TurnServerOutput,
} from './server-output.ts';

export interface TurnServerOptions extends TurnAuthenticationOptions {
  readonly randomBytes: RandomBytes;
  readonly peers: TurnPeerRule;
  readonly limits?: Partial<TurnLimits>;
  /** Families in which relayed addresses can be had, IPv4 first where both can. */
  readonly families: readonly (4 | 6)[];
}

/** The error code, what a success says, or undefined where the answer comes later or has been given. */
type Verdict = number | readonly StunAttribute[] | undefined;
/** Who asked, after he has proved it. */
type Asker = Extract<Authenticated, { readonly ok: true }>;

const KNOWN: ReadonlySet<StunAttributeName> = new Set<StunAttributeName>([
  'CHANNEL-NUMBER',
  'LIFETIME',
  'XOR-PEER-ADDRESS',
  'DATA',
  'REQUESTED-ADDRESS-FAMILY',
  'EVEN-PORT',
  'REQUESTED-TRANSPORT',
  'RESERVATION-TOKEN',
]);
const NO_ATTRIBUTES: ReadonlySet<StunAttributeName> = new Set();
const UDP = 17;
/** What fits into an indication; media is far below. */
const MAX_PEER_BYTES = 65_500;
const FAMILIES: Readonly<Record<number, 4 | 6>> = { 1: 4, 2: 6 };

interface UserUse {
  allocations: number;
  readonly bandwidth: Bandwidth;
}

/** Owned by whoever has the sockets. After `close` everything that comes in is dropped. */
export class TurnServer {
  readonly #options: TurnServerOptions;
  readonly #limits: TurnLimits;
  readonly #output: TurnServerOutput;
  readonly #authentication: TurnAuthentication;
  readonly #indications: DataIndications;
  readonly #reservations: Reservations;
  readonly #byClient = new Map<string, Allocation>();
  readonly #byRelay = new Map<TurnRelay, Allocation>();
  /** By address, then by port: peers that are our own relayed addresses. */
  readonly #ownRelays = new Map<string, Map<number, TurnRelay>>();
  readonly #users = new Map<string, UserUse>();
  readonly #total: Bandwidth;
  readonly #page = new Uint8Array(65_535 + 64);
  #isClosed = false;
  #relayedBytes = 0;
  #relayedPackets = 0;

  constructor(options: TurnServerOptions, output: TurnServerOutput, nowMs: number) {
    this.#options = options;
    this.#output = output;
    this.#limits = { ...DEFAULT_TURN_LIMITS, ...options.limits };
    this.#authentication = new TurnAuthentication(options);
    this.#indications = new DataIndications(options.randomBytes(8));
    this.#reservations = new Reservations(options.randomBytes, output);
    this.#total = new Bandwidth(this.#limits.totalBytesPerS, nowMs);
  }

  get allocationCount(): number {
    return this.#byClient.size;
  }

  /** What has been relayed since the start, both ways together. */
  get relayedBytes(): number {
    return this.#relayedBytes;
  }

  get relayedPackets(): number {
    return this.#relayedPackets;
  }

  /** Nothing is there that `sweep` could end. */
  get isIdle(): boolean {
    return this.#byClient.size === 0 && this.#reservations.size === 0;
  }

  allocations(): Iterable<Allocation> {
    return this.#byClient.values();
  }

  /** One datagram, or one message that a `StunFramer` has cut. Whatever is neither STUN nor ChannelData is dropped. */
  fromClient(client: TurnClient, bytes: Uint8Array, nowMs: number): void {
    if (this.#isClosed) return;
    if (isChannelData(bytes)) {
      this.#fromChannel(client, bytes, nowMs);
      return;
    }
    if (checkStun(bytes) !== undefined) return;
    const kind = stunClass(bytes);
    if (kind === 'indication' && stunMethod(bytes) === STUN_METHODS.send) this.#send(client, bytes, nowMs);
    else if (kind === 'request') this.#request(client, bytes, nowMs);
  }

  /** A datagram that a peer has sent to a relayed address (RFC 8656 §11.3, §12.3). */
  fromPeer(relay: TurnRelay, address: string, port: number, bytes: Uint8Array, nowMs: number): void {
    const allocation = this.#byRelay.get(relay);
    if (this.#isClosed || allocation === undefined || !allocation.isPermitted(address, nowMs)) return;
    if (bytes.length > MAX_PEER_BYTES || !this.#mayPass(allocation, bytes.length, nowMs)) return;
    const channel = allocation.channelFrom(address, port, nowMs);
    const page = this.#page;
    const isStream = allocation.client.transport !== 'udp';
    const length =
      channel === undefined
        ? this.#indications.write(address, port, bytes, page)
        : writeChannelData(channel, bytes, page, isStream);
    this.#output.toClient(allocation.client, page.subarray(0, length));
  }

  /** The relays that `openRelays` asked for, and the one above where it was to be reserved. */
  relaysOpened(
    allocation: Allocation,
    relays: readonly TurnRelay[],
    request: Uint8Array,
    nowMs: number,
    reserved?: TurnRelay,
  ): void {
    if (this.#isClosed || this.#byClient.get(allocation.client.key) !== allocation) {
      for (const relay of [...relays, ...(reserved === undefined ? [] : [reserved])])
        this.#output.closeRelay(relay);
      return;
    }
    allocation.relays = relays;
    for (const relay of relays) {
      this.#byRelay.set(relay, allocation);
      let ports = this.#ownRelays.get(relay.address);
      if (ports === undefined) {
        ports = new Map();
        this.#ownRelays.set(relay.address, ports);
      }
      ports.set(relay.port, relay);
    }
    const lifetimeS = lifetimeOf(request);
    allocation.expiresAtMs = nowMs + lifetimeS * 1000;
    const token =
      reserved === undefined ? undefined : this.#reservations.keep(reserved, allocation.user, nowMs);
    const { client } = allocation;
    const attributes: StunAttribute[] = relays.map(({ address, port }) => [
      'XOR-RELAYED-ADDRESS',
      { address, port },
    ]);
    attributes.push(['LIFETIME', lifetimeS], ['XOR-MAPPED-ADDRESS', addressOf(client)]);
    if (token !== undefined) attributes.push(['RESERVATION-TOKEN', token]);
    if (stunAttribute(request, 'ADDITIONAL-ADDRESS-FAMILY') !== undefined && relays.length < 2)
      attributes.push([
        'ADDRESS-ERROR-CODE',
        { family: 2, code: 440, reason: 'Address Family not Supported' },
      ]);
    allocation.answer = buildStunSuccess(request, attributes, allocation.seal);
    this.#output.toClient(client, allocation.answer);
    this.#output.allocated?.(allocation);
  }

  /** No relayed address could be had: the client is told to try another server (RFC 8656 §7.2). */
  relaysRefused(allocation: Allocation, request: Uint8Array): void {
    if (this.#byClient.get(allocation.client.key) !== allocation) return;
    this.#forget(allocation);
    this.#refuse(allocation.client, request, 508, allocation.seal);
  }

  /** The connection of a client has ended. */
  clientGone(client: TurnClient): void {
    const allocation = this.#byClient.get(client.key);
    if (allocation !== undefined) this.#end(allocation, 'gone');
  }

  /** Ends what somebody has: he may not use this server any more. */
  endUser(user: string): void {
    for (const allocation of this.#byClient.values())
      if (allocation.user === user) this.#end(allocation, 'closed');
  }

  /** Ends what has run out. To be called about once a second while there are allocations. */
  sweep(nowMs: number): void {
    for (const allocation of this.#byClient.values()) {
      if (allocation.expiresAtMs <= nowMs) this.#end(allocation, 'expired');
      else allocation.sweep(nowMs);
    }
    this.#reservations.sweep(nowMs);
  }

  /** Ends everything. Idempotent. */
  close(): void {
    for (const allocation of this.#byClient.values()) this.#end(allocation, 'closed');
    this.#reservations.sweep(Number.POSITIVE_INFINITY);
    this.#isClosed = true;
  }

  #request(client: TurnClient, bytes: Uint8Array, nowMs: number): void {
    const method = stunMethod(bytes);
    if (method === STUN_METHODS.binding) {
      this.#bindingRequest(client, bytes);
      return;
    }
    const isOurs =
      method === STUN_METHODS.allocate ||
      method === STUN_METHODS.refresh ||
      method === STUN_METHODS.createPermission ||
      method === STUN_METHODS.channelBind;
    if (!isOurs) {
      this.#refuse(client, bytes, 400);
      return;
    }
    const allocation = this.#byClient.get(client.key);
    const asker = this.#authentication.check(bytes, client, nowMs, allocation);
    if (!asker.ok) {
      this.#output.refused?.(client, asker.code);
      this.#output.toClient(client, asker.answer);
      return;
    }
    const unknown = unknownAttributes(bytes, KNOWN);
    if (unknown.length > 0) {
      this.#refuse(client, bytes, 420, asker.seal, [['UNKNOWN-ATTRIBUTES', unknown]]);
      return;
    }
    const verdict =
      method === STUN_METHODS.allocate
        ? this.#allocate(client, bytes, asker, nowMs)
        : this.#change(allocation, bytes, asker, nowMs);
    if (typeof verdict === 'number') this.#refuse(client, bytes, verdict, asker.seal);
    else if (verdict !== undefined)
      this.#output.toClient(client, buildStunSuccess(bytes, verdict, asker.seal));
  }

  #bindingRequest(client: TurnClient, bytes: Uint8Array): void {
    const unknown = unknownAttributes(bytes, NO_ATTRIBUTES);
    if (unknown.length > 0) this.#refuse(client, bytes, 420, {}, [['UNKNOWN-ATTRIBUTES', unknown]]);
    else this.#output.toClient(client, buildStunSuccess(bytes, [['XOR-MAPPED-ADDRESS', addressOf(client)]]));
  }

  /** RFC 8656 §7.2, in its order. */
  #allocate(client: TurnClient, bytes: Uint8Array, asker: Asker, nowMs: number): Verdict {
    const transaction = stunTransactionId(bytes).join();
    const there = this.#byClient.get(client.key);
    if (there !== undefined) {
      if (there.transaction !== transaction) return 437;
      if (there.answer !== undefined) this.#output.toClient(client, there.answer);
      return undefined;
    }
    // A credential is good for beginning until it ends; what began lives on, or calls would break off.
    if (asker.hasExpired) return 401;
    const transport = stunAttribute(bytes, 'REQUESTED-TRANSPORT');
    if (transport === undefined) return 400;
    if (transport !== UDP) return 442;
    const wish = stunAttribute(bytes, 'REQUESTED-ADDRESS-FAMILY');
    const additional = stunAttribute(bytes, 'ADDITIONAL-ADDRESS-FAMILY');
    const token = stunAttribute(bytes, 'RESERVATION-TOKEN');
    const evenPort = stunAttribute(bytes, 'EVEN-PORT');
    const isContrary =
      (token !== undefined && (evenPort !== undefined || wish !== undefined || additional !== undefined)) ||
      (additional !== undefined && (wish !== undefined || evenPort === true || additional === 1));
    if (isContrary) return 400;
    const family = FAMILIES[wish ?? 1]!;
    if (!this.#options.families.includes(family)) return 440;
    if ((this.#users.get(asker.user)?.allocations ?? 0) >= this.#limits.allocationsPerUser) return 486;
    if (this.#byClient.size >= this.#limits.allocations) return 508;
    const reserved = token === undefined ? undefined : this.#reservations.take(token, asker.user, nowMs);
    if (token !== undefined && reserved === undefined) return 508;
    const use = this.#useOf(asker.user, nowMs);
    const allocation = new Allocation({ ...asker, client, transaction, bandwidth: use.bandwidth, nowMs });
    this.#byClient.set(client.key, allocation);
    use.allocations++;
    if (reserved !== undefined) {
      this.relaysOpened(allocation, [reserved], bytes, nowMs);
      return undefined;
    }
    const hasBoth = additional !== undefined && this.#options.families.includes(6);
    this.#output.openRelays({
      allocation,
      request: bytes.slice(),
      families: hasBoth ? [family, 6] : [family],
      evenPort: evenPort !== undefined,
      reserveNext: evenPort === true,
    });
    return undefined;
  }

  /** What is asked of an allocation that is there. */
  #change(allocation: Allocation | undefined, bytes: Uint8Array, asker: Asker, nowMs: number): Verdict {
    const method = stunMethod(bytes);
    if (allocation === undefined || allocation.relays.length === 0) {
      // RFC 8656 §8.2: what is to end and is not there has ended.
      const isEnd = method === STUN_METHODS.refresh && stunAttribute(bytes, 'LIFETIME') === 0;
      return isEnd ? [['LIFETIME', 0]] : 437;
    }
    if (allocation.username !== asker.username) return 441;
    if (method === STUN_METHODS.refresh) return this.#refresh(allocation, bytes, nowMs);
    return method === STUN_METHODS.createPermission
      ? this.#createPermission(allocation, bytes, nowMs)
      : this.#channelBind(allocation, bytes, nowMs);
  }

  /** RFC 8656 §8.2. */
  #refresh(allocation: Allocation, bytes: Uint8Array, nowMs: number): Verdict {
    const wish = stunAttribute(bytes, 'REQUESTED-ADDRESS-FAMILY');
    if (wish !== undefined && allocation.relayOf(FAMILIES[wish]!) === undefined) return 443;
    const isEnd = stunAttribute(bytes, 'LIFETIME') === 0;
    const lastMs = allocation.startedAtMs + this.#limits.maxAgeS * 1000;
    const lifetimeS = isEnd
      ? 0
      : Math.max(0, Math.min(lifetimeOf(bytes), Math.floor((lastMs - nowMs) / 1000)));
    if (!isEnd) allocation.expiresAtMs = nowMs + lifetimeS * 1000;
    else this.#end(allocation, 'released');
    return [['LIFETIME', lifetimeS]];
  }

  /** RFC 8656 §10.2: all of the addresses or none. */
  #createPermission(allocation: Allocation, bytes: Uint8Array, nowMs: number): Verdict {
    const peers = stunAttributes(bytes, 'XOR-PEER-ADDRESS');
    if (peers === undefined || peers.length === 0) return 400;
    const code = peers.map(({ address }) => this.#refusalOf(allocation, address)).find((each) => each !== 0);
    if (code !== undefined) return code;
    const added = new Set(
      peers.map(({ address }) => address).filter((each) => !allocation.hasPermission(each)),
    );
    if (allocation.permissionCount + added.size > this.#limits.permissionsPerAllocation) return 508;
    for (const { address } of peers) allocation.permit(address, nowMs);
    return [];
  }

  /** RFC 8656 §12.2. */
  #channelBind(allocation: Allocation, bytes: Uint8Array, nowMs: number): Verdict {
    const number = stunAttribute(bytes, 'CHANNEL-NUMBER');
    const peer = stunAttribute(bytes, 'XOR-PEER-ADDRESS');
    if (number === undefined || peer === undefined || number < MIN_CHANNEL || number > MAX_OLD_CHANNEL)
      return 400;
    const code = this.#refusalOf(allocation, peer.address);
    if (code !== 0) return code;
    if (!this.#reaches(peer.address, peer.port)) return 403;
    const isFull =
      (!allocation.hasChannel(number) && allocation.channelCount >= this.#limits.channelsPerAllocation) ||
      (!allocation.hasPermission(peer.address) &&
        allocation.permissionCount >= this.#limits.permissionsPerAllocation);
    if (isFull) return 508;
    if (!allocation.bind(number, peer.address, peer.port, nowMs)) return 400;
    return [];
  }

  /** RFC 8656 §11.2: what is not right is dropped without a word. */
  #send(client: TurnClient, bytes: Uint8Array, nowMs: number): void {
    const allocation = this.#byClient.get(client.key);
    if (allocation === undefined || unknownAttributes(bytes, KNOWN).length > 0) return;
    const peer = stunAttribute(bytes, 'XOR-PEER-ADDRESS');
    const data = stunAttribute(bytes, 'DATA');
    if (peer === undefined || data === undefined || !allocation.isPermitted(peer.address, nowMs)) return;
    if (this.#reaches(peer.address, peer.port))
      this.#toPeer(allocation, peer.address, peer.port, data, nowMs);
  }

  #fromChannel(client: TurnClient, bytes: Uint8Array, nowMs: number): void {
    const allocation = this.#byClient.get(client.key);
    const channel = allocation?.channelTo(channelNumber(bytes), nowMs);
    if (allocation === undefined || channel === undefined) return;
    this.#toPeer(allocation, channel.address, channel.port, channelPayload(bytes), nowMs);
  }

  #toPeer(allocation: Allocation, address: string, port: number, bytes: Uint8Array, nowMs: number): void {
    const relay = allocation.relayOf(address.includes(':') ? 6 : 4);
    if (relay === undefined || !this.#mayPass(allocation, bytes.length, nowMs)) return;
    const own = this.#ownRelays.get(address)?.get(port);
    // From one client of ours to another nothing leaves the server: no firewall has to let it in again.
    if (own !== undefined) this.fromPeer(own, relay.address, relay.port, bytes, nowMs);
    else this.#output.toPeer(relay, address, port, bytes);
  }

  #mayPass(allocation: Allocation, bytes: number, nowMs: number): boolean {
    if (!allocation.bandwidth.take(bytes, nowMs) || !this.#total.take(bytes, nowMs)) return false;
    this.#relayedBytes += bytes;
    this.#relayedPackets++;
    allocation.relayedBytes += bytes;
    allocation.relayedPackets++;
    return true;
  }

  /** @returns the error code, or 0 where this address may be a peer. */
  #refusalOf(allocation: Allocation, address: string): number {
    if (allocation.relayOf(address.includes(':') ? 6 : 4) === undefined) return 443;
    return this.#ownRelays.has(address) || this.#options.peers.permits(address) ? 0 : 403;
  }

  #reaches(address: string, port: number): boolean {
    return this.#ownRelays.get(address)?.has(port) === true || this.#options.peers.reaches(address, port);
  }

  #useOf(user: string, nowMs: number): UserUse {
    const known = this.#users.get(user);
    if (known !== undefined) return known;
    const use = { allocations: 0, bandwidth: new Bandwidth(this.#limits.userBytesPerS, nowMs) };
    this.#users.set(user, use);
    return use;
  }

  #end(allocation: Allocation, reason: TurnEndReason): void {
    this.#forget(allocation);
    for (const relay of allocation.relays) this.#output.closeRelay(relay);
    if (allocation.answer !== undefined) this.#output.ended?.(allocation, reason);
  }

  #forget(allocation: Allocation): void {
    this.#byClient.delete(allocation.client.key);
    for (const relay of allocation.relays) {
      this.#byRelay.delete(relay);
      const ports = this.#ownRelays.get(relay.address);
      ports?.delete(relay.port);
      if (ports?.size === 0) this.#ownRelays.delete(relay.address);
    }
    const use = this.#users.get(allocation.user);
    if (use !== undefined && --use.allocations === 0) this.#users.delete(allocation.user);
  }

  #refuse(
    client: TurnClient,
    request: Uint8Array,
    code: number,
    seal: StunSeal = {},
    attributes: readonly StunAttribute[] = [],
  ): void {
    this.#output.refused?.(client, code);
    this.#output.toClient(client, buildStunError(request, code, attributes, seal));
  }
}

function addressOf({ address, port }: TurnClient) {
  return { address, port };
}

/** RFC 8656 §7.2: a wish counts between the usual lifetime and the longest. */
function lifetimeOf(request: Uint8Array): number {
  const wish = stunAttribute(request, 'LIFETIME') ?? DEFAULT_LIFETIME_S;
  return Math.min(Math.max(wish, DEFAULT_LIFETIME_S), MAX_LIFETIME_S);
}
