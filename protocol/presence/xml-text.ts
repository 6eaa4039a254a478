// Characters of XML 1.0: which are allowed, references resolved, text escaped. Used by the XML reader and the builders.

/** XML 1.0 §2.2: no control characters but tab and line ends, no lone surrogates, no U+FFFE and U+FFFF. */
const FORBIDDEN =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const FORBIDDEN_ALL = new RegExp(FORBIDDEN, 'g');

export function isXmlText(text: string): boolean {
  return !FORBIDDEN.test(text);
}

export function isXmlSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a;
}

/** White space and the characters that no name may hold. */
export function isNameEnd(code: number): boolean {
  if (code >= 0x80 || (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a)) return false;
  if (code >= 0x30 && code <= 0x3a) return false;
  return code !== 0x2d && code !== 0x2e && code !== 0x5f;
}

const BUILT_IN: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Character references and the five built-in entities; undefined for any other (XML 1.0 §4.1, §4.6). */
export function resolveReferences(text: string): string | undefined {
  let from = text.indexOf('&');
  if (from === -1) return text;
  let out = text.slice(0, from);
  while (from !== -1) {
    const end = text.indexOf(';', from);
    if (end === -1 || end - from > 12) return undefined;
    const resolved = resolveReference(text.slice(from + 1, end));
    if (resolved === undefined) return undefined;
    const next = text.indexOf('&', end);
    out += resolved + text.slice(end + 1, next === -1 ? text.length : next);
    from = next;
  }
  return out;
}

function resolveReference(name: string): string | undefined {
  if (!name.startsWith('#')) return Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  const isHex = name[1] === 'x';
  const digits = name.slice(isHex ? 2 : 1);
  if (!(isHex ? /^[0-9a-fA-F]{1,8}$/ : /^[0-9]{1,8}$/).test(digits)) return undefined;
  const code = Number.parseInt(digits, isHex ? 16 : 10);
  if (code > 0x10ffff) return undefined;
  const char = String.fromCodePoint(code);
  return isXmlText(char) ? char : undefined;
}

/** Text between tags or in double quotes. Characters that XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return text.replace(FORBIDDEN_ALL, '\uFFFD').replace(/[&<>"\r\n\t]/g, (char) => ESCAPES[char] ?? char);
}

/** Line ends and tabs go as references, since readers normalise the bare ones. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** `text` as an xs:ID, which begins with a letter and has no odd characters; different texts stay different. */
export function xmlId(text: string): string {
  return text.replace(/^[^A-Za-z]|[^A-Za-z0-9.-]/g, (char) => `_${char.charCodeAt(0).toString(16)}_`) || '_';
}
