// What nobody may read in a trace: credentials, keys, passwords, digits that somebody dialled, and what people write to one
// another. Pure; applied in the process that holds the message, before anything leaves it.
import type { TraceSetting, TraceText } from './contract.ts';

const MASK = '***';
/** Of a nonce as much as tells one from another. */
const NONCE_CHARS = 8;

export type ShownText = Pick<TraceText, 'text' | 'hiddenBytes' | 'hidden'>;

/** @param omittedBytes of the body that were never kept. */
export function shownText(
  bytes: Uint8Array,
  omittedBytes: number,
  policy: { readonly setting: TraceSetting; readonly keepsTexts: boolean },
): ShownText {
  const end = headEnd(bytes);
  const head = decode(bytes.subarray(0, end)) ?? windows1252.decode(bytes.subarray(0, end));
  const bodyBytes = bytes.subarray(end);
  const wholeBodyBytes = bodyBytes.length + omittedBytes;
  const shownHead = maskHead(head);
  const hide = (hidden: ShownText['hidden']): ShownText => ({
    text: shownHead,
    hiddenBytes: wholeBodyBytes,
    hidden,
  });
  if (wholeBodyBytes === 0) return { text: shownHead, hiddenBytes: 0, hidden: '' };
  const body = decode(bodyBytes);
  const type = field(head, /^(?:content-type|c)$/i) ?? '';
  if (!policy.keepsTexts && isPrivate(head, type, body ?? '')) return hide('private');
  if (omittedBytes > 0) return hide(policy.setting === 'headers' ? 'headers' : 'long');
  if (body === undefined) return hide('binary');
  const shownBody = maskBody(body, type);
  return { text: withLength(shownHead, shownBody, body) + shownBody, hiddenBytes: 0, hidden: '' };
}

/** Text that people write (RFC 3428 §4, RFC 3862 §2), by its media type. */
export function isPrivateType(type: string): boolean {
  return /^\s*(?:text\/|message\/cpim)/i.test(type);
}

/** `sip:alice:secret@host` without the password, and without credentials behind `?` (RFC 3261 §19.1.1). */
export function maskUri(text: string): string {
  return text
    .replace(/\b(sips?:[^\s:@<>,"]{1,256}):[^\s@<>,"]{1,256}@/gi, `$1:${MASK}@`)
    .replace(/([?&](?:proxy-)?authorization=)[^&>\s]{1,4096}/gi, `$1${MASK}`);
}

function isPrivate(head: string, type: string, body: string): boolean {
  if (/^MESSAGE /i.test(head) || isPrivateType(type)) return true;
  return /^\s*multipart\//i.test(type) && /^content-type\s*:\s*(?:text\/|message\/cpim)/im.test(body);
}

function maskHead(head: string): string {
  // A folded value is one value (RFC 3261 §7.3.1).
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return lines.map((line, index) => (index === 0 ? maskUri(line) : maskField(line))).join('\r\n');
}

function maskField(line: string): string {
  const colon = line.indexOf(':');
  if (colon === -1) return maskUri(line);
  const name = line.slice(0, colon).trim().toLowerCase();
  const value = line.slice(colon + 1);
  if (/^(?:proxy-|www-)?(?:authorization|authenticate)$|^authentication-info$/.test(name))
    return `${line.slice(0, colon)}: ${maskCredentials(value.trim(), name)}`;
  if (/passw|passphrase|secret|token|api-?key|cookie/.test(name)) return `${line.slice(0, colon)}: ${MASK}`;
  return maskUri(line);
}

const PLAIN_PARAMS = new Set([
  'username',
  'realm',
  'uri',
  'algorithm',
  'qop',
  'nc',
  'stale',
  'domain',
  'charset',
  'userhash',
]);
const SHORT_PARAMS = new Set(['nonce', 'nextnonce', 'opaque']);

/** Of Digest what says who asks and how; of every other scheme its name (RFC 3261 §20.7, RFC 7617 §2, RFC 6750 §2.1). */
function maskCredentials(value: string, name: string): string {
  const isDigest = name === 'authentication-info' || /^digest\s/i.test(value);
  if (!isDigest) return `${/^[\w-]{1,32}(?=\s|$)/.exec(value)?.[0] ?? ''} ${MASK}`.trim();
  const scheme = name === 'authentication-info' ? '' : `${value.slice(0, 6)} `;
  const params = value
    .slice(scheme.length)
    .matchAll(/([\w-]{1,64})\s*=\s*("(?:[^"\\]|\\.)*"|[^,\s]+)/g)
    .map(([, param = '', given = '']) => {
      const key = param.toLowerCase();
      if (PLAIN_PARAMS.has(key)) return `${param}=${maskUri(given)}`;
      if (!SHORT_PARAMS.has(key)) return `${param}="${MASK}"`;
      const bare = given.replace(/^"|"$/g, '');
      return `${param}="${bare.slice(0, Math.min(NONCE_CHARS, bare.length / 2))}${MASK}"`;
    });
  return scheme + [...params].join(', ');
}

/** As long as before: lengths of keys are public, and the document stays as it was (RFC 4568 §6.1, RFC 8839 §5.4, RFC 4566 §5.12). */
const fixedKeys: readonly RegExp[] = [
  /(?<=^a=crypto:.{0,512}\binline:)[^|;\s]+/gim,
  /(?<=^a=ice-pwd:)\S+/gim,
  /(?<=^a=key-mgmt:\S{1,32} )\S+/gim,
  /(?<=^a=identity:)\S+/gim,
  /(?<=^k=)[^\r\n]+/gim,
];

const SECRET_WORD = '(?:passw(?:or)?d|passphrase|(?<!ice-)pwd|secret|token|credential|api-?key|\\bpin)';
const secrets: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  // Header fields of a message within the body (RFC 3420 §2).
  [/^((?:proxy-)?authorization|authentication-info)\s*:[^\r\n]*/gim, `$1: ${MASK}`],
  // <password>…</password>, password="…", "password": "…", password=…
  [
    new RegExp(`(<[\\w:.-]{0,64}${SECRET_WORD}[\\w:.-]{0,32}(?:\\s[^<>]{0,512})?>)[^<]{1,4096}`, 'gi'),
    `$1${MASK}`,
  ],
  [
    new RegExp(`(${SECRET_WORD}[\\w-]{0,32}"?\\s{0,8}[=:]\\s{0,8})"(?:[^"\\\\]|\\\\.){0,4096}"`, 'gi'),
    `$1"${MASK}"`,
  ],
  [new RegExp(`(${SECRET_WORD}[\\w-]{0,32}\\s{0,8}[=:]\\s{0,8})[^\\s"&;,<]{1,4096}`, 'gi'), `$1${MASK}`],
  // Digits somebody pressed may be a PIN: INFO (RFC 6086 §4.2) and KPML (RFC 4730 §5).
  [/^(\s*Signal\s*=\s*)[^\r\n]+/gim, '$1*'],
  [/(<kpml-response\b[^>]{0,512}\bdigits=)"[^"]*"/gi, `$1"${MASK}"`],
];

function maskBody(body: string, type: string): string {
  if (/^\s*application\/(?:dtmf\b(?!-relay)|vnd\.nortelnetworks\.digits)/i.test(type)) return MASK;
  const withoutKeys = fixedKeys.reduce(
    (text, pattern) => text.replace(pattern, (key) => 'x'.repeat(key.length)),
    maskUri(body),
  );
  return secrets.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), withoutKeys);
}

const encoder = new TextEncoder();

/** Content-Length tells the truth about what follows, where masking has changed it. */
function withLength(head: string, shown: string, body: string): string {
  if (shown === body) return head;
  const length = encoder.encode(shown).length;
  return head.replace(/^(content-length|l)(\s*:\s*)\d+/im, `$1$2${length}`);
}

function field(head: string, name: RegExp): string | undefined {
  for (const line of head.split('\r\n').slice(1)) {
    const colon = line.indexOf(':');
    if (colon !== -1 && name.test(line.slice(0, colon).trim())) return line.slice(colon + 1).trim();
  }
  return undefined;
}

/** Behind the empty line that ends the header. */
function headEnd(bytes: Uint8Array): number {
  for (let at = 0; at + 3 < bytes.length; at++) {
    if (bytes[at] === 13 && bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10)
      return at + 4;
  }
  return bytes.length;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** COMPAT(gateways that send names in Windows-1252): as the parser reads them, until such peers are gone. */
const windows1252 = new TextDecoder('windows-1252');

/** Undefined for what is no text. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    return /[\x00-\x08\x0e-\x1f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
