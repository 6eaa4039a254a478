// Messages in the common format (RFC 3862 §2): who wrote to whom and when, and one content with header fields of its own,
// whatever carried them. Pure. Used by the im service's sip.ts, both ways.
import { formatTimestamp, parseTimestamp } from '../presence/timestamp.ts';

export const CPIM_TYPE = 'message/cpim';

const MAX_HEADER_LINES = 100;
const MAX_HEADER_BYTES = 16 * 1024;
const CR = 0x0d;
const LF = 0x0a;
const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true });

export interface CpimAddress {
  readonly name?: string | undefined;
  readonly uri: string;
}

/** A header field of another document than RFC 3862 §4. */
export interface CpimExtension {
  /** What its prefix stands for: `urn:ietf:params:imdn`. */
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

export interface Cpim {
  readonly from?: CpimAddress | undefined;
  readonly to: readonly CpimAddress[];
  /** Unix milliseconds. */
  readonly dateTimeMs?: number | undefined;
  readonly subject?: string | undefined;
  readonly extensions: readonly CpimExtension[];
  /** Header fields of the content, their names in lower case; `content-type` among them. */
  readonly contentHeaders: ReadonlyMap<string, string>;
  readonly content: Uint8Array;
}

export type CpimResult =
  | { readonly ok: true; readonly cpim: Cpim }
  | { readonly ok: false; readonly reason: string };

/** @param prefixes of the namespaces that its extensions use, each declared once. */
export function buildCpim(cpim: Cpim, prefixes: Readonly<Record<string, string>> = {}): Uint8Array {
  const { from, to, dateTimeMs, subject, extensions, contentHeaders, content } = cpim;
  const lines: string[] = [];
  if (from !== undefined) lines.push(`From: ${addressText(from)}`);
  for (const address of to) lines.push(`To: ${addressText(address)}`);
  if (dateTimeMs !== undefined) lines.push(`DateTime: ${formatTimestamp(dateTimeMs)}`);
  // A subject that begins so would be taken for the name of a language.
  if (subject !== undefined) lines.push(`Subject: ${escapeText(subject).replace(/^;/, escapeOf)}`);
  const declared = new Map(Object.entries(prefixes).map(([prefix, namespace]) => [namespace, prefix]));
  for (const namespace of new Set(extensions.map((extension) => extension.namespace)))
    lines.push(`NS: ${prefixOf(declared, namespace)} <${namespace}>`);
  for (const { namespace, name, value } of extensions)
    lines.push(`${prefixOf(declared, namespace)}.${name}: ${escapeText(value)}`);
  lines.push('');
  for (const [name, value] of contentHeaders) lines.push(`${titleOf(name)}: ${value}`);
  const head = encoder.encode(`${lines.join('\r\n')}\r\n\r\n`);
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}

function prefixOf(declared: ReadonlyMap<string, string>, namespace: string): string {
  const prefix = declared.get(namespace);
  if (prefix === undefined) throw new TypeError(`the namespace ${namespace} has no prefix`);
  return prefix;
}

function addressText({ name, uri }: CpimAddress): string {
  if (/[<>\s]/.test(uri)) throw new TypeError(`"${uri}" is not a URI`);
  return name === undefined ? `<${uri}>` : `"${escapeText(name).replaceAll('"', '\\"')}" <${uri}>`;
}

/** `content-type` as it is usually written. */
function titleOf(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (letters) => letters.toUpperCase());
}

export function parseCpim(bytes: Uint8Array): CpimResult {
  const first = headerBlock(bytes, 0);
  if (first === undefined) return refused('its header fields never end');
  const second = headerBlock(bytes, first.end);
  if (second === undefined) return refused('the header fields of its content never end');
  const outer = fieldsOf(first.text);
  const inner = fieldsOf(second.text);
  if (outer === undefined || inner === undefined) return refused('a header field cannot be read');
  const message = messageOf(outer);
  if (typeof message === 'string') return refused(message);
  return {
    ok: true,
    cpim: {
      ...message,
      contentHeaders: new Map(inner.map(({ name, value }) => [name.toLowerCase(), value])),
      content: new Uint8Array(bytes.subarray(second.end)),
    },
  };
}

interface Field {
  readonly name: string;
  readonly value: string;
}

function messageOf(fields: readonly Field[]): Omit<Cpim, 'contentHeaders' | 'content'> | string {
  let from: CpimAddress | undefined;
  let dateTimeMs: number | undefined;
  let subject: string | undefined;
  const to: CpimAddress[] = [];
  const extensions: CpimExtension[] = [];
  const namespaces = new Map<string, string>();
  for (const { name, value } of fields) {
    const dot = name.indexOf('.');
    const namespace = dot === -1 ? undefined : namespaces.get(name.slice(0, dot));
    // RFC 3862 §3.4: a prefix counts from its NS on; one that was not declared means nothing to us.
    if (namespace !== undefined)
      extensions.push({ namespace, name: name.slice(dot + 1), value: unescapeText(value) });
    else if (name === 'From') from ??= addressOf(value);
    else if (name === 'To') {
      const address = addressOf(value);
      if (address === undefined) return 'To is no address';
      to.push(address);
    } else if (name === 'DateTime') dateTimeMs ??= parseTimestamp(value);
    else if (name === 'Subject') subject ??= unescapeText(value.replace(/^;lang=\S+\s+/, ''));
    else if (name === 'NS') declare(namespaces, value);
    // RFC 3862 §4.7: what it requires and we do not know, we must not show; of the known ones, all are.
    else if (name === 'Require' && !value.split(',').every((one) => isKnown(one.trim(), namespaces)))
      return 'it requires what is not known here';
  }
  return {
    to,
    extensions,
    ...(from === undefined ? {} : { from }),
    ...(dateTimeMs === undefined ? {} : { dateTimeMs }),
    ...(subject === undefined ? {} : { subject }),
  };
}

const KNOWN = new Set(['From', 'To', 'cc', 'DateTime', 'Subject', 'NS', 'Require']);
const KNOWN_NAMESPACES = new Set(['urn:ietf:params:imdn']);

function isKnown(name: string, namespaces: ReadonlyMap<string, string>): boolean {
  const dot = name.indexOf('.');
  if (dot === -1) return KNOWN.has(name);
  return KNOWN_NAMESPACES.has(namespaces.get(name.slice(0, dot)) ?? '');
}

/** RFC 3862 §3.4: `imdn <urn:ietf:params:imdn>`. */
function declare(namespaces: Map<string, string>, value: string): void {
  const parts = /^([A-Za-z0-9!#$%&'*+_`|~^-]+)\s*<([^<>]+)>$/.exec(value);
  if (parts !== null) namespaces.set(parts[1]!, parts[2]!);
}

function addressOf(value: string): CpimAddress | undefined {
  const open = value.lastIndexOf('<');
  if (open === -1 || !value.endsWith('>')) return undefined;
  const uri = value.slice(open + 1, -1);
  if (uri === '' || /[<>\s]/.test(uri)) return undefined;
  const written = value.slice(0, open).trim();
  const quoted = /^"(.*)"$/s.exec(written);
  const name = unescapeText(quoted === null ? written : quoted[1]!);
  return name === '' ? { uri } : { name, uri };
}

/** The text up to the empty line, which may be the first one, and where the next part begins. */
function headerBlock(
  bytes: Uint8Array,
  from: number,
): { readonly text: string; readonly end: number } | undefined {
  const limit = Math.min(bytes.length, from + MAX_HEADER_BYTES);
  let lineStart = from;
  for (let at = bytes.indexOf(LF, from); at !== -1 && at < limit; at = bytes.indexOf(LF, at + 1)) {
    const lineEnd = at > lineStart && bytes[at - 1] === CR ? at - 1 : at;
    if (lineEnd === lineStart) {
      try {
        return { text: strict.decode(bytes.subarray(from, lineStart)), end: at + 1 };
      } catch {
        return undefined;
      }
    }
    lineStart = at + 1;
  }
  return undefined;
}

/** Lines that begin with white space go on with the one before, as some phones fold them. */
function fieldsOf(text: string): Field[] | undefined {
  const fields: { name: string; value: string }[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === '') continue;
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last === undefined) return undefined;
      last.value = `${last.value} ${line.trim()}`.trim();
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1 || fields.length === MAX_HEADER_LINES) return undefined;
    const name = line.slice(0, colon).trimEnd();
    if (name === '' || /\s/.test(name)) return undefined;
    fields.push({ name, value: line.slice(colon + 1).trim() });
  }
  return fields;
}

const ESCAPED: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', r: '\r' };

/** RFC 3862 §3: backslash and control characters are written as escapes; so is white space that would be cut off. */
function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]|^\s|\s$/g, escapeOf);
}

function escapeOf(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text
    .replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, hex: string | undefined, char: string | undefined) =>
      hex === undefined ? (ESCAPED[char!] ?? char!) : String.fromCharCode(Number.parseInt(hex, 16)),
    )
    .toWellFormed();
}

function refused(reason: string): CpimResult {
  return { ok: false, reason };
}
