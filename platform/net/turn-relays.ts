// The sockets on which TURN allocations hear their peers: one each, by node:dgram, in a range of ports. Used by turn-driver.ts.

import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import type { TurnRelay } from '@parley/protocol/ice';
import { plainAddress } from './net-address.ts';

export interface RelayPorts {
  readonly from: number;
  readonly to: number;
}

/** Other programs have ports in the range too. */
const TRIES = 20;
/** What may wait in a socket while the network is busy; media that waits is worth nothing. */
const MAX_QUEUED_BYTES = 512 * 1024;

class Relay implements TurnRelay {
  readonly family: 4 | 6;
  readonly address: string;
  readonly port: number;
  readonly socket: Socket;

  constructor(family: 4 | 6, address: string, port: number, socket: Socket) {
    this.family = family;
    this.address = address;
    this.port = port;
    this.socket = socket;
  }
}

export interface RelaySocketsOptions {
  readonly ports: RelayPorts;
  /** Bytes are valid during the call. */
  receive(relay: TurnRelay, address: string, port: number, bytes: Uint8Array): void;
}

export interface RelayWish {
  readonly family: 4 | 6;
  /** Where the socket is bound. */
  readonly bind: string;
  /** What peers are told. */
  readonly told: string;
  readonly even: boolean;
  /** The port above it as well. */
  readonly next: boolean;
}

/** Disposing closes every socket. */
export class RelaySockets implements Disposable {
  readonly #options: RelaySocketsOptions;
  readonly #open = new Set<Relay>();
  #isClosed = false;

  constructor(options: RelaySocketsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#open.size;
  }

  /** @returns one socket, or two whose ports follow one another; undefined where no port can be had. */
  async open(wish: RelayWish): Promise<readonly TurnRelay[] | undefined> {
    const { from, to } = this.#options.ports;
    const last = wish.next ? to - 1 : to;
    for (let attempt = 0; attempt < TRIES && !this.#isClosed; attempt++) {
      const port = randomInt(from, last + 1);
      const first = wish.even ? port - (port % 2) : port;
      if (first < from) continue;
      const relay = await this.#bind(wish, first);
      if (relay === undefined) continue;
      if (!wish.next) return [relay];
      const above = await this.#bind(wish, first + 1);
      if (above !== undefined) return [relay, above];
      this.close(relay);
    }
    return undefined;
  }

  async #bind({ family, bind, told }: RelayWish, port: number): Promise<Relay | undefined> {
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      ipv6Only: family === 6,
      // Targets are addresses: no name is ever looked up.
      lookup: (address, _options, callback) => callback(null, address, family),
    });
    const isBound = await new Promise<boolean>((resolve) => {
      socket.once('error', () => resolve(false));
      socket.bind({ address: bind, port, exclusive: true }, () => resolve(true));
    });
    if (!isBound || this.#isClosed) {
      socket.removeAllListeners();
      socket.on('error', ignore);
      if (isBound) socket.close();
      return undefined;
    }
    socket.removeAllListeners('error');
    // What an ICMP message says of one datagram is no end of the socket.
    socket.on('error', ignore);
    const relay = new Relay(family, told, port, socket);
    socket.on('message', (bytes, { address, port: peerPort }) =>
      this.#options.receive(relay, plainAddress(address), peerPort, bytes),
    );
    this.#open.add(relay);
    return relay;
  }

  /** Dropped where too much waits already. */
  send(relay: TurnRelay, address: string, port: number, bytes: Uint8Array): void {
    if (!(relay instanceof Relay) || !this.#open.has(relay) || port === 0) return;
    if (relay.socket.getSendQueueSize() > MAX_QUEUED_BYTES) return;
    // dgram sends later, the caller uses its memory again now.
    relay.socket.send(bytes.slice(), port, address, ignore);
  }

  close(relay: TurnRelay): void {
    if (relay instanceof Relay && this.#open.delete(relay)) relay.socket.close();
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const relay of this.#open) this.close(relay);
  }
}

function ignore(): void {}
