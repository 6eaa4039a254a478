// A TURN client (RFC 8656 §7 … §12): one allocation, its permissions and channels, kept alive until it is closed. No socket and
// no clock: what comes is given to `receive`, what is to be sent goes to `TurnClientOutput`.
import type { Hashes, RandomBytes } from '../hashes.ts';
import { ipFamily, type TransportAddress } from '../ip-address.ts';
import type { PasswordAlgorithm, StunAttribute } from '../stun/attribute.ts';
import { hasStunAttribute, stunAttribute } from '../stun/attribute-value.ts';
import { buildStun, type StunSeal } from '../stun/build.ts';
import { ClientTransactions } from '../stun/client-transactions.ts';
import {
  longTermKey,
  PASSWORD_ALGORITHM_MD5,
  PASSWORD_ALGORITHM_SHA256,
  type StunKey,
  securityFeatures,
} from '../stun/credential.ts';
import { checkStun, STUN_METHODS, stunClass, stunMethod } from '../stun/message.ts';
import { verifyIntegrity } from '../stun/protection.ts';
import {
  channelNumber,
  channelPayload,
  isChannelData,
  MAX_CHANNEL,
  MIN_CHANNEL,
  writeChannelData,
} from './channel-data.ts';

export interface TurnClientOptions {
  readonly hashes: Hashes;
  readonly randomBytes: RandomBytes;
  readonly username: string;
  readonly password: string;
  /** `udp` repeats what gets lost; the others do not, and fill ChannelData up to whole words. */
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** Of the relayed address: 4 unless said. */
  readonly family?: 4 | 6;
}

/** `failed` has a code of the server, or 0 where nobody answered or somebody else did. */
export type TurnClientState =
  | { readonly kind: 'idle' | 'allocating' | 'closed' }
  | { readonly kind: 'allocated'; readonly relayed: TransportAddress; readonly mapped: TransportAddress }
  | { readonly kind: 'failed'; readonly code: number; readonly reason: string };

export interface TurnClientOutput {
  send(bytes: Uint8Array): void;
  data(from: TransportAddress, bytes: Uint8Array): void;
  changed?(state: TurnClientState): void;
  /** A peer that the server does not let through. */
  refused?(peer: TransportAddress, code: number): void;
}

/** RFC 8656 §10.1, §12.1: permissions last five minutes and channels ten; both are asked for again before. */
const PERMISSION_REFRESH_MS = 240_000;
const CHANNEL_REFRESH_MS = 540_000;
const MOST_CHALLENGES = 3;

interface Wish {
  readonly method: number;
  readonly attributes: readonly StunAttribute[];
  readonly peer?: TransportAddress;
  readonly challenges: number;
  readonly sealedWith: StunSeal | undefined;
}

interface Session {
  readonly realm: string;
  readonly nonce: string;
  readonly key: StunKey;
  readonly seal: StunSeal;
  readonly algorithms:
    | { readonly chosen: number; readonly offered: readonly PasswordAlgorithm[] }
    | undefined;
}

interface Peer extends TransportAddress {
  readonly channel: number;
  isBound: boolean;
  refreshAtMs: number;
}

export class TurnClientSession {
  readonly #options: TurnClientOptions;
  readonly #output: TurnClientOutput;
  readonly #transactions: ClientTransactions<Wish>;
  readonly #permissions = new Map<string, number>();
  readonly #peers = new Map<string, Peer>();
  readonly #byChannel = new Map<number, Peer>();
  #session: Session | undefined;
  #state: TurnClientState = { kind: 'idle' };
  #refreshAtMs = Number.POSITIVE_INFINITY;
  #nextChannel = MIN_CHANNEL;

  constructor(options: TurnClientOptions, output: TurnClientOutput) {
    this.#options = options;
    this.#output = output;
    this.#transactions = new ClientTransactions(options.transport !== 'udp', options.randomBytes, (bytes) =>
      output.send(bytes),
    );
  }

  get state(): TurnClientState {
    return this.#state;
  }

  /** When `wake` is to be called; Infinity where nothing is to come. */
  get wakeAtMs(): number {
    let next = Math.min(this.#transactions.wakeAtMs, this.#refreshAtMs);
    for (const atMs of this.#permissions.values()) next = Math.min(next, atMs);
    for (const { refreshAtMs } of this.#peers.values()) next = Math.min(next, refreshAtMs);
    return next;
  }

  allocate(nowMs: number): void {
    if (this.#state.kind !== 'idle') return;
    this.#become({ kind: 'allocating' });
    const attributes: StunAttribute[] = [['REQUESTED-TRANSPORT', 17]];
    if (this.#options.family === 6) attributes.push(['REQUESTED-ADDRESS-FAMILY', 2]);
    this.#ask(STUN_METHODS.allocate, attributes, nowMs);
  }

  /** Lets a peer send, from any port of its address. */
  permit(peer: TransportAddress, nowMs: number): void {
    if (this.#state.kind !== 'allocated' || this.#permissions.has(peer.address)) return;
    this.#permissions.set(peer.address, nowMs + PERMISSION_REFRESH_MS);
    this.#ask(STUN_METHODS.createPermission, [['XOR-PEER-ADDRESS', peer]], nowMs, peer);
  }

  /** Lets a peer send, and makes what is sent to it and what it sends 32 bytes shorter. */
  bind(peer: TransportAddress, nowMs: number): void {
    const key = `${peer.address} ${peer.port}`;
    if (this.#state.kind !== 'allocated' || this.#peers.has(key) || this.#nextChannel > MAX_CHANNEL) return;
    const channel = this.#nextChannel++;
    const { address, port } = peer;
    const bound: Peer = { address, port, channel, isBound: false, refreshAtMs: nowMs + CHANNEL_REFRESH_MS };
    this.#peers.set(key, bound);
    this.#byChannel.set(channel, bound);
    this.#permissions.set(address, nowMs + PERMISSION_REFRESH_MS);
    this.#bindAgain(bound, nowMs);
  }

  /** Sends to a peer that is permitted: by its channel where it is bound, else by a Send indication. */
  send(peer: TransportAddress, bytes: Uint8Array): void {
    if (this.#state.kind !== 'allocated') return;
    const bound = this.#peers.get(`${peer.address} ${peer.port}`);
    if (bound?.isBound === true) {
      const message = new Uint8Array(bytes.length + 8);
      const length = writeChannelData(bound.channel, bytes, message, this.#options.transport !== 'udp');
      this.#output.send(message.subarray(0, length));
      return;
    }
    const attributes: StunAttribute[] = [
      ['XOR-PEER-ADDRESS', peer],
      ['DATA', bytes],
    ];
    const transactionId = this.#options.randomBytes(12);
    this.#output.send(
      buildStun({ class: 'indication', method: STUN_METHODS.send, transactionId, attributes }),
    );
  }

  /** Gives the allocation back. Nothing is awaited; what comes later is dropped. */
  close(nowMs: number): void {
    if (this.#state.kind === 'closed') return;
    this.#transactions.clear();
    if (this.#state.kind === 'allocated') this.#ask(STUN_METHODS.refresh, [['LIFETIME', 0]], nowMs);
    this.#end({ kind: 'closed' });
  }

  /** One datagram, or one message that a `StunFramer` has cut. */
  receive(bytes: Uint8Array, nowMs: number): void {
    if (this.#state.kind === 'closed' || this.#state.kind === 'failed') return;
    if (isChannelData(bytes)) {
      const peer = this.#byChannel.get(channelNumber(bytes));
      if (peer !== undefined) this.#output.data(peer, channelPayload(bytes));
      return;
    }
    if (checkStun(bytes) !== undefined) return;
    const kind = stunClass(bytes);
    if (kind === 'indication') this.#indication(bytes);
    else if (kind === 'success') this.#success(bytes, nowMs);
    else if (kind === 'error') this.#error(bytes, nowMs);
  }

  wake(nowMs: number): void {
    for (const { method, peer } of this.#transactions.wake(nowMs))
      this.#lost(method, peer, 0, 'The TURN server does not answer.');
    if (this.#state.kind !== 'allocated') return;
    if (this.#refreshAtMs <= nowMs) {
      this.#refreshAtMs = Number.POSITIVE_INFINITY;
      this.#ask(STUN_METHODS.refresh, [], nowMs);
    }
    for (const [address, atMs] of this.#permissions) {
      if (atMs > nowMs) continue;
      this.#permissions.set(address, nowMs + PERMISSION_REFRESH_MS);
      const peer = { address, port: 0 };
      this.#ask(STUN_METHODS.createPermission, [['XOR-PEER-ADDRESS', peer]], nowMs, peer);
    }
    for (const peer of this.#peers.values()) {
      if (peer.refreshAtMs > nowMs) continue;
      peer.refreshAtMs = nowMs + CHANNEL_REFRESH_MS;
      this.#bindAgain(peer, nowMs);
    }
  }

  #bindAgain(peer: Peer, nowMs: number): void {
    const attributes: StunAttribute[] = [
      ['CHANNEL-NUMBER', peer.channel],
      ['XOR-PEER-ADDRESS', peer],
    ];
    this.#ask(STUN_METHODS.channelBind, attributes, nowMs, peer);
  }

  #ask(
    method: number,
    attributes: readonly StunAttribute[],
    nowMs: number,
    peer?: TransportAddress,
    challenges = 0,
  ): void {
    const session = this.#session;
    const own: StunAttribute[] = [...attributes];
    if (session !== undefined) {
      const { username } = this.#options;
      own.push(['USERNAME', username], ['REALM', session.realm], ['NONCE', session.nonce]);
      if (session.algorithms !== undefined) {
        const { chosen, offered } = session.algorithms;
        own.push(['PASSWORD-ALGORITHMS', offered]);
        own.push(['PASSWORD-ALGORITHM', { algorithm: chosen, parameters: new Uint8Array(0) }]);
      }
    }
    const wish = {
      method,
      attributes,
      challenges,
      sealedWith: session?.seal,
      ...(peer === undefined ? {} : { peer }),
    };
    this.#transactions.begin(
      (transactionId) =>
        buildStun({ class: 'request', method, transactionId, attributes: own }, session?.seal),
      wish,
      nowMs,
    );
  }

  #indication(bytes: Uint8Array): void {
    if (stunMethod(bytes) !== STUN_METHODS.data) return;
    const peer = stunAttribute(bytes, 'XOR-PEER-ADDRESS');
    const data = stunAttribute(bytes, 'DATA');
    // RFC 8656 §11.4: from peers that were permitted only; a server that is not ours could make up others.
    if (peer !== undefined && data !== undefined && this.#permissions.has(peer.address))
      this.#output.data(peer, data);
  }

  #success(bytes: Uint8Array, nowMs: number): void {
    const wish = this.#transactions.of(bytes);
    if (wish === undefined || wish.method !== stunMethod(bytes)) return;
    const verdict =
      wish.sealedWith?.key === undefined ? 'missing' : verifyIntegrity(bytes, wish.sealedWith.key);
    // RFC 8489 §9.2.5: a success that is not signed is as if nothing had come.
    if (verdict !== 'sha1' && verdict !== 'sha256') return;
    this.#transactions.end(bytes);
    if (wish.method === STUN_METHODS.allocate) this.#allocated(bytes, nowMs);
    else if (wish.method === STUN_METHODS.refresh) this.#refreshed(bytes, nowMs);
    else if (wish.method === STUN_METHODS.channelBind && wish.peer !== undefined) {
      const peer = this.#peers.get(`${wish.peer.address} ${wish.peer.port}`);
      if (peer !== undefined) peer.isBound = true;
    }
  }

  #allocated(bytes: Uint8Array, nowMs: number): void {
    const relayed = stunAttribute(bytes, 'XOR-RELAYED-ADDRESS');
    const mapped = stunAttribute(bytes, 'XOR-MAPPED-ADDRESS');
    if (relayed === undefined || mapped === undefined || ipFamily(relayed.address) === 0) {
      this.#end({ kind: 'failed', code: 0, reason: 'The TURN server gave no address.' });
      return;
    }
    this.#refreshed(bytes, nowMs);
    this.#become({ kind: 'allocated', relayed, mapped });
  }

  /** RFC 8656 §8.1: "about one minute before", or at half the time of a short one. */
  #refreshed(bytes: Uint8Array, nowMs: number): void {
    const lifetimeMs = (stunAttribute(bytes, 'LIFETIME') ?? 600) * 1000;
    this.#refreshAtMs = nowMs + Math.max(lifetimeMs - 60_000, lifetimeMs / 2);
  }

  #error(bytes: Uint8Array, nowMs: number): void {
    const wish = this.#transactions.of(bytes);
    if (wish === undefined || wish.method !== stunMethod(bytes)) return;
    this.#transactions.end(bytes);
    const { code, reason } = stunAttribute(bytes, 'ERROR-CODE') ?? { code: 0, reason: '' };
    const isChallenge = code === 438 || (code === 401 && wish.sealedWith === undefined);
    if (isChallenge && wish.challenges < MOST_CHALLENGES && this.#learn(bytes)) {
      this.#ask(wish.method, wish.attributes, nowMs, wish.peer, wish.challenges + 1);
      return;
    }
    this.#lost(wish.method, wish.peer, code, reason);
  }

  /** RFC 8489 §9.2.5: realm, nonce, and the best algorithm that both know. False where somebody cut the list. */
  #learn(bytes: Uint8Array): boolean {
    const nonce = stunAttribute(bytes, 'NONCE');
    const realm = stunAttribute(bytes, 'REALM') ?? this.#session?.realm;
    if (nonce === undefined || realm === undefined) return false;
    const offered = stunAttribute(bytes, 'PASSWORD-ALGORITHMS');
    if (securityFeatures(nonce).passwordAlgorithms !== hasStunAttribute(bytes, 'PASSWORD-ALGORITHMS'))
      return false;
    const chosen = offered?.find(
      ({ algorithm }) => algorithm === PASSWORD_ALGORITHM_SHA256 || algorithm === PASSWORD_ALGORITHM_MD5,
    )?.algorithm;
    if (offered !== undefined && chosen === undefined) return false;
    const { username, password, hashes } = this.#options;
    const algorithm = chosen ?? PASSWORD_ALGORITHM_MD5;
    const key = longTermKey({ username, realm, password, algorithm }, hashes);
    const seal: StunSeal = { key, integrity: offered === undefined ? 'sha1' : 'sha256' };
    const algorithms = offered === undefined || chosen === undefined ? undefined : { chosen, offered };
    this.#session = { realm, nonce, key, seal, algorithms };
    return true;
  }

  #lost(method: number, peer: TransportAddress | undefined, code: number, reason: string): void {
    if (this.#state.kind === 'closed') return;
    if (peer === undefined) {
      if (method === STUN_METHODS.allocate || method === STUN_METHODS.refresh)
        this.#end({ kind: 'failed', code, reason });
      return;
    }
    this.#permissions.delete(peer.address);
    const bound = this.#peers.get(`${peer.address} ${peer.port}`);
    if (bound !== undefined) {
      this.#peers.delete(`${peer.address} ${peer.port}`);
      this.#byChannel.delete(bound.channel);
    }
    this.#output.refused?.(peer, code);
  }

  #end(state: TurnClientState): void {
    this.#transactions.clear();
    this.#permissions.clear();
    this.#peers.clear();
    this.#byChannel.clear();
    this.#refreshAtMs = Number.POSITIVE_INFINITY;
    this.#become(state);
  }

  #become(state: TurnClientState): void {
    this.#state = state;
    this.#output.changed?.(state);
  }
}
