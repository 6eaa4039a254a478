// One log line as a person reads it on a terminal: time, level, message, then the fields. Used by log-pino.ts.

const HIDDEN = new Set(['time', 'level', 'msg']);

/** @param json one line as pino wrote it. */
export function plainLine(json: string): string {
  const line = JSON.parse(json) as Record<string, unknown>;
  const time = String(line['time'] ?? '').slice(11, 19);
  const fields = Object.entries(line)
    .filter(([key]) => !HIDDEN.has(key))
    .map(([key, value]) => `${key}=${plainValue(value)}`);
  const words = [time, String(line['level'] ?? '').padEnd(5), String(line['msg'] ?? ''), ...fields];
  return `${harmless(words.join(' '))}\n`;
}

/** What peers send must not move the cursor of a terminal or turn its lines around; the breaks of a stack stay. */
function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function plainValue(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  if (typeof value === 'object' && value !== null && 'stack' in value) return String(value.stack);
  return JSON.stringify(value);
}
