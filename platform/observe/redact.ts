// What a log line must never carry, replaced wherever it is nested. Used by log-pino.ts for every line.

const SECRET_KEYS = new Set([
  'password',
  'oldpassword',
  'newpassword',
  'devicepassword',
  'passwordhash',
  'authorization',
  'proxy-authorization',
  'cookie',
  'cookies',
  'set-cookie',
  'token',
  'csrf',
  'secret',
  'ha1',
  'md5',
  'sha256',
  'nonce',
  'noncekey',
  'code-verifier',
  'setupcode',
  'privatekey',
  'body',
  'text',
]);
const REDACTED = '[redacted]';
const DEPTH_LIMIT = 6;
const ITEM_LIMIT = 50;
const STRING_LIMIT = 4000;

/** A copy of `fields` without secrets and message texts, bounded in depth and size. */
export function redact(fields: object): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) clean[key] = redactEntry(key, value, 0);
  return clean;
}

function redactEntry(key: string, value: unknown, depth: number): unknown {
  if (SECRET_KEYS.has(key.toLowerCase()) && value !== undefined && value !== null) return REDACTED;
  return redactValue(value, depth);
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactString(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEPTH_LIMIT) return '[deeper]';
  if (isHeader(value)) return [value[0], redactEntry(value[0], value[1], depth)];
  if (Array.isArray(value)) return value.slice(0, ITEM_LIMIT).map((item) => redactValue(item, depth + 1));
  const clean: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value).slice(0, ITEM_LIMIT)) {
    clean[key] = redactEntry(key, item, depth + 1);
  }
  return clean;
}

/** Header fields travel as `[name, value]`. */
function isHeader(value: object): value is [string, unknown] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
}

/** `postgres://user:secret@host` keeps everything but the secret. */
function redactString(value: string): string {
  const text = value.length > STRING_LIMIT ? `${value.slice(0, STRING_LIMIT)}…` : value;
  return text.includes('://') ? text.replace(/(:\/\/[^\s/:@]*):[^\s/@]+@/g, '$1:***@') : text;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? { code: error.code } : {};
  const cause =
    error.cause === undefined || depth >= DEPTH_LIMIT ? {} : { cause: redactValue(error.cause, depth + 1) };
  return {
    type: error.name,
    message: redactString(error.message),
    ...code,
    stack: redactString(error.stack ?? ''),
    ...cause,
  };
}
