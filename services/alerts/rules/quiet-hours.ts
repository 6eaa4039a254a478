// Quiet hours: from when to when, on which days, by the clock of the person's own place. Pure.

export interface QuietHours {
  /** Minutes after midnight. Where `toMinute` is not later than `fromMinute`, they end on the next day. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** Days on which they begin; 0 is Sunday. */
  readonly days: readonly number[];
  /** IANA time zone, for example `Europe/Vienna`. */
  readonly timeZone: string;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
/** Making one takes longer than asking it a thousand times. Zones are few: those that the runtime knows. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(timeZone, made);
  return made;
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

export function isQuietAt(quiet: QuietHours, unixMs: number): boolean {
  const parts = Object.fromEntries(
    formatOf(quiet.timeZone)
      .formatToParts(unixMs)
      .map(({ type, value }) => [type, value]),
  );
  const minute = Number(parts['hour']) * 60 + Number(parts['minute']);
  const today = DAYS.indexOf(parts['weekday'] ?? '');
  const beganOn = (day: number) => quiet.days.includes(day);
  if (quiet.fromMinute < quiet.toMinute)
    return beganOn(today) && minute >= quiet.fromMinute && minute < quiet.toMinute;
  if (minute >= quiet.fromMinute) return beganOn(today);
  return minute < quiet.toMinute && beganOn((today + 6) % 7);
}
