// The one port of all browsers (RFC 8445 §2.5, lite): whose a datagram is, by the address that ICE has proven; checks of ICE are
// answered at once, where packets pass.
import {
  answerBindingRequest,
  type LocalCredentials,
  localCredentials,
  localUfragOf,
} from '@parley/protocol/ice';
import { nodeHashes } from '@parley/protocol/ice/node-hashes';
import { datagramKind } from '@parley/protocol/rtp';
import type { HubBatch, HubSocket } from '../../net/udp-hub.ts';
import { Channel, type ChannelWorld } from './channel.ts';
import type { Leg } from './leg.ts';

/** Addresses from which one browser may be reached: networks it has, times those of its translators. */
const MOST_ADDRESSES = 32;
/** Checks for one leg in a second: a browser with many addresses sends fifty in its first. */
const MOST_CHECKS_A_SECOND = 200;
/** Checks for legs that are not there. */
const MOST_STRAYS_A_SECOND = 2_000;

interface Guest {
  readonly leg: Leg;
  readonly channel: Channel;
  local: LocalCredentials;
  /** Those of before an ICE restart: its checks go on until the new ones begin. */
  former: LocalCredentials | undefined;
  readonly addresses: { readonly address: string; readonly port: number }[];
  second: number;
  checks: number;
}

export class BrowserDoor {
  readonly #world: ChannelWorld;
  readonly #socket: HubSocket;
  readonly #byUfrag = new Map<string, Guest>();
  readonly #byAddress = new Map<string, Map<number, Guest>>();
  readonly #byLeg = new Map<Leg, Guest>();
  readonly #answer = new Uint8Array(128);
  #second = 0;
  #strays = 0;

  constructor(world: ChannelWorld, socket: HubSocket) {
    this.#world = world;
    this.#socket = socket;
  }

  admit(leg: Leg, ufrag: string, password: string): Channel {
    const channel = new Channel(this.#world, this.#socket, this.#socket, true);
    const local = localCredentials(ufrag, password, nodeHashes);
    const guest: Guest = { leg, channel, local, former: undefined, addresses: [], second: 0, checks: 0 };
    this.#byUfrag.set(ufrag, guest);
    this.#byLeg.set(leg, guest);
    return channel;
  }

  restart(leg: Leg, ufrag: string, password: string): void {
    const guest = this.#byLeg.get(leg);
    if (guest === undefined) return;
    if (guest.former !== undefined) this.#byUfrag.delete(guest.former.ufrag);
    guest.former = guest.local;
    guest.local = localCredentials(ufrag, password, nodeHashes);
    this.#byUfrag.set(ufrag, guest);
  }

  dismiss(leg: Leg): void {
    const guest = this.#byLeg.get(leg);
    if (guest === undefined) return;
    this.#byLeg.delete(leg);
    this.#byUfrag.delete(guest.local.ufrag);
    if (guest.former !== undefined) this.#byUfrag.delete(guest.former.ufrag);
    for (const { address, port } of guest.addresses) this.#forget(address, port);
  }

  #forget(address: string, port: number): void {
    const ports = this.#byAddress.get(address);
    ports?.delete(port);
    if (ports?.size === 0) this.#byAddress.delete(address);
  }

  /** One datagram of a batch. `bytes` is changed. */
  receive(batch: HubBatch, index: number, bytes: Uint8Array, nowMs: number): void {
    const address = batch.addresses[index]!;
    const port = batch.ports[index]!;
    const kind = datagramKind(bytes);
    if (kind === 'stun') {
      this.#check(bytes, address, port, nowMs);
      return;
    }
    const guest = this.#byAddress.get(address)?.get(port);
    if (guest === undefined) return;
    const { leg, channel } = guest;
    if (kind === 'rtp') {
      const length = channel.openRtp(bytes, address, port, -1, nowMs);
      if (length === 0) return;
      const packet = bytes.subarray(0, length);
      for (const { track } of leg.tracks)
        if (track.knows(packet)) {
          leg.receiveRtp(track, packet, nowMs);
          return;
        }
    } else if (kind === 'rtcp') {
      const length = channel.openRtcp(bytes, address, port, true);
      if (length > 0) leg.receiveRtcp(bytes.subarray(0, length), nowMs);
    } else if (kind === 'dtls') leg.receiveDtls(channel, bytes, address, port);
  }

  #check(bytes: Uint8Array, address: string, port: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#strays = 0;
    }
    const known = this.#byAddress.get(address)?.get(port);
    if (known === undefined && this.#strays >= MOST_STRAYS_A_SECOND) return;
    const ufrag = localUfragOf(bytes);
    const guest = ufrag === undefined ? undefined : this.#byUfrag.get(ufrag);
    if (guest === undefined) {
      this.#strays++;
      return;
    }
    if (second !== guest.second) {
      guest.second = second;
      guest.checks = 0;
    }
    if (++guest.checks > MOST_CHECKS_A_SECOND) return;
    const local = ufrag === guest.local.ufrag ? guest.local : guest.former!;
    const answer = answerBindingRequest(bytes, local, { address, port }, undefined, this.#answer);
    if (answer.kind === 'ignored') return;
    if (answer.kind === 'success') {
      if (known !== guest && !this.#know(guest, address, port)) return;
      guest.leg.checked(guest.channel, address, port, answer.useCandidate);
    }
    guest.channel.sendPlain(answer.bytes, address, port);
  }

  /** @returns false where a browser has too many addresses. */
  #know(guest: Guest, address: string, port: number): boolean {
    if (guest.addresses.length >= MOST_ADDRESSES) return false;
    guest.addresses.push({ address, port });
    const ports = this.#byAddress.get(address) ?? new Map<number, Guest>();
    this.#byAddress.set(address, ports);
    ports.set(port, guest);
    return true;
  }
}
