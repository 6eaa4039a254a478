// One log line as a person reads it on a terminal: time, level, message, then the fields. Used by log-pino.ts.

const HIDDEN = new Set(['time', 'level', 'msg']);

/** @param json one line as pino wrote it. */
export function plainLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const time = String(line['time'] ?? '').slice(11, 19);
  const fields = Object.entries(line)
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => `${key}=${plainValue(value)}`);
  return `${[time, String(line['level'] ?? '').padEnd(5), String(line['msg'] ?? ''), ...fields].join(' ')}\n`;
}

function plainValue(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null && 'stack' in value) return String(value.stack);
  return JSON.stringify(value);
}
