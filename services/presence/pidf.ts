// Our states in the words of PIDF and RPID, both ways (RFC 3863 §4, RFC 4480 §3). Pure.
import { type Activity, buildPidf, parsePidf, type Rpid } from '@parley/protocol/presence';
import type { PresenceState, StateName } from './contract.ts';

/** What phones know of states; the note of those that RPID has no word for is shown beside it. */
const OF_STATE: Readonly<Record<string, { readonly activity?: Activity; readonly note?: string }>> = {
  busy: { activity: 'busy' },
  busyInactive: { activity: 'busy' },
  doNotDisturb: { activity: 'busy', note: 'Do not disturb' },
  beRightBack: { activity: 'away', note: 'Be right back' },
  away: { activity: 'away' },
};

/** What the person does comes first: of several activities, phones show the first. */
const OF_ACTIVITY: Readonly<Record<string, { readonly activity?: Activity; readonly note?: string }>> = {
  inCall: { activity: 'on-the-phone' },
  inConference: { activity: 'on-the-phone', note: 'In a conference' },
  inMeeting: { activity: 'meeting' },
  presenting: { activity: 'presentation' },
  outOfOffice: { activity: 'vacation', note: 'Out of office' },
  urgentInterruptionsOnly: { note: 'Urgent interruptions only' },
  offWork: { note: 'Off work' },
};

/** In the order in which they count: what nobody should interrupt, what nobody picks up for, who is not there. */
const TO_STATE: readonly {
  readonly state: StateName;
  readonly activity?: 'inCall' | 'inMeeting' | 'presenting' | 'outOfOffice';
  readonly words: readonly Activity[];
}[] = [
  { state: 'busy', activity: 'presenting', words: ['presentation'] },
  { state: 'busy', activity: 'inCall', words: ['on-the-phone'] },
  { state: 'busy', activity: 'inMeeting', words: ['meeting', 'appointment'] },
  { state: 'busy', words: ['busy', 'performance', 'worship', 'steering'] },
  { state: 'away', activity: 'outOfOffice', words: ['holiday', 'vacation', 'permanent-absence'] },
  {
    state: 'away',
    words: ['away', 'breakfast', 'lunch', 'dinner', 'meal', 'sleeping', 'travel', 'in-transit'],
  },
];

const IDLE: ReadonlySet<string> = new Set(['inactive', 'busyInactive', 'away']);

export function pidfOf(address: string, shown: PresenceState): string {
  const { state, activity, activityText, note, since, until, lastActive } = shown;
  const ofState = OF_STATE[state];
  const ofActivity = activity === undefined ? undefined : OF_ACTIVITY[activity];
  const activities = [ofActivity?.activity, ofState?.activity].filter((one) => one !== undefined);
  const said = [note, activityText ?? ofActivity?.note, ofState?.note].find((text) => text);
  const rpid: Rpid = {
    activities,
    ...(activityText ? { otherActivity: activityText } : {}),
    ...(until === undefined || (activities.length === 0 && !activityText)
      ? {}
      : { activitiesUntilMs: until }),
    ...(lastActive === undefined || !IDLE.has(state)
      ? {}
      : { userInput: { state: 'idle', lastInputMs: lastActive } }),
  };
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
    ...(said === undefined ? {} : { note: said }),
    ...rpid,
  });
}

export interface PhoneState {
  readonly state: StateName;
  readonly activity?: 'inCall' | 'inMeeting' | 'presenting' | 'outOfOffice' | 'custom';
  /** Of `custom`. */
  readonly activityText?: string;
  readonly note: string;
}

/** What a phone says of itself, or undefined where it cannot be read. */
export function stateOfPidf(body: string | Uint8Array): PhoneState | undefined {
  const parsed = parsePidf(body);
  if (!parsed.ok) return undefined;
  const { tuples, activities, otherActivity, userInput, note = '' } = parsed.pidf;
  const isOpen = tuples.length === 0 || tuples.some((tuple) => tuple.basic !== 'closed');
  if (!isOpen) return { state: 'offline', note };
  const found = TO_STATE.find(({ words }) => words.some((word) => activities.includes(word)));
  const state = found?.state ?? (userInput?.state === 'idle' ? 'away' : 'available');
  if (otherActivity !== undefined) return { state, activity: 'custom', activityText: otherActivity, note };
  return { state, ...(found?.activity === undefined ? {} : { activity: found.activity }), note };
}
