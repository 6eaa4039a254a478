// Percent escapes in URIs (RFC 3261 §19.1.2): valid, resolved, made. Used by the URI module.

export function hasValidEscapes(text: string): boolean {
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at + 3)) {
    if (!isHex(text.charCodeAt(at + 1)) || !isHex(text.charCodeAt(at + 2))) return false;
  }
  return true;
}

function isHex(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

/** Escapes resolved as UTF-8; a text whose escapes are not UTF-8 stays as it is. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function equalUnescaped(a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return unescapeUri(a) === unescapeUri(b);
}

/** Text from a person as the user part of a URI: everything but what needs no escape there is escaped. */
export function escapeUser(text: string): string {
  return encodeURIComponent(text).replace(/%(?:26|3D|2B|24|2C|3B|3F|2F)/g, decodeURIComponent);
}
