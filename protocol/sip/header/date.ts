// Date: the form of RFC 1123 §5.2.14, always GMT (RFC 3261 §20.17). Used to tell phones the time, and in traces.

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FORM = /^\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;

/** Milliseconds since 1970-01-01T00:00Z; undefined for another zone than GMT, another form, or no such day. */
export function parseDate(text: string): number | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [day, , year, hour, minute, second] = match.slice(1).map(Number);
  const unixMs = Date.UTC(year!, MONTHS.indexOf(match[2]!), day!, hour!, minute!, second!);
  // 31 February, the 24th hour and the wrong weekday come out as another date.
  return serializeDate(unixMs) === text ? unixMs : undefined;
}

export function serializeDate(unixMs: number): string {
  const date = new Date(unixMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${DAYS[date.getUTCDay()]}, ${two(date.getUTCDate())} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  return `${day} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} GMT`;
}
