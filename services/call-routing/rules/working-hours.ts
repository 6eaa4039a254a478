// Rules that hold in working hours only: outside of them calls go where the person said, or the rules rest. Pure.
import type { StepValue } from '../contract.ts';
import type { Hours, Rule } from './situation.ts';
import { lastlyTo, named, refusal } from './target.ts';

export const workingHours: Rule = (situation) => {
  const { rules, workingHours: hours, at, timeZone } = situation;
  if (!rules.onlyInWorkingHours) return { said: [{ wording: 'hoursAlways', matched: false }] };
  if (hours === undefined) return { said: [{ wording: 'hoursUnknown', matched: false }] };
  const moment: StepValue = { kind: 'moment', at, timeZone };
  if (isWithin(hours, at)) return { said: [{ wording: 'hoursInside', matched: false, values: { moment } }] };
  const target = rules.outsideHours;
  const refused = target === null ? undefined : refusal(situation, target, 'forwarding');
  if (target === null || refused !== undefined)
    return {
      said: [
        ...(refused === undefined ? [] : [refused]),
        { wording: 'hoursRest', matched: true, values: { moment } },
      ],
      course: { isResting: true },
    };
  return {
    said: [{ wording: 'hoursGoes', matched: true, values: { moment, target: named(situation, target) } }],
    course: { ends: true, rings: [], busy: null, lastly: lastlyTo(situation, target) },
  };
};

const clocks = new Map<string, Intl.DateTimeFormat>();
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** A clock costs far more to make than to read, and there are a few hundred time zones. */
function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  clocks.set(timeZone, clock);
  return clock;
}

export function isWithin({ timeZone, days, startMinute, endMinute }: Hours, at: number): boolean {
  const parts = new Map(
    clockOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  const minute = Number(parts.get('hour')) * 60 + Number(parts.get('minute'));
  const day = DAYS.indexOf(parts.get('weekday') ?? '');
  return days.includes(day) && startMinute <= minute && minute < endMinute;
}
