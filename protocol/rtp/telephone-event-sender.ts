// Packets of telephone events for keys that are to be pressed (RFC 4733 §2.5.1). The caller asks at each packet interval; while
// there is an answer, it is sent in the place of audio.
import { serializeTelephoneEvent } from './telephone-event.ts';

/** RFC 4733 §2.5.1.4: the last packet is sent three times. */
const END_PACKETS = 3;
const SEGMENT_TICKS = 0xffff;
/** More keys do not wait: a number has 15 digits, an account 34 characters. */
export const MAX_WAITING_EVENTS = 128;

export interface TelephoneEventPacket {
  readonly payload: Uint8Array;
  /** Of the begin of the event, not of the packet. */
  readonly timestamp: number;
  /** Of the first packet of an event. */
  readonly marker: boolean;
}

export interface TelephoneEventSenderOptions {
  /** Of the timestamps, that of the audio beside it. Default 8,000. */
  readonly clockRate?: number;
  /** How long a key is down. Default 100. */
  readonly pressMs?: number;
  /** How long it is up before the next. Default 60. */
  readonly gapMs?: number;
  /** Decibels below 1 mW. Default 10. */
  readonly belowDbm0?: number;
}

export class TelephoneEventSender {
  private readonly clockRate: number;
  private readonly pressMs: number;
  private readonly gapTicks: number;
  private readonly belowDbm0: number;
  private readonly waiting: { event: number; ticks: number }[] = [];
  private sending: { event: number; ticks: number; begin: number; segment: number; ends: number } | undefined;
  private freeAt: number | undefined;

  constructor(options: TelephoneEventSenderOptions = {}) {
    this.clockRate = options.clockRate ?? 8_000;
    this.pressMs = options.pressMs ?? 100;
    this.gapTicks = Math.round(((options.gapMs ?? 60) * this.clockRate) / 1000);
    this.belowDbm0 = options.belowDbm0 ?? 10;
  }

  /** @returns false where too many wait already. */
  press(event: number, pressMs = this.pressMs): boolean {
    if (this.waiting.length >= MAX_WAITING_EVENTS) return false;
    this.waiting.push({ event, ticks: Math.max(1, Math.round((pressMs * this.clockRate) / 1000)) });
    return true;
  }

  get isIdle(): boolean {
    return this.sending === undefined && this.waiting.length === 0;
  }

  /**
   * The packet for this interval, or undefined: audio may be sent.
   *
   * @param ticks what the timestamp of audio would be at the begin of this interval, with the count of its wraps: it must
   * not go back.
   * @param intervalTicks how long the interval is.
   */
  take(ticks: number, intervalTicks: number): TelephoneEventPacket | undefined {
    const sending = this.sending ?? this.begin(ticks);
    if (sending === undefined) return undefined;
    const marker = sending.segment === sending.begin && ticks === sending.begin;
    const end = sending.begin + sending.ticks;
    const heldTo = Math.min(ticks + intervalTicks, end);
    if (heldTo - sending.segment > SEGMENT_TICKS) sending.segment += SEGMENT_TICKS;
    const isEnd = heldTo === end;
    const payload = serializeTelephoneEvent({
      event: sending.event,
      isEnd,
      belowDbm0: this.belowDbm0,
      durationTicks: heldTo - sending.segment,
    });
    const timestamp = sending.segment % 2 ** 32;
    if (isEnd && ++sending.ends === END_PACKETS) {
      this.sending = undefined;
      this.freeAt = Math.max(end + this.gapTicks, ticks + intervalTicks);
    }
    return { payload, timestamp, marker };
  }

  private begin(ticks: number) {
    if (this.freeAt !== undefined && ticks < this.freeAt) return undefined;
    const next = this.waiting.shift();
    if (next === undefined) return undefined;
    this.sending = { ...next, begin: ticks, segment: ticks, ends: 0 };
    return this.sending;
  }
}
