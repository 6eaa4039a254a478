// Date: RFC 1123 form, always GMT (RFC 3261 §20.17). Used to tell phones the time, and in traces.

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FORM = /^(\w{3}), (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;

/** Milliseconds since 1970-01-01T00:00Z, or undefined: another zone than GMT or another form is malformed. */
export function parseDate(text: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, weekday, day, month, year, hour, minute, second] = match;
  const unixMs = Date.UTC(
    Number(year),
    MONTHS.indexOf(month!),
    Number(day),
    Number(hour),
    Number(minute),
    Math.min(Number(second), 59),
  );
  // 31 February and the wrong weekday come out as another date.
  const again = Number(second) <= 60 ? serializeDate(unixMs) : '';
  return again.slice(0, 22) === `${weekday}, ${day} ${month} ${year} ${hour}:${minute}`.slice(0, 22)
    ? unixMs
    : undefined;
}

export function serializeDate(unixMs: number): string {
  const date = new Date(unixMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} GMT`;
}
