// One leg where packets pass: its tracks, its channel or channels, and what ends it. Made and ticked by packet-path.ts.
import { parseRtcp } from '@parley/protocol/rtp';
import type { HubSocket } from '../../net/udp-hub.ts';
import { type DtlsIdentity, DtlsServer } from '../dtls/server.ts';
import type { LegHappening, LegSettings, MediaKind, StreamReport } from '../messages.ts';
import type { Channel } from './channel.ts';
import { PeerClock } from './incoming-stream.ts';
import { RtcpSession, takeRtcp } from './rtcp-session.ts';
import { Track } from './track.ts';

const QUALITY_MS = 5_000;
/** RFC 7675 §5.1: without a check for so long, nobody consents any more. */
const CONSENT_MS = 30_000;
/** Profiles of DTLS-SRTP, the best first: GCM costs least. */
const SRTP_PROFILES = [7, 8, 1];
/** Reports and requests of a peer: more in a second is no conversation. */
const MOST_RTCP_A_SECOND = 200;

export interface LegWorld {
  tell(legId: string, what: LegHappening): void;
  /** Of the leg that a track belongs to. */
  rtcpOf(track: Track): RtcpSession | undefined;
  now(): number;
  unix(): number;
  /** 0 … 1. */
  chance(): number;
}

export interface LegOptions {
  readonly legId: string;
  readonly kind: 'browser' | 'phone';
  readonly idleMs: number;
  readonly name: string;
}

export class Leg {
  readonly options: LegOptions;
  readonly tracks: { readonly track: Track; readonly rtcp: RtcpSession }[] = [];
  /** Closed with the leg; a browser's belongs to all. */
  readonly sockets: HubSocket[] = [];
  readonly #world: LegWorld;
  readonly #clock = new PeerClock();
  #isConnected = false;
  #isLost = false;
  #heardAtMs: number;
  #reportedAtMs: number;
  #dtls: DtlsServer | undefined;
  /** Whose keys are in use. */
  #keyed: DtlsServer | undefined;
  #fingerprints: readonly string[] = [];
  #checkedAtMs: number | undefined;
  #rtcpSecond = 0;
  #rtcpInSecond = 0;

  constructor(options: LegOptions, world: LegWorld) {
    this.options = options;
    this.#world = world;
    this.#heardAtMs = this.#reportedAtMs = world.now();
  }

  get id(): string {
    return this.options.legId;
  }

  addTrack(kind: MediaKind, channel: Channel): Track {
    const world = this.#world;
    const track = new Track(kind, channel, this.#clock, {
      key: (key, durationMs) => world.tell(this.id, { kind: 'key', key, durationMs }),
      pictureWanted: (source) => world.rtcpOf(source)?.askForPicture(world.now()),
    });
    this.tracks.push({ track, rtcp: new RtcpSession(track, this.options.name, () => world.chance()) });
    return track;
  }

  trackOf(kind: MediaKind): Track | undefined {
    return this.tracks.find(({ track }) => track.kind === kind)?.track;
  }

  configure(settings: LegSettings, identity: DtlsIdentity): void {
    for (const each of settings.tracks) {
      const track = this.trackOf(each.kind);
      if (track === undefined) continue;
      track.configure(each);
      if (this.options.kind === 'phone') track.channel.describe(each.remote, each.sdes);
    }
    for (const { track } of this.tracks)
      if (!settings.tracks.some(({ kind }) => kind === track.kind))
        track.configure({ ...track.settings, sends: false, receives: false, codecs: [] });
    this.#heardAtMs = this.#world.now();
    if (this.options.kind === 'browser') this.#expectDtls(settings.fingerprints, identity);
  }

  /** RFC 8842 §5.5: another certificate is another association. */
  #expectDtls(fingerprints: readonly string[], identity: DtlsIdentity): void {
    if (fingerprints.length === 0 || fingerprints.join() === this.#fingerprints.join()) return;
    this.#fingerprints = fingerprints;
    const nowMs = this.#world.now();
    this.#dtls = new DtlsServer({ identity, fingerprints, srtpProfiles: SRTP_PROFILES, nowMs });
  }

  /** ICE has proven that the browser is there. */
  checked(channel: Channel, address: string, port: number, isChosen: boolean): void {
    this.#checkedAtMs = this.#world.now();
    if (isChosen || channel.address === '') channel.goTo(address, port);
  }

  receiveDtls(channel: Channel, datagram: Uint8Array, address: string, port: number): void {
    const dtls = this.#dtls;
    if (dtls === undefined) return;
    for (const each of dtls.receive(datagram, this.#world.now())) channel.sendPlain(each, address, port);
    this.#followDtls(dtls, channel);
  }

  #followDtls(dtls: DtlsServer, channel: Channel): void {
    if (dtls.keys !== undefined && dtls !== this.#keyed) {
      this.#keyed = dtls;
      channel.useKeys(dtls.keys);
      this.connected();
      for (const { track } of this.tracks)
        if (track.source !== undefined && track.kind === 'video')
          this.#world.rtcpOf(track.source)?.askForPicture(this.#world.now());
    }
    if (dtls.state === 'failed' || dtls.state === 'closed') this.lose('dtls');
  }

  connected(): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.#world.tell(this.id, { kind: 'connected' });
  }

  lose(reason: 'silent' | 'consent' | 'dtls'): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#world.tell(this.id, { kind: 'lost', reason });
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  receiveRtp(track: Track, packet: Uint8Array, nowMs: number): void {
    this.#heardAtMs = nowMs;
    if (track.receive(packet, nowMs) && !this.#isConnected) this.connected();
  }

  receiveRtcp(bytes: Uint8Array, nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#rtcpSecond) {
      this.#rtcpSecond = second;
      this.#rtcpInSecond = 0;
    }
    if (++this.#rtcpInSecond > MOST_RTCP_A_SECOND) return;
    const parsed = parseRtcp(bytes);
    if (!parsed.ok) return;
    this.#heardAtMs = nowMs;
    const world = this.#world;
    takeRtcp(
      parsed.packets,
      this.tracks,
      {
        picture: (source) => world.rtcpOf(source)?.askForPicture(nowMs),
        packets: (source, lost) => world.rtcpOf(source)?.askAgain(lost),
        rate: (source, bitsPerSecond) => world.rtcpOf(source)?.limitRate(bitsPerSecond),
      },
      nowMs,
      world.unix(),
    );
  }

  /** A few times a second: reports, handshakes, and whether anybody is there. */
  advance(nowMs: number, unixMs: number): void {
    const [first] = this.tracks;
    if (this.#dtls !== undefined && first !== undefined) {
      const { channel } = first.track;
      const { wakeAtMs } = this.#dtls;
      if (wakeAtMs !== undefined && nowMs >= wakeAtMs && channel.address !== '') {
        for (const each of this.#dtls.advance(nowMs)) channel.sendPlain(each, channel.address, channel.port);
        this.#followDtls(this.#dtls, channel);
      }
    }
    const streams: StreamReport[] = [];
    const isDue = nowMs - this.#reportedAtMs >= QUALITY_MS;
    for (const { track, rtcp } of this.tracks) {
      track.advance(nowMs);
      rtcp.advance(nowMs, unixMs);
      if (isDue) streams.push(...rtcp.quality());
    }
    if (isDue) {
      this.#reportedAtMs = nowMs;
      if (streams.length > 0) this.#world.tell(this.id, { kind: 'quality', streams });
    }
    const isHeld = !this.tracks.some(({ track }) => track.settings.receives);
    // On hold nothing comes, and that is no silence.
    if (isHeld) this.#heardAtMs = nowMs;
    if (this.#checkedAtMs !== undefined && nowMs - this.#checkedAtMs > CONSENT_MS) this.lose('consent');
    else if (nowMs - this.#heardAtMs > this.options.idleMs) this.lose('silent');
  }

  /** Ends what it tells the peer. The caller closes the ports. */
  close(): void {
    for (const { track } of this.tracks) {
      track.listenTo(undefined);
      for (const sink of [...track.sinks]) sink.listenTo(undefined);
    }
    const [first] = this.tracks;
    if (this.#dtls === undefined || first === undefined) return;
    const { channel } = first.track;
    if (channel.address === '') return;
    for (const each of this.#dtls.close()) channel.sendPlain(each, channel.address, channel.port);
  }
}
