// What a person is doing, where, and whether there is input (RFC 4480 §3): the children of a person of the data model
// (RFC 4479 §3.2). Mood, relationship and service class are passed over. Used by pidf.ts.
import { type Activity, isActivity } from './activity.ts';
import { formatTimestamp, parseTimestamp } from './timestamp.ts';
import { childrenOf, type XmlElement } from './xml-reader.ts';
import { escapeXml } from './xml-text.ts';

export const DATA_MODEL = 'urn:ietf:params:xml:ns:pidf:data-model';
export const RPID = 'urn:ietf:params:xml:ns:pidf:rpid';

const SURROUNDINGS = {
  audio: ['noisy', 'ok', 'quiet', 'unknown'],
  video: ['toobright', 'ok', 'dark', 'unknown'],
  text: ['uncomfortable', 'inappropriate', 'ok', 'unknown'],
} as const;
const MEDIA = ['audio', 'video', 'text'] as const;
/** UTC-12 … UTC+14. */
const MAX_OFFSET_MINUTES = 14 * 60;
const SPHERES = ['home', 'work', 'unknown'] as const;
const MAX_OTHER_CHARS = 200;

export interface Rpid {
  readonly activities: readonly Activity[];
  /** In words of the person's own, where RPID has none (RFC 4480 §3.2 `other`). */
  readonly otherActivity?: string | undefined;
  /** Unix milliseconds: how long the activities are expected to last. */
  readonly activitiesUntilMs?: number | undefined;
  /** What the surroundings allow (RFC 4480 §3.6). */
  readonly placeIs?: PlaceIs | undefined;
  /** RFC 4480 §3.11. */
  readonly sphere?: (typeof SPHERES)[number] | undefined;
  /** Minutes from UTC to the person's own time (RFC 4480 §3.13). */
  readonly timeOffsetMinutes?: number | undefined;
  readonly userInput?: UserInput | undefined;
}

export interface PlaceIs {
  readonly audio?: (typeof SURROUNDINGS.audio)[number];
  readonly video?: (typeof SURROUNDINGS.video)[number];
  readonly text?: (typeof SURROUNDINGS.text)[number];
}

/** RFC 4480 §3.14. */
export interface UserInput {
  readonly state: 'active' | 'idle';
  /** Unix milliseconds. */
  readonly lastInputMs?: number;
  readonly idleThresholdS?: number;
}

/** '' where there is nothing to say. */
export function buildRpid(rpid: Rpid): string {
  const { sphere, timeOffsetMinutes, userInput } = rpid;
  return [
    buildActivities(rpid),
    buildPlaceIs(rpid.placeIs),
    sphere === undefined ? '' : `<rpid:sphere><rpid:${sphere}/></rpid:sphere>`,
    timeOffsetMinutes === undefined ? '' : `<rpid:time-offset>${timeOffsetMinutes}</rpid:time-offset>`,
    userInput === undefined ? '' : buildUserInput(userInput),
  ].join('');
}

function buildActivities({ activities, otherActivity, activitiesUntilMs }: Rpid): string {
  if (activities.length === 0 && otherActivity === undefined) return '';
  const until = activitiesUntilMs === undefined ? '' : ` until="${formatTimestamp(activitiesUntilMs)}"`;
  const doing = activities.map((activity) => `<rpid:${activity}/>`).join('');
  const other = otherActivity === undefined ? '' : `<rpid:other>${escapeXml(otherActivity)}</rpid:other>`;
  return `<rpid:activities${until}>${doing}${other}</rpid:activities>`;
}

function buildPlaceIs(placeIs: PlaceIs | undefined): string {
  if (placeIs === undefined) return '';
  const told = MEDIA.map((medium) => {
    const value = placeIs[medium];
    return value === undefined ? '' : `<rpid:${medium}><rpid:${value}/></rpid:${medium}>`;
  });
  return `<rpid:place-is>${told.join('')}</rpid:place-is>`;
}

function buildUserInput({ state, lastInputMs, idleThresholdS }: UserInput): string {
  const last = lastInputMs === undefined ? '' : ` last-input="${formatTimestamp(lastInputMs)}"`;
  const threshold = idleThresholdS === undefined ? '' : ` idle-threshold="${idleThresholdS}"`;
  return `<rpid:user-input${threshold}${last}>${state}</rpid:user-input>`;
}

/** What these elements say together; of what may be there once, the first counts. */
export function parseRpid(holders: readonly XmlElement[]): Rpid {
  const found = (name: string) => holders.flatMap((holder) => childrenOf(holder, RPID, name));
  const lists = found('activities');
  const names = lists.flatMap(({ children }) => children).filter(({ namespace }) => namespace === RPID);
  const activities = [...new Set(names.map(({ name }) => name).filter(isActivity))];
  const other = names
    .find(({ name }) => name === 'other')
    ?.text.trim()
    .slice(0, MAX_OTHER_CHARS)
    .toWellFormed();
  const until = parseTimestamp(lists[0]?.attributes.get('until') ?? '');
  const placeIs = placeOf(found('place-is')[0]);
  const sphere = SPHERES.find((name) => found('sphere')[0]?.children.some((child) => child.name === name));
  const offset = offsetOf(found('time-offset')[0]);
  const userInput = inputOf(found('user-input')[0]);
  return {
    activities,
    ...(other ? { otherActivity: other } : {}),
    ...(until === undefined || (activities.length === 0 && !other) ? {} : { activitiesUntilMs: until }),
    ...(placeIs === undefined ? {} : { placeIs }),
    ...(sphere === undefined ? {} : { sphere }),
    ...(offset === undefined ? {} : { timeOffsetMinutes: offset }),
    ...(userInput === undefined ? {} : { userInput }),
  };
}

function placeOf(element: XmlElement | undefined): PlaceIs | undefined {
  if (element === undefined) return undefined;
  const told = MEDIA.flatMap((medium) => {
    const names = childrenOf(element, RPID, medium)[0]?.children.map(({ name }) => name) ?? [];
    const value = SURROUNDINGS[medium].find((known) => names.includes(known));
    return value === undefined ? [] : [[medium, value]];
  });
  return told.length === 0 ? undefined : (Object.fromEntries(told) as PlaceIs);
}

function offsetOf(element: XmlElement | undefined): number | undefined {
  const text = element?.text.trim() ?? '';
  if (!/^[+-]?\d{1,4}$/.test(text)) return undefined;
  // Never minus zero, which is written as zero.
  const minutes = Number(text) + 0;
  return Math.abs(minutes) <= MAX_OFFSET_MINUTES ? minutes : undefined;
}

function inputOf(element: XmlElement | undefined): UserInput | undefined {
  const state = element?.text.trim();
  if (element === undefined || (state !== 'active' && state !== 'idle')) return undefined;
  const lastInputMs = parseTimestamp(element.attributes.get('last-input') ?? '');
  const threshold = element.attributes.get('idle-threshold') ?? '';
  return {
    state,
    ...(lastInputMs === undefined ? {} : { lastInputMs }),
    ...(/^\d{1,9}$/.test(threshold) ? { idleThresholdS: Number(threshold) } : {}),
  };
}
