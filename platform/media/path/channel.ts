// The way between this host and one peer: sockets, the peer's address and the keys. A phone's has ports of its own and learns
// where the phone really is; all of a browser's media share one, whose address ICE has proven.
import {
  type Cipher,
  checkRtpHeader,
  rtpSsrc,
  SrtpContext,
  type SrtpFault,
  srtpProfile,
} from '@parley/protocol/rtp';
import type { HubSocket } from '../../net/udp-hub.ts';
import type { DtlsSrtpKeys } from '../dtls/server.ts';
import type { RemoteAddress, SdesKeys } from '../messages.ts';
import type { Egress } from './egress.ts';

/** Sources that one peer may have under one key: a picture, a voice, and what replaced them. */
const MOST_SOURCES = 64;
/** So long nothing must have come before the same source may go on from another address. */
const MOVED_AFTER_MS = 2_000;

/** What all channels of a thread share. */
export interface ChannelWorld {
  readonly egress: Egress;
  readonly cipher: Cipher;
}

export class Channel {
  readonly rtpSocket: HubSocket;
  readonly rtcpSocket: HubSocket;
  /** Where the peer is; empty until that is known. */
  address = '';
  port = 0;
  rtcpAddress = '';
  rtcpRemotePort = 0;
  /** Datagrams of whoever is not the peer, and what was not authentic. */
  strangers = 0;
  refused = 0;
  #incoming: SrtpContext | undefined;
  #outgoing: SrtpContext | undefined;
  #isLatched = false;
  #heardAtMs = Number.NEGATIVE_INFINITY;
  #named: RemoteAddress | undefined;
  #sdes: SdesKeys | undefined;
  /** Nothing in clear may pass. */
  #mustProtect: boolean;
  readonly #egress: Egress;
  readonly #cipher: Cipher;

  constructor(world: ChannelWorld, rtpSocket: HubSocket, rtcpSocket: HubSocket, mustProtect: boolean) {
    this.#egress = world.egress;
    this.#cipher = world.cipher;
    this.rtpSocket = rtpSocket;
    this.rtcpSocket = rtcpSocket;
    this.#mustProtect = mustProtect;
  }

  get maySend(): boolean {
    return this.address !== '' && (!this.#mustProtect || this.#outgoing !== undefined);
  }

  /** What SDP says of a phone. The address that it was heard from stays while SDP names the same. */
  describe(remote: RemoteAddress | undefined, sdes: SdesKeys | undefined): void {
    if (remote !== undefined && !isSameAddress(remote, this.#named)) {
      this.#named = remote;
      this.#isLatched = false;
      this.#goTo(remote.address, remote.port);
      this.rtcpRemotePort = remote.rtcpPort;
    }
    this.#mustProtect = sdes !== undefined;
    if (sdes === undefined) {
      this.#incoming = this.#outgoing = undefined;
    } else {
      if (!isSameKey(sdes, this.#sdes, 'receive')) this.#incoming = contextOf(this.#cipher, sdes, 'receive');
      if (!isSameKey(sdes, this.#sdes, 'send')) this.#outgoing = contextOf(this.#cipher, sdes, 'send');
    }
    this.#sdes = sdes;
  }

  /** What ICE has chosen. */
  goTo(address: string, port: number): void {
    this.#goTo(address, port);
    this.rtcpRemotePort = port;
  }

  #goTo(address: string, port: number): void {
    this.address = this.rtcpAddress = address;
    this.port = port;
  }

  /** What DTLS brought; we are its server. */
  useKeys({ profile, client, server }: DtlsSrtpKeys): void {
    const shared = { profile, cipher: this.#cipher, maxSources: MOST_SOURCES };
    this.#incoming = new SrtpContext({ ...shared, master: client });
    this.#outgoing = new SrtpContext({ ...shared, master: server, isRepeatAllowed: true });
  }

  /**
   * Takes the protection off a packet where it is, if it is the peer's.
   *
   * @param knownSsrc of the stream that is heard now; −1 for none.
   * @returns the length of RTP; 0 for what is to be dropped.
   */
  openRtp(bytes: Uint8Array, address: string, port: number, knownSsrc: number, nowMs: number): number {
    if (this.#incoming === undefined) {
      if (this.#mustProtect || checkRtpHeader(bytes) !== undefined) return this.#refuse();
      if (!this.#isPeer(address, port, rtpSsrc(bytes) === knownSsrc, nowMs)) {
        this.strangers++;
        return 0;
      }
    } else {
      const length = this.#incoming.unprotectRtp(bytes);
      if (typeof length === 'string') return this.#refuse();
      // Only who has the key makes such a packet, and a copy of it is caught: follow it.
      this.#latch(address, port);
      this.#heardAtMs = nowMs;
      return length;
    }
    this.#heardAtMs = nowMs;
    return bytes.length;
  }

  /** @returns the length of RTCP; 0 for what is to be dropped. */
  openRtcp(bytes: Uint8Array, address: string, port: number, isMux: boolean): number {
    const length: number | SrtpFault = this.#incoming?.unprotectRtcp(bytes) ?? bytes.length;
    if (typeof length === 'string') return this.#refuse();
    if (this.#incoming === undefined) {
      if (this.#mustProtect) return this.#refuse();
      if (address !== this.address && address !== this.#named?.address) {
        this.strangers++;
        return 0;
      }
    }
    if (!isMux) {
      this.rtcpAddress = address;
      this.rtcpRemotePort = port;
    }
    return length;
  }

  #refuse(): 0 {
    this.refused++;
    return 0;
  }

  /** For what has no key: the address that SDP names, or else the first that sends, or who goes on where the peer fell silent. */
  #isPeer(address: string, port: number, isSameSource: boolean, nowMs: number): boolean {
    if (address === this.address && port === this.port) {
      this.#isLatched = true;
      return true;
    }
    const isNamed = address === this.#named?.address && port === this.#named.port;
    const isMoved = isSameSource && nowMs - this.#heardAtMs >= MOVED_AFTER_MS;
    if (this.#isLatched && !isNamed && !isMoved) return false;
    this.#latch(address, port);
    return true;
  }

  #latch(address: string, port: number): void {
    this.#isLatched = true;
    if (address === this.address && port === this.port) return;
    if (this.#named === undefined) return;
    this.#goTo(address, port);
    // RFC 4961 §4: who has one port for RTP answers from it; the one for RTCP is learned when it sends.
    this.rtcpRemotePort = this.#named.isMux ? port : port + 1;
  }

  get rtpTailBytes(): number {
    return this.#outgoing?.rtpOverheadBytes ?? 0;
  }

  /** A copy of a packet on its way out, to be changed and then handed to `sendRtp`. */
  beginRtp(packet: Uint8Array): Uint8Array {
    return this.#egress.begin(this.rtpSocket, this.address, this.port, packet, this.rtpTailBytes);
  }

  /** @param copy what `beginRtp` gave; nothing was begun since. `length` 0 takes it back. */
  finishRtp(copy: Uint8Array, length: number): void {
    if (length === 0 || this.#outgoing === undefined) {
      this.#egress.finish(length);
      return;
    }
    const sealed = this.#outgoing.protectRtp(copy, length);
    this.#egress.finish(typeof sealed === 'string' ? 0 : sealed);
  }

  sendRtcp(packet: Uint8Array): void {
    if (!this.maySend || this.rtcpRemotePort === 0) return;
    const tailBytes = this.#outgoing?.rtcpOverheadBytes ?? 0;
    const isMux = this.rtcpRemotePort === this.port;
    const socket = isMux ? this.rtpSocket : this.rtcpSocket;
    const copy = this.#egress.begin(socket, this.rtcpAddress, this.rtcpRemotePort, packet, tailBytes);
    const sealed = this.#outgoing?.protectRtcp(copy, packet.length) ?? packet.length;
    this.#egress.finish(typeof sealed === 'string' ? 0 : sealed);
  }

  /** Bytes that are neither RTP nor RTCP: answers of STUN, flights of DTLS. */
  sendPlain(bytes: Uint8Array, address: string, port: number): void {
    this.#egress.begin(this.rtpSocket, address, port, bytes, 0);
    this.#egress.finish(bytes.length);
  }
}

function isSameAddress(one: RemoteAddress, other: RemoteAddress | undefined): boolean {
  return one.address === other?.address && one.port === other.port && one.rtcpPort === other.rtcpPort;
}

function isSameKey(one: SdesKeys, other: SdesKeys | undefined, way: 'send' | 'receive'): boolean {
  if (other === undefined || one.suite !== other.suite) return false;
  const hex = ({ key, salt }: SdesKeys['send']) => Buffer.concat([key, salt]).toString('hex');
  return hex(one[way]) === hex(other[way]);
}

function contextOf(cipher: Cipher, sdes: SdesKeys, way: 'send' | 'receive'): SrtpContext {
  const profile = srtpProfile(sdes.suite);
  if (profile === undefined) throw new Error(`${sdes.suite} was agreed and is not known`);
  const isRepeatAllowed = way === 'send';
  return new SrtpContext({
    profile,
    master: sdes[way],
    cipher,
    maxSources: MOST_SOURCES,
    isRepeatAllowed,
  });
}
