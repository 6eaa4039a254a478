// Sound or picture of one leg: what its peer sends, what it is sent, and to which other tracks its packets go.
import { randomBytes } from 'node:crypto';
import {
  characterOfEvent,
  eventOfCharacter,
  rtpHeaderBytes,
  rtpPayload,
  rtpPayloadType,
  rtpSequence,
  rtpSsrc,
  rtpTimestamp,
  serializeRtp,
  TelephoneEventReceiver,
  TelephoneEventSender,
} from '@parley/protocol/rtp';
import type { MediaKind, TrackCodec, TrackSettings } from '../messages.ts';
import type { Channel } from './channel.ts';
import { ExtensionMap } from './extension-map.ts';
import { IncomingStream, type PeerClock } from './incoming-stream.ts';
import { OutgoingStream, type PacketOrigin } from './outgoing-stream.ts';
import { SentPackets } from './sent-packets.ts';

/** More than a picture in the best quality has: what is beyond in a second is dropped. */
const MOST_PACKETS_A_SECOND = 5_000;
/** How long a key is down that is pressed here; what a peer holds longer is cut. */
const KEY_MS = 100;
const MOST_KEY_MS = 5_000;
const EMPTY: TrackSettings = {
  kind: 'audio',
  sends: false,
  receives: false,
  codecs: [],
  extensions: [],
  ptimeMs: 20,
  asksByPictureLoss: false,
};

/** What a track tells of. */
export interface TrackEvents {
  key(key: string, durationMs: number): void;
  /** Whoever receives this track's packets needs a whole picture. */
  pictureWanted(track: Track): void;
}

/** Packets of sound that are made here: a player, or another codec's stream put into this one's. */
export interface SoundSource extends PacketOrigin {
  /** It is what the source says: keys of the source belong to it. */
  readonly isOfSource: boolean;
  /** Gives the packets of these 20 ms, in memory that is used again. */
  step(nowMs: number, send: (packet: Uint8Array) => void): void;
}

/** Hears what a track's peer says, in whatever codec it comes. */
export interface SoundListener {
  receive(packet: Uint8Array, nowMs: number): unknown;
}

/** What `send` fills in, and what there is none of. */
const BARE = { ssrc: 0, csrcs: [], extension: undefined, paddingBytes: 0 };

const NO_KEYS: NonNullable<TrackSettings['keys']>['heard'] = [];
const random = () => randomBytes(4).readUInt32BE(0);

export class Track {
  readonly kind: MediaKind;
  readonly channel: Channel;
  readonly clock: PeerClock;
  readonly outgoing: OutgoingStream;
  readonly incoming: IncomingStream;
  readonly sent: SentPackets | undefined;
  settings: TrackSettings = EMPTY;
  /** Where its packets go. */
  readonly sinks: Track[] = [];
  source: Track | undefined;
  /** Is heard by the peer instead of `source`. */
  sound: SoundSource | undefined;
  readonly listeners: SoundListener[] = [];
  #codecs: (TrackCodec | undefined)[] = [];
  /** By payload type of the source: what it is for our peer; −1 where our peer does not know that codec. */
  readonly #payloadTypes = new Int16Array(128).fill(-1);
  readonly #extensions = new ExtensionMap();
  readonly #keysHeard = new TelephoneEventReceiver();
  /** How the key that was heard last came. */
  #keyHeard: { readonly payloadType: number; readonly clockRate: number } | undefined;
  #keysSent: TelephoneEventSender | undefined;
  readonly #keyOrigin: { epoch: number } = { epoch: 0 };
  #keySequence = 0;
  readonly #events: TrackEvents;
  #second = 0;
  #packetsInSecond = 0;
  #steppedAtMs = 0;
  /** Packets of sound in a row that could not be passed on: they need another codec. */
  unpassed = 0;

  constructor(kind: MediaKind, channel: Channel, clock: PeerClock, events: TrackEvents) {
    this.kind = kind;
    this.channel = channel;
    this.clock = clock;
    this.#events = events;
    const clockRate = kind === 'audio' ? 8_000 : 90_000;
    this.outgoing = new OutgoingStream(clockRate, random);
    this.incoming = new IncomingStream(clockRate);
    this.sent = kind === 'video' ? new SentPackets() : undefined;
  }

  configure(settings: TrackSettings): void {
    this.settings = settings;
    this.#codecs = [];
    for (const codec of settings.codecs) this.#codecs[codec.receivePayloadType] ??= codec;
    const [first] = settings.codecs;
    if (first !== undefined) {
      this.incoming.setClockRate(first.clockRate);
      this.outgoing.setClockRate(first.clockRate);
    }
    this.#route();
    for (const sink of this.sinks) sink.#route();
  }

  /** Hears `source` from now on, or nobody. */
  listenTo(source: Track | undefined): void {
    if (this.source === source) return;
    const before = this.source?.sinks;
    before?.splice(before.indexOf(this), 1);
    this.source = source;
    source?.sinks.push(this);
    this.#route();
    if (source !== undefined && this.kind === 'video') this.#events.pictureWanted(source);
  }

  #route(): void {
    this.#payloadTypes.fill(-1);
    const theirs = this.source?.settings;
    if (theirs === undefined) return;
    for (const codec of theirs.codecs) {
      const ours = this.settings.codecs.find((each) => isSameCodec(each, codec));
      if (ours !== undefined) this.#payloadTypes[codec.receivePayloadType] = ours.sendPayloadType;
    }
    const { keys } = this.settings;
    for (const { payloadType, clockRate } of theirs.keys?.heard ?? [])
      if (keys?.clockRate === clockRate) this.#payloadTypes[payloadType] = keys.sendPayloadType;
    this.#extensions.set(theirs.extensions, this.settings.extensions);
  }

  /** Whether what the source sends now can be passed on as it is. */
  canRelay(payloadType: number): boolean {
    return this.#payloadTypes[payloadType]! >= 0;
  }

  /** Whether a packet is of this track, where several share a channel: each has payload types of its own. */
  knows(packet: Uint8Array): boolean {
    const payloadType = rtpPayloadType(packet);
    return this.#codecs[payloadType] !== undefined || this.#keyOf(payloadType) !== undefined;
  }

  /** Browsers choose among the kinds of keys that were agreed, whatever their sound is coded with. */
  #keyOf(payloadType: number) {
    const heard = this.settings.keys?.heard ?? NO_KEYS;
    for (let at = 0; at < heard.length; at++) if (heard[at]!.payloadType === payloadType) return heard[at];
    return undefined;
  }

  codecOf(payloadType: number): TrackCodec | undefined {
    return this.#codecs[payloadType];
  }

  /** A packet of the peer, in clear. Allocates nothing where it is passed on. */
  receive(packet: Uint8Array, nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#packetsInSecond = 0;
    }
    if (++this.#packetsInSecond > MOST_PACKETS_A_SECOND) return false;
    const payloadType = rtpPayloadType(packet);
    const key = this.#codecs[payloadType] === undefined ? this.#keyOf(payloadType) : undefined;
    if (key === undefined && this.#codecs[payloadType] === undefined) return false;
    const sequence = rtpSequence(packet);
    const timestamp = rtpTimestamp(packet);
    const payloadBytes = packet.length - rtpHeaderBytes(packet);
    if (!this.incoming.receive(rtpSsrc(packet), sequence, timestamp, payloadBytes, nowMs)) return false;
    if (!this.settings.receives) return true;
    if (key !== undefined) {
      this.#keyHeard = key;
      this.#tellKeys(this.#keysHeard.receive(rtpPayload(packet), timestamp, nowMs));
    }
    for (let at = 0; at < this.listeners.length; at++) this.listeners[at]!.receive(packet, nowMs);
    for (let at = 0; at < this.sinks.length; at++)
      this.sinks[at]!.#pass(packet, payloadType, sequence, timestamp, payloadBytes, nowMs);
    return true;
  }

  #pass(
    packet: Uint8Array,
    theirType: number,
    sequence: number,
    timestamp: number,
    payloadBytes: number,
    nowMs: number,
  ): void {
    const payloadType = this.#payloadTypes[theirType]!;
    if (this.sound !== undefined || this.#keysSent !== undefined) return;
    if (payloadType < 0) {
      if (this.source!.#keyOf(theirType) === undefined) this.unpassed++;
      return;
    }
    this.unpassed = 0;
    const origin = this.source!.incoming;
    this.#send(packet, origin, sequence, timestamp, payloadType, payloadBytes, nowMs, this.#extensions);
  }

  #send(
    packet: Uint8Array,
    origin: PacketOrigin,
    sequence: number,
    timestamp: number,
    payloadType: number,
    payloadBytes: number,
    nowMs: number,
    extensions: ExtensionMap | undefined,
  ): void {
    if (!this.settings.sends || !this.channel.maySend) return;
    const copy = this.channel.beginRtp(packet);
    const { outgoing } = this;
    const isAudio = this.kind === 'audio';
    const own = outgoing.adopt(copy, origin, sequence, timestamp, payloadType, nowMs, isAudio);
    if (own < 0) {
      this.channel.finishRtp(copy, 0);
      return;
    }
    const length = extensions?.apply(copy, packet.length) ?? packet.length;
    this.sent?.keep(own, copy.subarray(0, length));
    outgoing.statistics.sent(rtpTimestamp(copy), nowMs, payloadBytes);
    this.channel.finishRtp(copy, length);
  }

  /** Sends again what the peer missed. @returns what only the source can still have, by the numbers that the source knows. */
  resend(sequences: readonly number[], nowMs: number, roundTripMs: number): number[] {
    const unknown: number[] = [];
    const offset = this.source === undefined ? undefined : this.outgoing.offsetOf(this.source.incoming);
    for (const sequence of sequences) {
      const found = this.sent?.find(sequence, nowMs, Math.max(20, roundTripMs));
      if (found === undefined && offset !== undefined) unknown.push((sequence - offset.sequence) & 0xffff);
      if (found === undefined || found === 'recent' || !this.channel.maySend) continue;
      const copy = this.channel.beginRtp(found);
      this.channel.finishRtp(copy, found.length);
    }
    return unknown;
  }

  #tellKeys(news: ReturnType<TelephoneEventReceiver['receive']>): void {
    const { payloadType = 0, clockRate = 8_000 } = this.#keyHeard ?? {};
    for (const each of news) {
      const key = each.kind === 'released' ? characterOfEvent(each.event) : undefined;
      if (each.kind !== 'released' || key === undefined) continue;
      const durationMs = Math.round((each.durationTicks * 1000) / clockRate);
      this.#events.key(key, durationMs);
      // Where sound is coded anew, or ticks otherwise, keys are pressed anew too.
      for (const sink of this.sinks)
        if (sink.sound?.isOfSource ?? !sink.canRelay(payloadType)) sink.pressKeys(key, durationMs);
    }
  }

  /** @returns false where the peer takes no telephone-events. */
  pressKeys(keys: string, pressMs = KEY_MS): boolean {
    const { clockRate } = this.settings.keys ?? {};
    if (clockRate === undefined) return false;
    this.#keysSent ??= new TelephoneEventSender({ clockRate });
    for (const key of keys) {
      const event = eventOfCharacter(key);
      if (event !== undefined) this.#keysSent.press(event, Math.min(MOST_KEY_MS, Math.max(KEY_MS, pressMs)));
    }
    return true;
  }

  /** Whether `tick` has anything to do. */
  get needsTicks(): boolean {
    return this.#keysSent !== undefined || this.sound !== undefined || this.listeners.length > 0;
  }

  /** A few times a second: a key whose end was lost is released. */
  advance(nowMs: number): void {
    this.#tellKeys(this.#keysHeard.advance(nowMs));
  }

  /** Every 20 ms: keys that are pressed, sound that is made here. */
  tick(nowMs: number): void {
    if (this.#keysSent !== undefined) {
      this.#sendKey(this.#keysSent, nowMs);
      return;
    }
    this.#steppedAtMs = nowMs;
    this.sound?.step(nowMs, this.#sendMade);
  }

  readonly #sendMade = (packet: Uint8Array): void => {
    if (this.sound === undefined) return;
    const payloadBytes = packet.length - rtpHeaderBytes(packet);
    const [sequence, timestamp, type] = [rtpSequence(packet), rtpTimestamp(packet), rtpPayloadType(packet)];
    const atMs = this.#steppedAtMs;
    this.#send(packet, this.sound, sequence, timestamp, type, payloadBytes, atMs, undefined);
  };

  #sendKey(sender: TelephoneEventSender, nowMs: number): void {
    const { keys } = this.settings;
    if (keys === undefined || sender.isIdle) {
      this.#keysSent = undefined;
      // What was heard before goes on as a new talk.
      this.outgoing.breakOff();
      return;
    }
    if (this.#keySequence === 0) this.#keyOrigin.epoch++;
    const ticks = Math.round((nowMs * keys.clockRate) / 1000);
    const next = sender.take(ticks, Math.round(keys.clockRate / 50));
    if (next === undefined) return;
    const { payload, timestamp, marker } = next;
    const sequence = this.#keySequence++ & 0xffff;
    const type = keys.sendPayloadType;
    const packet = serializeRtp({ ...BARE, marker, payloadType: type, sequence, timestamp, payload });
    this.#send(packet, this.#keyOrigin, sequence, timestamp, type, payload.length, nowMs, undefined);
  }
}

function isSameCodec(one: TrackCodec, other: TrackCodec): boolean {
  return (
    one.name.toLowerCase() === other.name.toLowerCase() &&
    one.clockRate === other.clockRate &&
    one.channels === other.channels &&
    one.variant === other.variant
  );
}
