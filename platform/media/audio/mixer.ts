// Several hear each other: each hears the loudest of the others, and not himself. Only who speaks is decoded where the peer says how
// loud it is; what several hear alike is mixed and coded once for all of them.
import { levelOf } from '@parley/protocol/rtp';
import { type AudioSender, NOTHING } from './audio-sender.ts';
import type { AudioRate } from './codec.ts';
import { Limiter } from './limiter.ts';
import { PayloadEncoder } from './payload-encoder.ts';
import { type AudioSource, FRAME_MS, frameSamples } from './source.ts';
import { VoiceActivity } from './voice-activity.ts';

export interface Seat {
  /** Undefined: only listens. Of the rate of the room. */
  readonly source?: AudioSource;
  /** Undefined: only speaks. */
  readonly sender?: AudioSender;
}

export interface MixerOptions {
  readonly rate: AudioRate;
  /** How many are heard at once. Default 4. */
  readonly mostSpeakers?: number;
}

export interface SeatLevel {
  readonly id: string;
  /** Decibels below overload. */
  readonly belowOverloadDb: number;
}

interface Taken {
  readonly id: string;
  readonly source: AudioSource | undefined;
  readonly sender: AudioSender | undefined;
  readonly frame: Int16Array;
  readonly voice: VoiceActivity;
  readonly limiter: Limiter;
  isMuted: boolean;
  levelDb: number;
  /** Is there something in the frame? */
  hasSound: boolean;
  /** Part of the mix in the last frame, and in this one. */
  wasHeard: boolean;
  isHeard: boolean;
  /** Until then it has an encoder of its own. */
  ownUntilMs: number;
  isOwn: boolean;
}

/** Payloads for all who hear the same. */
interface Shared {
  readonly encoder: PayloadEncoder;
  readonly payload: Uint8Array;
  bytes: number;
  madeAtMs: number;
}

/** Who says that it is softer is not decoded. */
const SOFT_DB = 65;
/** Who is heard stays, unless another is louder by this. */
const STAYS_DB = 10;
/** In a small room nobody is cut off for being soft. */
const SMALL_ROOM = 3;
/** Who has spoken keeps its own encoder so long: to change it is not quite without a trace. */
const OWN_MS = 500;
const SHARED_PTIME_MS = 20;
/** A level that is smoothed falls by so much in a frame: who is heard does not change with each syllable. */
const FALL_DB = 0.5;

export class Mixer implements Disposable {
  readonly rate: AudioRate;
  private readonly mostSpeakers: number;
  private readonly seats = new Map<string, Taken>();
  private readonly shared = new Map<string, Shared>();
  private readonly limiter = new Limiter();
  private readonly total: Float64Array;
  private readonly others: Float64Array;
  private readonly own: Int16Array;
  private readonly mixed: Int16Array;
  private speaking: Taken[] = [];
  private steppedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: MixerOptions) {
    this.rate = options.rate;
    this.mostSpeakers = options.mostSpeakers ?? 4;
    const samples = frameSamples(options.rate);
    this.total = new Float64Array(samples);
    this.others = new Float64Array(samples);
    this.own = new Int16Array(samples);
    this.mixed = new Int16Array(samples);
  }

  /** Sources and senders belong to the caller, who ends them. */
  add(id: string, seat: Seat): void {
    const { source, sender } = seat;
    if ((source?.outRate ?? this.rate) !== this.rate || (sender?.inRate ?? this.rate) !== this.rate)
      throw new RangeError(`a room of ${this.rate} Hz takes sources and senders of that rate`);
    this.seats.set(id, {
      id,
      source,
      sender,
      frame: new Int16Array(source === undefined ? 0 : this.mixed.length),
      voice: new VoiceActivity(),
      limiter: new Limiter(),
      isMuted: false,
      levelDb: 127,
      hasSound: false,
      wasHeard: false,
      isHeard: false,
      ownUntilMs: Number.NEGATIVE_INFINITY,
      isOwn: false,
    });
  }

  remove(id: string): void {
    this.seats.delete(id);
    const keys = new Set(Array.from(this.seats.values(), ({ sender }) => sender?.key));
    for (const [key, { encoder }] of this.shared) {
      if (keys.has(key)) continue;
      encoder[Symbol.dispose]();
      this.shared.delete(key);
    }
  }

  /** Hears, and is not heard. */
  mute(id: string, isMuted: boolean): void {
    const seat = this.seats.get(id);
    if (seat !== undefined) seat.isMuted = isMuted;
  }

  get size(): number {
    return this.seats.size;
  }

  /** Who is heard now, the loudest first. */
  speakers(): SeatLevel[] {
    return this.speaking.map(({ id, levelDb }) => ({ id, belowOverloadDb: levelDb }));
  }

  /** What those hear who are silent, of the last step: to be recorded. */
  get mix(): Int16Array {
    return this.mixed;
  }

  /**
   * Once every 20 ms.
   *
   * @param send told of each packet and whom it is for, in memory that is used again.
   */
  step(nowMs: number, send: (id: string, packet: Uint8Array) => void): void {
    for (const seat of this.seats.values()) this.listen(seat, nowMs);
    this.choose();
    const { total } = this;
    total.fill(0);
    for (const seat of this.seats.values()) if (seat.isHeard || seat.wasHeard) this.blend(seat);
    this.limiter.limit(total, this.mixed);
    for (const seat of this.seats.values()) this.chooseEncoder(seat, nowMs);
    for (const { id, frame, limiter, sender, isOwn, isHeard, wasHeard } of this.seats.values()) {
      if (sender === undefined) continue;
      if (!isOwn) this.sendShared(id, sender, nowMs, send);
      else if (isHeard || wasHeard) this.sendOwn(id, sender, this.withoutOwn(frame, limiter), nowMs, send);
      else this.sendOwn(id, sender, this.mixed, nowMs, send);
    }
    this.steppedAtMs = nowMs;
    for (const seat of this.seats.values()) seat.wasHeard = seat.isHeard;
  }

  private listen(seat: Taken, nowMs: number): void {
    const { source, frame } = seat;
    seat.hasSound = false;
    if (source === undefined) return;
    const announcedDb = source.announcedLevel?.(nowMs);
    const isSoft = announcedDb !== undefined && announcedDb >= SOFT_DB && !seat.wasHeard;
    if (source.skip !== undefined && (isSoft || seat.isMuted)) source.skip(frame.length, nowMs);
    else seat.hasSound = source.pull(frame, nowMs) !== 'silence' && !seat.isMuted;
    const levelDb = seat.hasSound ? levelOf(frame) : 127;
    seat.levelDb = Math.min(levelDb, Math.min(127, seat.levelDb + FALL_DB));
    seat.voice.hear(levelDb, FRAME_MS);
  }

  private choose(): void {
    const isSmall = this.seats.size <= SMALL_ROOM;
    const speaking: Taken[] = [];
    for (const seat of this.seats.values()) {
      const speaks = seat.hasSound && (isSmall || seat.voice.isActive);
      seat.isHeard = false;
      if (speaks) speaking.push(seat);
    }
    speaking.sort((a, b) => rank(a) - rank(b));
    speaking.length = Math.min(speaking.length, this.mostSpeakers);
    for (const seat of speaking) seat.isHeard = true;
    this.speaking = speaking;
  }

  /** Adds the frame; who comes or goes is faded over it. */
  private blend({ frame, isHeard, wasHeard, hasSound }: Taken): void {
    const { total } = this;
    if (!hasSound) frame.fill(0);
    if (isHeard !== wasHeard) {
      const step = 1 / frame.length;
      for (let at = 0; at < frame.length; at++)
        frame[at] = frame[at]! * (isHeard ? at * step : 1 - at * step);
    }
    for (let at = 0; at < frame.length; at++) total[at] = total[at]! + frame[at]!;
  }

  /** Before anything is coded: who changes between an encoder of its own and the shared one takes the state along. */
  private chooseEncoder(seat: Taken, nowMs: number): void {
    const { sender } = seat;
    if (sender === undefined) return;
    if (seat.isHeard || seat.wasHeard) seat.ownUntilMs = nowMs + OWN_MS;
    const isOwn = nowMs < seat.ownUntilMs || sender.format.ptimeMs !== SHARED_PTIME_MS;
    if (isOwn === seat.isOwn) return;
    seat.isOwn = isOwn;
    const shared = isOwn ? this.shared.get(sender.key) : this.sharedFor(sender);
    if (shared === undefined) return;
    const isInUse = shared.madeAtMs === this.steppedAtMs;
    if (isOwn && isInUse) sender.encoder.follow(shared.encoder);
    if (isOwn || isInUse) return;
    shared.encoder.follow(sender.encoder);
    // Others who come in the same step take it as it is.
    shared.madeAtMs = this.steppedAtMs;
  }

  private withoutOwn(frame: Int16Array, limiter: Limiter): Int16Array {
    const { total, others } = this;
    for (let at = 0; at < others.length; at++) others[at] = total[at]! - frame[at]!;
    limiter.limit(others, this.own);
    return this.own;
  }

  private sendOwn(
    id: string,
    sender: AudioSender,
    sound: Int16Array,
    nowMs: number,
    send: (id: string, packet: Uint8Array) => void,
  ): void {
    let packet = sender.next(sound, nowMs);
    for (; packet !== undefined; packet = sender.next(NOTHING, nowMs)) send(id, packet);
  }

  private sendShared(
    id: string,
    sender: AudioSender,
    nowMs: number,
    send: (id: string, packet: Uint8Array) => void,
  ): void {
    const shared = this.sharedFor(sender);
    if (shared.madeAtMs !== nowMs) {
      shared.madeAtMs = nowMs;
      shared.encoder.push(this.mixed);
      shared.bytes = shared.encoder.isFull ? shared.encoder.encode(shared.payload, 0) : 0;
    }
    const payload = shared.payload.subarray(0, shared.bytes);
    const packet = sender.carry(payload, shared.encoder.ticks, nowMs);
    if (packet !== undefined) send(id, packet);
  }

  private sharedFor(sender: AudioSender): Shared {
    const known = this.shared.get(sender.key);
    if (known !== undefined) return known;
    const encoder = new PayloadEncoder(sender.format);
    const made = { encoder, payload: new Uint8Array(encoder.mostBytes), bytes: 0, madeAtMs: Number.NaN };
    this.shared.set(sender.key, made);
    return made;
  }

  [Symbol.dispose](): void {
    for (const { encoder } of this.shared.values()) encoder[Symbol.dispose]();
    this.shared.clear();
    this.seats.clear();
    this.speaking = [];
  }
}

function rank({ levelDb, wasHeard }: Taken): number {
  return wasHeard ? levelDb - STAYS_DB : levelDb;
}
