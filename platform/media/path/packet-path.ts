// All legs of one media thread: commands in, happenings out, packets from peer to peer. The thread's entry gives it sockets and
// time (worker.ts); tests give it theirs.
import { randomBytes } from 'node:crypto';
import { type Cipher, datagramKind } from '@parley/protocol/rtp';
import { NetError } from '../../net/net-error.ts';
import type { HubBatch, HubSocket, OpenUdpHub, UdpHub } from '../../net/udp-hub.ts';
import type { DtlsIdentity } from '../dtls/server.ts';
import type {
  LegHappening,
  MediaKind,
  PortPair,
  WorkerCommand,
  WorkerOptions,
  WorkerReply,
} from '../messages.ts';
import { BrowserDoor } from './browser-door.ts';
import { Channel, type ChannelWorld } from './channel.ts';
import { Egress } from './egress.ts';
import { Leg } from './leg.ts';
import { PhonePorts } from './phone-ports.ts';
import type { RtcpSession } from './rtcp-session.ts';
import type { SoundDesk } from './sound-desk.ts';
import type { Track } from './track.ts';

/** What one datagram may have: Ethernet carries no more, and tags of SRTP are within it. */
const MOST_DATAGRAM_BYTES = 1_500;
/** What waits while the thread is busy: of all browsers, and half a second of one phone's picture. */
const DOOR_BUFFER_BYTES = 4 * 1024 * 1024;
const PHONE_BUFFER_BYTES = 256 * 1024;
/** A peer that changed its codec in the call: what it sends is coded anew from then on. */
const MANY_UNPASSED = 5;
export const ADVANCE_MS = 200;
export const TICK_MS = 20;

export interface PacketPathOptions extends Pick<WorkerOptions, 'address' | 'browserPort' | 'phonePorts'> {
  readonly identity: DtlsIdentity;
  readonly cipher: Cipher;
  readonly open: OpenUdpHub;
  readonly sounds: SoundDesk;
  /** Milliseconds of any one clock, and since 1970. */
  now(): number;
  unix(): number;
  tell(legId: string, what: LegHappening): void;
}

export class PacketPath implements AsyncDisposable {
  readonly #options: PacketPathOptions;
  readonly #egress: Egress;
  readonly #world: ChannelWorld;
  readonly #legs = new Map<string, Leg>();
  readonly #rtcp = new Map<Track, RtcpSession>();
  readonly #ports: PhonePorts;
  /** Names this host in reports (RFC 7022 §4.2): nothing can be told from it. */
  readonly #name = randomBytes(12).toString('base64');
  readonly #hub: UdpHub;
  /** By the number of the socket. */
  readonly #receivers: (Receive | undefined)[] = [];
  #doorSocket: HubSocket | undefined;
  #door: BrowserDoor | undefined;

  private constructor(options: PacketPathOptions, hub: UdpHub) {
    this.#options = options;
    this.#hub = hub;
    this.#egress = new Egress(hub);
    this.#world = { egress: this.#egress, cipher: options.cipher };
    this.#ports = new PhonePorts(options.phonePorts);
  }

  /** @throws {NetError} when the port for browsers cannot be had. */
  static async open(options: PacketPathOptions): Promise<PacketPath> {
    let receive = (_batch: HubBatch): void => {};
    const hub = await options.open({
      maxDatagramBytes: MOST_DATAGRAM_BYTES,
      receive: (batch) => receive(batch),
    });
    const path = new PacketPath(options, hub);
    receive = (batch) => path.#receive(batch);
    const { address, browserPort: port } = options;
    const socket = await hub.open({ address, port, bufferBytes: DOOR_BUFFER_BYTES });
    const door = new BrowserDoor(path.#world, socket);
    path.#doorSocket = socket;
    path.#door = door;
    path.#receivers[socket.id] = (batch, index, bytes, nowMs) => door.receive(batch, index, bytes, nowMs);
    return path;
  }

  get browserPort(): number {
    return this.#doorSocket?.port ?? 0;
  }

  #receive(batch: HubBatch): void {
    const nowMs = this.#options.now();
    for (let index = 0; index < batch.count; index++)
      this.#receivers[batch.sockets[index]!]?.(batch, index, batch.payload(index), nowMs);
    this.#egress.flush();
  }

  async handle(command: WorkerCommand): Promise<WorkerReply> {
    if (command.kind === 'openPhone') return await this.#openPhone(command);
    if (command.kind === 'openBrowser') {
      const leg = this.#newLeg(command.legId, 'browser', command.idleMs);
      const channel = this.#door!.admit(leg, command.ufrag, command.password);
      for (const kind of ['audio', 'video'] as const) this.#addTrack(leg, kind, channel);
      return { ok: true, port: this.browserPort };
    }
    if (command.kind === 'start') return { ok: true };
    const leg = this.#legs.get(command.legId);
    if (leg === undefined) return { ok: false, reason: 'no-leg', sentence: 'There is no such leg.' };
    const reply = await this.#order(leg, command);
    this.#egress.flush();
    return reply;
  }

  async #order(
    leg: Leg,
    command: Exclude<WorkerCommand, { kind: 'start' | 'openPhone' | 'openBrowser' }>,
  ): Promise<WorkerReply> {
    const audio = leg.trackOf('audio');
    switch (command.kind) {
      case 'configure':
        leg.configure(command.settings, this.#options.identity);
        this.#options.sounds.reviewed(leg);
        for (const { track } of leg.tracks) for (const sink of track.sinks) this.#reviewSink(sink);
        return DONE;
      case 'restartIce':
        this.#door!.restart(leg, command.ufrag, command.password);
        return DONE;
      case 'join':
        return this.#join(leg, command.with);
      case 'listen':
        return this.#listenTo(leg, command.to);
      case 'play':
        return await this.#options.sounds.play(leg, command.sound, command.loop);
      case 'pressKeys':
        audio?.pressKeys(command.keys);
        return DONE;
      case 'record':
        return await this.#options.sounds.record(leg, command.recording);
      case 'stopRecording':
        await this.#options.sounds.stopRecording(leg, 'stopped');
        return DONE;
      case 'close':
        await this.#close(leg);
        return DONE;
    }
  }

  async #openPhone(command: Extract<WorkerCommand, { kind: 'openPhone' }>): Promise<WorkerReply> {
    const opened: { kind: MediaKind; rtp: HubSocket; rtcp: HubSocket }[] = [];
    for (const kind of command.tracks) {
      const pair = await this.#openPair();
      if (pair === undefined) {
        for (const { rtp, rtcp } of opened) await this.#closePair(rtp, rtcp);
        return { ok: false, reason: 'full', sentence: 'No port for another phone is free.' };
      }
      opened.push({ kind, ...pair });
    }
    const leg = this.#newLeg(command.legId, 'phone', command.idleMs);
    const ports: Record<string, PortPair> = {};
    for (const { kind, rtp, rtcp } of opened) {
      leg.sockets.push(rtp, rtcp);
      const channel = new Channel(this.#world, rtp, rtcp, false);
      const track = this.#addTrack(leg, kind, channel);
      ports[kind] = { rtp: rtp.port, rtcp: rtcp.port };
      this.#receivers[rtp.id] = (batch, index, bytes, nowMs) =>
        this.#fromPhone(leg, track, batch, index, bytes, nowMs);
      this.#receivers[rtcp.id] = (batch, index, bytes, nowMs) =>
        this.#takeRtcp(leg, channel, batch, index, bytes, nowMs, false);
    }
    return { ok: true, ports };
  }

  /** Two ports side by side (RFC 3550 §11), for RTP the even one. */
  async #openPair(): Promise<{ rtp: HubSocket; rtcp: HubSocket } | undefined> {
    const { address } = this.#options;
    for (let tries = 0; tries < this.#ports.size; tries++) {
      const port = this.#ports.take();
      if (port === undefined) return undefined;
      let rtp: HubSocket | undefined;
      try {
        rtp = await this.#hub.open({ address, port, bufferBytes: PHONE_BUFFER_BYTES });
        const rtcp = await this.#hub.open({ address, port: port + 1, bufferBytes: PHONE_BUFFER_BYTES });
        return { rtp, rtcp };
      } catch (error) {
        // Somebody else's: it is not tried again before all others.
        this.#ports.giveBack(port);
        await rtp?.[Symbol.asyncDispose]();
        if (!(error instanceof NetError)) throw error;
      }
    }
    return undefined;
  }

  async #closePair(rtp: HubSocket, rtcp: HubSocket): Promise<void> {
    for (const { id } of [rtp, rtcp]) this.#receivers[id] = undefined;
    await Promise.all([rtp[Symbol.asyncDispose](), rtcp[Symbol.asyncDispose]()]);
    this.#ports.giveBack(rtp.port);
  }

  #newLeg(legId: string, kind: 'browser' | 'phone', idleMs: number): Leg {
    const { now, unix, sounds } = this.#options;
    const tell = (of: string, what: LegHappening): void => {
      this.#options.tell(of, what);
      if (what.kind === 'key') sounds.heardKey(leg, what.key);
    };
    const leg: Leg = new Leg(
      { legId, kind, idleMs, name: this.#name },
      { tell, now, unix, rtcpOf: (track) => this.#rtcp.get(track), chance: Math.random },
    );
    this.#legs.set(legId, leg);
    return leg;
  }

  #addTrack(leg: Leg, kind: MediaKind, channel: Channel): Track {
    const track = leg.addTrack(kind, channel);
    this.#rtcp.set(track, leg.tracks.at(-1)!.rtcp);
    return track;
  }

  #join(leg: Leg, otherId: string | null): WorkerReply {
    const other = otherId === null ? undefined : this.#legs.get(otherId);
    if (otherId !== null && (other === undefined || other === leg))
      return { ok: false, reason: 'no-leg', sentence: 'There is no such leg to join.' };
    for (const { track } of leg.tracks) {
      const peer = other?.trackOf(track.kind);
      // Whoever either of them was joined with hears nobody now.
      for (const each of [track, peer]) {
        const former = each?.source;
        if (former !== undefined && former.source === each) this.#listen(former, undefined);
      }
      this.#listen(track, peer);
      if (peer !== undefined) this.#listen(peer, track);
    }
    return DONE;
  }

  /** One of many who hear the same: each gets the packets under its own numbers and keys. */
  #listenTo(leg: Leg, otherId: string): WorkerReply {
    const other = this.#legs.get(otherId);
    if (other === undefined || other === leg)
      return { ok: false, reason: 'no-leg', sentence: 'There is no such leg to listen to.' };
    for (const { track } of leg.tracks) this.#listen(track, other.trackOf(track.kind));
    return DONE;
  }

  #listen(track: Track, source: Track | undefined): void {
    track.listenTo(source);
    this.#reviewSink(track);
  }

  /** Passed on as it is, or put into another codec. */
  #reviewSink(track: Track): void {
    if (track.kind === 'audio') this.#options.sounds.connect(track);
  }

  #fromPhone(leg: Leg, track: Track, batch: HubBatch, index: number, bytes: Uint8Array, nowMs: number): void {
    const { channel } = track;
    const kind = datagramKind(bytes);
    if (kind === 'rtcp') this.#takeRtcp(leg, channel, batch, index, bytes, nowMs, true);
    if (kind !== 'rtp' || (track.settings.sdes === undefined && !track.knows(bytes))) return;
    const from = batch.addresses[index]!;
    const length = channel.openRtp(bytes, from, batch.ports[index]!, track.incoming.ssrc, nowMs);
    if (length === bytes.length) leg.receiveRtp(track, bytes, nowMs);
    else if (length > 0) leg.receiveRtp(track, bytes.subarray(0, length), nowMs);
  }

  #takeRtcp(
    leg: Leg,
    channel: Channel,
    batch: HubBatch,
    index: number,
    bytes: Uint8Array,
    nowMs: number,
    isMux: boolean,
  ): void {
    const length = channel.openRtcp(bytes, batch.addresses[index]!, batch.ports[index]!, isMux);
    if (length > 0) leg.receiveRtcp(bytes.subarray(0, length), nowMs);
  }

  /** Every 20 ms: keys and sound that are made here. */
  tick(): void {
    const nowMs = this.#options.now();
    for (const leg of this.#legs.values())
      for (const { track } of leg.tracks) if (track.needsTicks) track.tick(nowMs);
    this.#options.sounds.tick(nowMs);
    this.#egress.flush();
  }

  /** Whether `tick` has anything to do now. */
  get needsTicks(): boolean {
    for (const leg of this.#legs.values())
      for (const { track } of leg.tracks) if (track.needsTicks) return true;
    return false;
  }

  /** A few times a second. */
  advance(): void {
    const [nowMs, unixMs] = [this.#options.now(), this.#options.unix()];
    for (const leg of this.#legs.values()) {
      leg.advance(nowMs, unixMs);
      for (const { track } of leg.tracks)
        if (track.kind === 'audio' && track.unpassed >= MANY_UNPASSED) {
          track.unpassed = 0;
          this.#options.sounds.connect(track, true);
        }
    }
    this.#egress.flush();
  }

  async #close(leg: Leg): Promise<void> {
    this.#legs.delete(leg.id);
    await this.#options.sounds.forget(leg);
    leg.close();
    this.#egress.flush();
    for (const { track } of leg.tracks) this.#rtcp.delete(track);
    this.#door?.dismiss(leg);
    for (let at = 0; at < leg.sockets.length; at += 2)
      await this.#closePair(leg.sockets[at]!, leg.sockets[at + 1]!);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const leg of [...this.#legs.values()]) await this.#close(leg);
    await this.#hub[Symbol.asyncDispose]();
  }
}

/** One datagram of a batch. It is changed where it is. */
type Receive = (batch: HubBatch, index: number, bytes: Uint8Array, nowMs: number) => void;

const DONE: WorkerReply = { ok: true };
