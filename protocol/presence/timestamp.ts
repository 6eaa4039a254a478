// Points in time as XML documents write them (RFC 3339 §5.6). Used by PIDF and is-composing.

const FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i;

/** Unix milliseconds, or undefined where the text is no date and time of RFC 3339 §5.6. */
export function parseTimestamp(text: string): number | undefined {
  if (!FORM.test(text)) return undefined;
  const unixMs = Date.parse(text.toUpperCase());
  return Number.isNaN(unixMs) ? undefined : unixMs;
}

export function formatTimestamp(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
