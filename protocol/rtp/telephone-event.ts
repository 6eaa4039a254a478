// Telephone events: keys that are pressed, in RTP (RFC 4733 §2). The payload; who sends and who receives them is in
// telephone-event-sender.ts and telephone-event-receiver.ts.
import { mustFit, readU16, writeU16 } from '../bytes/big-endian.ts';

/** Of the payload. */
export const TELEPHONE_EVENT_BYTES = 4;

/** Events of keys by the character that is on them; `!` is a hook flash (RFC 4733 §3.2). */
const CHARACTERS = '0123456789*#ABCD!';

export interface TelephoneEvent {
  /** 0 … 255: 0 … 15 are keys. */
  readonly event: number;
  readonly isEnd: boolean;
  /** Decibels below 1 mW: 0 … 63. */
  readonly belowDbm0: number;
  /** From the timestamp of the packet, in its ticks: 0 … 65,535. */
  readonly durationTicks: number;
}

/** @returns undefined for a payload that is too short. What is behind the four bytes is not looked at. */
export function parseTelephoneEvent(payload: Uint8Array): TelephoneEvent | undefined {
  if (payload.length < TELEPHONE_EVENT_BYTES) return undefined;
  const second = payload[1]!;
  return {
    event: payload[0]!,
    isEnd: second >= 128,
    belowDbm0: second & 0x3f,
    durationTicks: readU16(payload, 2),
  };
}

/** @throws RangeError where a number does not fit its field. */
export function serializeTelephoneEvent(event: TelephoneEvent): Uint8Array {
  mustFit('the event', event.event, 8);
  mustFit('the volume', event.belowDbm0, 6);
  mustFit('the duration', event.durationTicks, 16);
  const payload = new Uint8Array(TELEPHONE_EVENT_BYTES);
  payload[0] = event.event;
  payload[1] = (event.isEnd ? 0x80 : 0) | event.belowDbm0;
  writeU16(payload, 2, event.durationTicks);
  return payload;
}

/** `5` for the event of that key; undefined for what is none. */
export function characterOfEvent(event: number): string | undefined {
  return CHARACTERS[event];
}

/** The event of a key; letters may be small. Undefined for what is none. */
export function eventOfCharacter(character: string): number | undefined {
  if (character.length !== 1) return undefined;
  const event = CHARACTERS.indexOf(character.toUpperCase());
  return event === -1 ? undefined : event;
}
