// What a log line must never carry, replaced wherever it is nested, by the name that it has or by how it looks. Used by
// log-pino.ts for every line, and by whoever shows a setting.

/** Compared in small letters without - and _. */
const SECRET_KEYS = new Set([
  'passwordhash',
  'authorization',
  'proxyauthorization',
  'cookie',
  'cookies',
  'setcookie',
  'credentials',
  'csrf',
  'ha1',
  'md5',
  'sha256',
  'nonce',
  'noncekey',
  'codeverifier',
  'setupcode',
  'privatekey',
  'keypem',
  // Values of a statement.
  'parameters',
  // What people write to one another.
  'body',
  'text',
]);
const SECRET_ENDINGS = ['password', 'passphrase', 'secret', 'token'];
const REDACTED = '[redacted]';
const DEPTH_LIMIT = 6;
const ITEM_LIMIT = 50;
const STRING_LIMIT = 4000;

const secretTexts: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // `postgres://user:secret@host`, but not the port of `http://host:8080/people/alice@example.com`.
  [/(:\/\/[^\s/:@"]{0,256}):(?!\d{1,5}(?:[/,\s]|$))[^\s"]{1,256}@/g, '$1:***@'],
  // NATS takes a token in place of an account.
  [/\b((?:nats|tls|wss?):\/\/)[^\s/:@"]{1,256}@/g, '$1***@'],
  [/\b(sips?:[^\s:@;<>,"]{1,256}):[^\s@<>,"]{1,256}@/g, '$1:***@'],
  [/\b((?:ssl)?pass(?:word|wd)?|secret|token)=[^\s&"']+/gi, '$1=***'],
  // A header field with its continuation lines.
  [/\b((?:proxy-)?authorization|(?:set-)?cookie):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gi, '$1: ***'],
  [/\bDigest\s+\w+\s*=[^\r\n]*/gi, 'Digest ***'],
];

/** A copy of `fields` without secrets and message texts, bounded in depth and size. */
export function redact(fields: object): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) clean[key] = redactEntry(key, value, 0);
  return clean;
}

/** The text with `***` in place of passwords in addresses and of credentials in SIP and HTTP. */
export function redactText(text: string): string {
  return secretTexts.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

function redactEntry(key: string, value: unknown, depth: number): unknown {
  return isSecret(key) && value !== undefined && value !== null ? REDACTED : redactValue(value, depth);
}

function isSecret(key: string): boolean {
  const plain = key.toLowerCase().replace(/[-_]/g, '');
  return SECRET_KEYS.has(plain) || SECRET_ENDINGS.some((ending) => plain.endsWith(ending));
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cut(redactText(value));
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (depth >= DEPTH_LIMIT) return '[deeper]';
  if (isHeader(value)) return [value[0], redactEntry(value[0], value[1], depth)];
  if (Array.isArray(value)) return value.slice(0, ITEM_LIMIT).map((item) => redactValue(item, depth + 1));
  // Header fields and maps know which name belongs to which value; their insides do not.
  if (hasEntries(value)) return redactValue([...value.entries()], depth);
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

function hasEntries(value: object): value is { entries(): Iterable<unknown> } {
  return 'entries' in value && typeof value.entries === 'function';
}

function cut(text: string): string {
  return text.length > STRING_LIMIT ? `${text.slice(0, STRING_LIMIT)}…` : text;
}

function redactError(error: Error, depth: number): Record<string, unknown> {
  const message = withoutValue(error);
  // The stack repeats the message.
  const stack = error.message === '' ? error.stack : error.stack?.replaceAll(error.message, () => message);
  const code = 'code' in error ? { code: redactValue(error.code, depth + 1) } : {};
  const cause =
    error.cause === undefined || depth >= DEPTH_LIMIT ? {} : { cause: redactValue(error.cause, depth + 1) };
  return {
    type: error.name,
    message: cut(redactText(message)),
    ...code,
    stack: cut(redactText(stack ?? '')),
    ...cause,
  };
}

/** PostgreSQL ends its messages about data (SQLSTATE class 22) with the value: `invalid input syntax …: "value"`. */
function withoutValue(error: Error): string {
  const isAboutData = 'severity' in error && 'code' in error && String(error.code).startsWith('22');
  return isAboutData ? error.message.replace(/".*"/s, '"***"') : error.message;
}
