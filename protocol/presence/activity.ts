// What a person is doing, in RPID's words (RFC 4480 §3.2). Used by PIDF documents and the presence service.

export const ACTIVITIES = [
  'appointment',
  'away',
  'breakfast',
  'busy',
  'dinner',
  'holiday',
  'in-transit',
  'looking-for-work',
  'lunch',
  'meal',
  'meeting',
  'on-the-phone',
  'performance',
  'permanent-absence',
  'playing',
  'presentation',
  'shopping',
  'sleeping',
  'spectator',
  'steering',
  'travel',
  'tv',
  'unknown',
  'vacation',
  'working',
  'worship',
] as const;
export type Activity = (typeof ACTIVITIES)[number];

const known: ReadonlySet<string> = new Set(ACTIVITIES);

export function isActivity(name: string): name is Activity {
  return known.has(name);
}
