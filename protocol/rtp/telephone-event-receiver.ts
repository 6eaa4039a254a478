// Keys out of packets of telephone events (RFC 4733 §2.5.2): each press once, although it comes in many packets, out of order,
// with its end three times or not at all. One for each source.
import { timestampDistance } from './sequence.ts';
import { parseTelephoneEvent } from './telephone-event.ts';

/** RFC 4733 §2.5.2.2: without a packet for so long, an event has ended. */
const SILENT_MS = 200;
/** A segment is as long as its field can say; the event goes on in the next (RFC 4733 §2.5.1.3). */
const SEGMENT_TICKS = 0xffff;
/** Longer than anybody holds a key: 60 s at 8 kHz. What claims more is not told as a new duration. */
const MOST_TICKS = 60 * 48_000;

export type TelephoneEventNews =
  | { readonly kind: 'pressed'; readonly event: number; readonly timestamp: number }
  | {
      readonly kind: 'released';
      readonly event: number;
      readonly durationTicks: number;
      /** Its last packets were lost: the duration is what was known. */
      readonly isCutOff: boolean;
    };

interface Pressed {
  readonly event: number;
  segmentTimestamp: number;
  /** Of the segments before this one. */
  ticksBefore: number;
  ticks: number;
  heardAtMs: number;
}

export class TelephoneEventReceiver {
  private pressed: Pressed | undefined;
  /** Of the last segment that has ended: what is not after it is a repetition. */
  private endedTimestamp: number | undefined;

  /**
   * A packet of the source with the payload type of telephone events.
   *
   * @returns what is new by it: at most that one key was released and another pressed (and, in a packet that is the first
   * and the last of its event, released too).
   */
  receive(payload: Uint8Array, timestamp: number, arrivalMs: number): readonly TelephoneEventNews[] {
    const parsed = parseTelephoneEvent(payload);
    if (parsed === undefined) return [];
    const news: TelephoneEventNews[] = [];
    const { pressed } = this;
    if (pressed === undefined || pressed.segmentTimestamp !== timestamp) {
      if (this.isOld(timestamp)) return [];
      if (pressed !== undefined && this.goesOn(pressed, parsed.event, timestamp)) {
        pressed.ticksBefore += timestampDistance(pressed.segmentTimestamp, timestamp);
        pressed.segmentTimestamp = timestamp;
        pressed.ticks = 0;
      } else {
        if (pressed !== undefined) news.push(this.release(pressed, true));
        this.pressed = {
          event: parsed.event,
          segmentTimestamp: timestamp,
          ticksBefore: 0,
          ticks: 0,
          heardAtMs: arrivalMs,
        };
        news.push({ kind: 'pressed', event: parsed.event, timestamp });
      }
    } else if (pressed.event !== parsed.event) return [];
    const current = this.pressed!;
    current.heardAtMs = arrivalMs;
    current.ticks = Math.max(current.ticks, parsed.durationTicks);
    if (parsed.isEnd) news.push(this.release(current, false));
    return news;
  }

  private isOld(timestamp: number): boolean {
    const known = this.pressed?.segmentTimestamp ?? this.endedTimestamp;
    return (
      known !== undefined && timestampDistance(known, timestamp) <= 0 && !this.isRestart(known, timestamp)
    );
  }

  /** A source that begins anew can be anywhere; an old packet is not older than a minute. */
  private isRestart(known: number, timestamp: number): boolean {
    return timestampDistance(timestamp, known) > MOST_TICKS;
  }

  private goesOn(pressed: Pressed, event: number, timestamp: number): boolean {
    const step = timestampDistance(pressed.segmentTimestamp, timestamp);
    return event === pressed.event && step === SEGMENT_TICKS && pressed.ticksBefore < MOST_TICKS;
  }

  private release(pressed: Pressed, isCutOff: boolean): TelephoneEventNews {
    this.pressed = undefined;
    this.endedTimestamp = pressed.segmentTimestamp;
    return {
      kind: 'released',
      event: pressed.event,
      durationTicks: pressed.ticksBefore + pressed.ticks,
      isCutOff,
    };
  }

  /** When to call `advance`; undefined while no key is down. */
  get wakeAtMs(): number | undefined {
    return this.pressed === undefined ? undefined : this.pressed.heardAtMs + SILENT_MS;
  }

  /** Releases a key of which nothing comes any more. */
  advance(nowMs: number): readonly TelephoneEventNews[] {
    if (this.pressed === undefined || nowMs < this.pressed.heardAtMs + SILENT_MS) return [];
    return [this.release(this.pressed, true)];
  }
}
