// What stands for a person without a photo. Pure.

const HUES = 8;

/** "Ana Lucía Gómez" → "AG"; titles in brackets do not count. */
export function initialsOf(name: string): string {
  const words = name
    .replace(/\(.*?\)/g, ' ')
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word));
  const first = words[0];
  if (first === undefined) return '?';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return (firstLetter(first) + firstLetter(last)).toLocaleUpperCase();
}

/** The same person has the same colour everywhere and always. */
export function hueOf(userId: string): number {
  let sum = 0;
  for (const letter of userId) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum % HUES;
}

function firstLetter(word: string): string {
  return Array.from(word)[0] ?? '';
}
