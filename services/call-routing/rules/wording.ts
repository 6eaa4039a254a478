// Every sentence that explains a call, in English; pages have them in each language under the same names. Pure.
import type { StepValue } from '../contract.ts';

export const WORDINGS = {
  blockedNot: '{{caller}} is not blocked.',
  blockedListed: '{{caller}} is on your list of blocked callers, and is told that nobody is there.',
  blockedLevel: 'You have blocked {{caller}}, who is told that nobody is there.',
  unlicensed: 'You have no licence for managing calls: your devices ring, and your rules rest.',
  disturbNot: 'You are not on Do not disturb.',
  disturbTeam: 'You are on Do not disturb, but {{caller}} is in your team and may interrupt you.',
  disturbRings: 'You are on Do not disturb, and your rules let calls ring all the same.',
  disturbGoes: 'You are on Do not disturb: the call goes to {{target}}.',
  disturbRefused: 'You are on Do not disturb: the caller is told that you are busy.',
  hoursAlways: 'Your rules hold at any hour.',
  hoursUnknown:
    'Your rules are to hold in your working hours, but you have not said when those are: they hold at any hour.',
  hoursInside: '{{moment}} is in your working hours: your rules hold.',
  hoursRest: '{{moment}} is outside your working hours: your rules rest, and your devices ring.',
  hoursGoes: '{{moment}} is outside your working hours: the call goes to {{target}}.',
  forwardNot: 'You do not forward all calls.',
  forwardGoes: 'You forward all calls to {{target}}.',
  devicesRing: 'Your devices ring for {{seconds}} s.',
  ringAlsoNot: 'Nothing rings beside your devices.',
  ringAlsoAtOnce: '{{target}} rings as well, at once.',
  ringAlsoLater: '{{target}} rings as well, after {{seconds}} s.',
  ringAlsoMailbox: 'If {{target}} answers at once, as a mailbox does, the others go on ringing.',
  ringAlsoLate: '{{target}} would ring after {{seconds}} s, but by then the call has gone on.',
  ringAlsoAway: '{{target}} does not ring: they cannot be reached now.',
  unansweredGoes: 'If nobody answers within {{seconds}} s, the call goes to {{target}}.',
  unansweredEnds: 'If nobody answers within {{seconds}} s, the caller is told so.',
  busyGoes: 'If a device says that you are busy, the call goes to {{target}}.',
  busyEnds: 'If a device says that you are busy, the caller is told so.',
  circle: '{{target}} has sent this call here: it does not go back.',
  circleSelf: 'This would send the call back to yourself.',
  circleChain: 'The call was sent on {{times}} times already: it does not go on to {{target}}.',
  gone: '{{target}} is not here any more.',
  forwardingForbidden: 'It does not go to {{target}}: forwarding is not allowed ({{origin}}).',
  ringAlsoForbidden: '{{target}} does not ring: ringing elsewhere is not allowed ({{origin}}).',
  outsideForbidden: 'It does not go to {{target}}: numbers outside are not allowed ({{origin}}).',
  voicemailForbidden: 'There is no voicemail for it to go to ({{origin}}).',
} as const;
export type Wording = keyof typeof WORDINGS;

/** Puts the values into the text, each as `wordOf` says it. */
export function fill(
  text: string,
  values: Readonly<Record<string, StepValue>>,
  wordOf: (value: StepValue) => string,
): string {
  return text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : wordOf(value);
  });
}

/** In English. */
export function wordOf(value: StepValue): string {
  switch (value.kind) {
    case 'name':
    case 'number':
      return value.text;
    case 'voicemail':
      return 'voicemail';
    case 'somebody':
      return 'The caller';
    case 'count':
      return String(value.count);
    case 'moment':
      return momentIn('en-GB', value.at, value.timeZone);
    case 'origin':
      return ORIGINS[value.origin](value.department);
  }
}

const ORIGINS = {
  default: () => 'built in',
  global: () => 'set for everybody',
  department: (name: string) => `set for the department ${name}`,
  user: () => 'set for you',
} as const;

/** The day of the week and the time, by the clock of `timeZone`. */
export function momentIn(locale: string, at: number, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone,
  }).format(at);
}
