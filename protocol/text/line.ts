// What people write into one line, as it is kept: nothing in it that breaks a page, a log line or a SIP header. Pure.

/** PostgreSQL cannot hold U+0000, and nobody can see control and direction characters. */
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** @param longest in characters (code points); a longer text is cut. */
export function cleanLine(text: string, longest: number): string {
  return cutText(text.toWellFormed().replace(FORBIDDEN, ' ').trim(), longest);
}

/** In its one spelling (NFC), which is longer for some letters: it is cut after that. */
export function cutText(text: string, longest: number): string {
  return [...text.normalize('NFC')].slice(0, longest).join('').trim();
}
