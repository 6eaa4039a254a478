// The small words of SDP's grammar (RFC 8866 §9): words between spaces, numbers, tokens. Used by the parser and the
// attribute modules. No regular expression with repetition over untrusted text.

/** The words between runs of spaces and tabs. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = at === text.length ? 0x20 : text.charCodeAt(at);
    if (code === 0x20 || code === 0x09) {
      if (start !== -1) words.push(text.slice(start, at));
      start = -1;
    } else if (start === -1) start = at;
  }
  return words;
}

/** The first word, and everything behind the spaces that follow it, as it is. */
export function splitWord(text: string): [word: string, rest: string] {
  let end = 0;
  while (end < text.length && !isSpace(text.charCodeAt(end))) end++;
  let rest = end;
  while (rest < text.length && isSpace(text.charCodeAt(rest))) rest++;
  return [text.slice(0, end), text.slice(rest)];
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** 1*DIGIT from 0 to `max`, or undefined. */
export function parseInteger(text: string | undefined, max: number): number | undefined {
  if (text === undefined || text.length === 0 || text.length > 20) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value <= max ? value : undefined;
}

export function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x30 || code > 0x39) return false;
  }
  return text.length > 0;
}

/** Visible ASCII but quotes, brackets, separators: RFC 8866 §9 `token`. */
export function isToken(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isTokenCode(text.charCodeAt(at))) return false;
  return text.length > 0;
}

function isTokenCode(code: number): boolean {
  if (code <= 0x20 || code >= 0x7f) return false;
  // " ( ) , / : ; < = > ? @ [ \ ]
  if (code === 0x22 || code === 0x28 || code === 0x29 || code === 0x2c || code === 0x2f) return false;
  return !((code >= 0x3a && code <= 0x40) || (code >= 0x5b && code <= 0x5d));
}

/** ALPHA / DIGIT / `+` / `/`: RFC 8839 §5.1 `ice-char`. */
export function isIceText(text: string, least: number, most: number): boolean {
  if (text.length < least || text.length > most) return false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const isAlphanumeric =
      (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
    if (!isAlphanumeric && code !== 0x2b && code !== 0x2f) return false;
  }
  return true;
}
