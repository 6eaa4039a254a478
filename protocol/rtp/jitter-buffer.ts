// A jitter buffer: packets come as the network brings them, and are taken when their sound is needed. It holds them as long
// as it must for most to be in time, and no longer; it knows loss from silence by the sequence numbers.
// **It keeps the payloads that it is given: copy them where the datagram's memory is used again.**
import { DelayEstimate } from './delay-estimate.ts';
import { extendSequence, extendTimestamp } from './sequence.ts';

export interface JitterPacket {
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits. */
  readonly timestamp: number;
  readonly payload: Uint8Array;
  readonly payloadType: number;
  /** How long its sound lasts, in ticks: one byte of G.711 is one, Opus says it of itself. */
  readonly durationTicks: number;
}

export type JitterVerdict =
  | 'kept'
  /** Its time is over. */
  | 'late'
  | 'duplicate'
  /** Its timestamp is not of this stream; if the next goes with it, the stream has begun anew. */
  | 'astray'
  /** The stream has begun anew, with this packet. */
  | 'restarted';

export type JitterPull =
  | { readonly kind: 'packet'; readonly packet: JitterPacket; readonly isSkipped: boolean }
  /**
   * Make up sound for so long. `lost`: the packet will not come any more. `waiting`: it may; the sound is stretched by this.
   */
  | {
      readonly kind: 'conceal';
      readonly why: 'lost' | 'waiting';
      readonly durationTicks: number;
      /** The packet right behind the lost one, where it is there: it may carry the same once more (RFC 6716 §2.1.7). */
      readonly following?: JitterPacket;
    }
  /** Nothing was sent: silence or comfort noise. */
  | { readonly kind: 'silence'; readonly durationTicks: number };

export interface JitterCounts {
  readonly kept: number;
  readonly played: number;
  readonly late: number;
  readonly duplicate: number;
  readonly astray: number;
  readonly restarted: number;
  /** Times of concealment, by cause. */
  readonly lost: number;
  readonly waiting: number;
  /** Packets that were left out to catch up, or because too many came. */
  readonly skipped: number;
}

export interface JitterBufferOptions {
  /** Of the timestamps, per second. */
  readonly clockRate: number;
  /** Least time to hold a packet. Default 20. */
  readonly leastMs?: number;
  /** Most time to hold a packet. Default 500. */
  readonly mostMs?: number;
  /** The share of packets that are to be in time. Default 0.97. */
  readonly quantile?: number;
  /** Default 256. */
  readonly maxPackets?: number;
}

interface Held {
  readonly packet: JitterPacket;
  readonly sequence: number;
  readonly timestamp: number;
}

/** A timestamp that is so far from where the arrival puts it belongs to another stream. */
const ASTRAY_MS = 3_000;
/** How long concealment goes on where nothing comes: it is inaudible by then. */
const CONCEAL_MS = 200;
/** How long too much is held before a packet is left out. */
const PATIENCE_MS = 500;
/** A key that is held for longer has more packets; the oldest of them are told as lost once sound comes again. */
const MAX_PASSED = 256;
/** Between two stretches by concealment of packets that are there. */
const STRETCH_EVERY_MS = 200;

export class JitterBuffer {
  private readonly clockRate: number;
  private readonly leastMs: number;
  private readonly mostMs: number;
  private readonly maxPackets: number;
  private readonly delay: DelayEstimate;
  /** By timestamp, the earliest first. */
  private readonly held: Held[] = [];
  /** Extended numbers of packets without sound, in the order in which they came. */
  private readonly passed: number[] = [];
  private reference: { sequence: number; timestamp: number; arrivalMs: number } | undefined;
  private suspect: { timestamp: number; arrivalMs: number } | undefined;
  /** Where the sound is that is needed next; undefined while nothing is played. */
  private playTicks: number | undefined;
  /** Of the last packet that was played or left out: nothing before it is taken. */
  private takenTicks = Number.NEGATIVE_INFINITY;
  private playedSequence = 0;
  private frameTicks: number;
  private concealedMs = 0;
  private fullSinceMs: number | undefined;
  private stretchedAtMs = Number.NEGATIVE_INFINITY;
  private readonly count = {
    kept: 0,
    played: 0,
    late: 0,
    duplicate: 0,
    astray: 0,
    restarted: 0,
    lost: 0,
    waiting: 0,
    skipped: 0,
  };

  constructor(options: JitterBufferOptions) {
    this.clockRate = options.clockRate;
    this.leastMs = options.leastMs ?? 20;
    this.mostMs = options.mostMs ?? 500;
    this.maxPackets = options.maxPackets ?? 256;
    this.delay = new DelayEstimate(options.quantile ?? 0.97);
    this.frameTicks = Math.round(this.clockRate / 50);
  }

  /** How long packets are to be held now. */
  get targetMs(): number {
    return Math.min(this.mostMs, Math.max(this.leastMs, this.delay.spreadMs));
  }

  /** How much sound is held now. */
  get heldMs(): number {
    const last = this.held.at(-1);
    if (last === undefined) return 0;
    const from = this.playTicks ?? this.held[0]!.timestamp;
    return Math.max(0, this.msOf(last.timestamp + last.packet.durationTicks - from));
  }

  get heldPackets(): number {
    return this.held.length;
  }

  counts(): JitterCounts {
    return { ...this.count };
  }

  private msOf(ticks: number): number {
    return (ticks * 1000) / this.clockRate;
  }

  /** Told of each packet of the stream when it comes. */
  push(packet: JitterPacket, arrivalMs: number): JitterVerdict {
    const verdict = this.put(packet, arrivalMs);
    this.count[verdict]++;
    return verdict;
  }

  /**
   * Told of a packet of the stream that has no sound, a telephone event say: its number is not missing. Its timestamp says
   * nothing about when the next sound is to be heard.
   */
  pass(sequence: number): void {
    if (this.reference === undefined) return;
    this.passed.push(extendSequence(this.reference.sequence, sequence));
    if (this.passed.length > MAX_PASSED) this.passed.shift();
  }

  private put(packet: JitterPacket, arrivalMs: number): JitterVerdict {
    let isRestart = false;
    if (this.reference !== undefined && this.isAstray(packet, arrivalMs)) {
      if (!this.confirmsSuspect(packet, arrivalMs)) {
        this.suspect = { timestamp: packet.timestamp, arrivalMs };
        return 'astray';
      }
      this.restart();
      isRestart = true;
    }
    this.suspect = undefined;
    this.reference ??= { sequence: packet.sequence, timestamp: packet.timestamp, arrivalMs };
    const { reference } = this;
    const sequence = extendSequence(reference.sequence, packet.sequence);
    const timestamp = extendTimestamp(reference.timestamp, packet.timestamp);
    if (timestamp >= reference.timestamp) this.reference = { sequence, timestamp, arrivalMs };
    this.delay.add(arrivalMs - this.msOf(timestamp));
    if (packet.durationTicks > 0) this.frameTicks = packet.durationTicks;
    if (timestamp <= this.takenTicks || timestamp < (this.playTicks ?? timestamp)) return 'late';
    let at = this.held.length;
    while (at > 0 && this.held[at - 1]!.timestamp > timestamp) at--;
    if (at > 0 && this.held[at - 1]!.timestamp === timestamp) return 'duplicate';
    this.held.splice(at, 0, { packet, sequence, timestamp });
    if (this.held.length > this.maxPackets) this.skip();
    return isRestart ? 'restarted' : 'kept';
  }

  /** Timestamps and arrivals advance alike, within the jitter; also over a silence of minutes. */
  private isAstray(packet: JitterPacket, arrivalMs: number): boolean {
    const { timestamp, arrivalMs: before } = this.reference!;
    return this.isApart(packet.timestamp, arrivalMs, timestamp, before);
  }

  private confirmsSuspect(packet: JitterPacket, arrivalMs: number): boolean {
    if (this.suspect === undefined) return false;
    return !this.isApart(packet.timestamp, arrivalMs, this.suspect.timestamp, this.suspect.arrivalMs);
  }

  private isApart(timestamp: number, arrivalMs: number, otherTimestamp: number, otherMs: number): boolean {
    const ticks = extendTimestamp(otherTimestamp, timestamp) - otherTimestamp;
    // Timestamps wrap in 13 hours at 90 kHz: what is longer silent begins anew.
    return Math.abs(this.msOf(ticks) - (arrivalMs - otherMs)) > ASTRAY_MS;
  }

  private restart(): void {
    this.held.length = 0;
    this.passed.length = 0;
    this.reference = undefined;
    this.playTicks = undefined;
    this.takenTicks = Number.NEGATIVE_INFINITY;
    this.fullSinceMs = undefined;
    this.concealedMs = 0;
    this.delay.reset();
  }

  /** When the packet is to be heard. */
  private dueMs(timestamp: number): number {
    return this.delay.baseMs + this.msOf(timestamp) + this.targetMs;
  }

  /**
   * What to play now. Called whenever the sound of the last answer is used up, on the clock of the listener.
   *
   * @param nowMs the clock of `push`.
   */
  pull(nowMs: number): JitterPull {
    const next = this.held[0];
    if (this.playTicks === undefined) {
      if (next === undefined || nowMs < this.dueMs(next.timestamp)) return this.silence(this.frameTicks);
      return this.play(false);
    }
    if (next === undefined) return this.await();
    const gapTicks = next.timestamp - this.playTicks;
    if (gapTicks <= 0) return this.inTurn(nowMs, next);
    const missing = next.sequence - this.playedSequence - 1 - this.passedBefore(next.sequence);
    const isEarly = nowMs < this.dueMs(next.timestamp);
    // Where the wait for it has taken its time already, nothing more is made up for it.
    if (missing > 0 && isEarly && this.concealedMs < CONCEAL_MS) {
      const durationTicks = Math.min(this.frameTicks, gapTicks);
      this.concealedMs += this.msOf(durationTicks);
      this.playTicks += durationTicks;
      this.playedSequence++;
      this.count.lost++;
      return missing === 1
        ? { kind: 'conceal', why: 'lost', durationTicks, following: next.packet }
        : { kind: 'conceal', why: 'lost', durationTicks };
    }
    // The sender was silent. The packet behind the silence is played when it is due: here the delay changes unheard.
    return isEarly ? this.silence(Math.min(this.frameTicks, gapTicks)) : this.play(false);
  }

  private passedBefore(sequence: number): number {
    let count = 0;
    for (const each of this.passed) if (each > this.playedSequence && each < sequence) count++;
    return count;
  }

  /** The packet that is needed is there: is there too much behind it, or too little? */
  private inTurn(nowMs: number, next: Held): JitterPull {
    const frameMs = this.msOf(next.packet.durationTicks);
    const behindMs = nowMs - this.dueMs(next.timestamp);
    if (behindMs > frameMs * 1.5 && this.held.length > 1) {
      this.fullSinceMs ??= nowMs;
      const isUrgent = behindMs > this.mostMs;
      if (isUrgent || nowMs - this.fullSinceMs >= PATIENCE_MS) {
        this.fullSinceMs = nowMs;
        this.skip();
        const following = this.held[0]!;
        // Only what follows at once can be joined; behind a gap the usual way decides.
        if (following.timestamp <= this.playTicks!) return this.play(true);
        return this.pull(nowMs);
      }
      return this.play(false);
    }
    this.fullSinceMs = undefined;
    if (behindMs < -frameMs * 1.5 && nowMs - this.stretchedAtMs >= STRETCH_EVERY_MS) {
      this.stretchedAtMs = nowMs;
      this.count.waiting++;
      return { kind: 'conceal', why: 'waiting', durationTicks: this.frameTicks };
    }
    return this.play(false);
  }

  /** Nothing is there. What comes is late, lost, or not sent: for a while it sounds as if it were. */
  private await(): JitterPull {
    const durationTicks = this.frameTicks;
    if (this.concealedMs >= CONCEAL_MS) {
      this.playTicks = undefined;
      this.fullSinceMs = undefined;
      return this.silence(durationTicks);
    }
    this.concealedMs += this.msOf(durationTicks);
    this.count.waiting++;
    return { kind: 'conceal', why: 'waiting', durationTicks };
  }

  private play(isSkipped: boolean): JitterPull {
    const { packet, sequence, timestamp } = this.held.shift()!;
    this.playTicks = timestamp + packet.durationTicks;
    this.takenTicks = timestamp;
    this.playedSequence = sequence;
    this.concealedMs = 0;
    this.count.played++;
    return { kind: 'packet', packet, isSkipped };
  }

  private skip(): void {
    const { packet, sequence, timestamp } = this.held.shift()!;
    this.takenTicks = timestamp;
    if (this.playTicks !== undefined) this.playTicks = timestamp + packet.durationTicks;
    this.playedSequence = sequence;
    this.count.skipped++;
  }

  private silence(durationTicks: number): JitterPull {
    return { kind: 'silence', durationTicks };
  }
}
