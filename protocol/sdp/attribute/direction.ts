// a=sendrecv, sendonly, recvonly, inactive (RFC 8866 §6.7), and what they make of one another (RFC 3264 §6.1, §8.4).
import type { HasAttributes } from '../description.ts';

/** Seen from whoever writes the description. */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

export const DIRECTIONS: readonly Direction[] = ['sendrecv', 'sendonly', 'recvonly', 'inactive'];

export function isDirection(text: string): text is Direction {
  return (DIRECTIONS as readonly string[]).includes(text);
}

/** RFC 8866 §6.7: the media's own, the session's, or sendrecv. The first one counts. */
export function directionOf(media: HasAttributes, session?: HasAttributes): Direction {
  return own(media) ?? (session && own(session)) ?? 'sendrecv';
}

function own({ attributes }: HasAttributes): Direction | undefined {
  const found = attributes.find(({ name, value }) => value === undefined && isDirection(name));
  return found?.name as Direction | undefined;
}

export function mayExchange(send: boolean, receive: boolean): Direction {
  if (send) return receive ? 'sendrecv' : 'sendonly';
  return receive ? 'recvonly' : 'inactive';
}

export function sends(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

export function receives(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** The same stream from the other end. */
export function reversed(direction: Direction): Direction {
  return mayExchange(receives(direction), sends(direction));
}

/** What both let happen. */
export function narrowed(direction: Direction, other: Direction): Direction {
  return mayExchange(sends(direction) && sends(other), receives(direction) && receives(other));
}

/** What may be answered to `offered` by who wants `wanted` (RFC 3264 §6.1). */
export function answeredDirection(offered: Direction, wanted: Direction): Direction {
  return narrowed(wanted, reversed(offered));
}

/** RFC 3264 §8.4: what to offer to put the other end on hold: it goes on hearing us (music), or nobody hears anybody. */
export function heldDirection(direction: Direction): Direction {
  return mayExchange(sends(direction), false);
}
