// Our states in the words of PIDF and RPID, both ways (RFC 3863 §4, RFC 4480 §3.2). Pure.
import { type Activity, buildPidf, PIDF_TYPE, parsePidf } from '@parley/protocol/presence';
import type { PresenceState, StateName } from './contract.ts';

export { PIDF_TYPE };

const ACTIVITY_OF: Readonly<Partial<Record<StateName, Activity>>> = {
  busy: 'busy',
  busyInactive: 'busy',
  // RPID knows no Do not disturb; phones show the note beside it.
  doNotDisturb: 'busy',
  beRightBack: 'away',
  away: 'away',
};

const NOTE_OF: Readonly<Partial<Record<StateName, string>>> = {
  doNotDisturb: 'Do not disturb',
  beRightBack: 'Be right back',
};

/** Activities during which nobody picks up, and those during which nobody is there. */
const BUSY: readonly Activity[] = [
  'busy',
  'on-the-phone',
  'meeting',
  'appointment',
  'presentation',
  'performance',
  'worship',
];
const AWAY: readonly Activity[] = [
  'away',
  'breakfast',
  'lunch',
  'dinner',
  'meal',
  'sleeping',
  'holiday',
  'vacation',
  'travel',
  'in-transit',
  'permanent-absence',
];

export function pidfOf(address: string, { state, note, since }: PresenceState): string {
  const activity = ACTIVITY_OF[state];
  const shown = note === '' ? NOTE_OF[state] : note;
  return buildPidf({
    entity: `sip:${address}`,
    tuples: [
      {
        id: 'parley',
        basic: state === 'offline' ? 'closed' : 'open',
        contact: `sip:${address}`,
        ...(since === 0 ? {} : { timestampMs: since }),
      },
    ],
    ...(shown === undefined ? {} : { note: shown }),
    ...(activity === undefined ? {} : { activities: [activity] }),
  });
}

/** What a phone says of itself, or undefined where it cannot be read. */
export function stateOfPidf(body: string): { readonly state: StateName; readonly note: string } | undefined {
  const parsed = parsePidf(body);
  if (!parsed.ok) return undefined;
  const { tuples, activities, note = '' } = parsed.pidf;
  const isOpen = tuples.length === 0 || tuples.some((tuple) => tuple.basic !== 'closed');
  if (!isOpen) return { state: 'offline', note };
  if (activities.some((activity) => BUSY.includes(activity))) return { state: 'busy', note };
  if (activities.some((activity) => AWAY.includes(activity))) return { state: 'away', note };
  return { state: 'available', note };
}
