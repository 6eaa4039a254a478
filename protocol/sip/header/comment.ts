// Comments in parentheses, which nest (RFC 3261 §25.1). Used by Retry-After, Server and User-Agent.

/** Behind the parenthesis that closes the one at `at`, or -1. */
export function commentEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x28) depth++;
    else if (code === 0x29 && --depth === 0) return i + 1;
  }
  return -1;
}

/** What stands in the parentheses at `start` and `end - 1`, quoted pairs resolved. */
export function commentText(text: string, start: number, end: number): string {
  return text.slice(start + 1, end - 1).replace(/\\(.)/gs, '$1');
}

/** Line ends cannot be in a comment and become spaces. */
export function serializeComment(text: string): string {
  return `(${text.replace(/[\r\n]+/g, ' ').replace(/[()\\\0]/g, '\\$&')})`;
}
