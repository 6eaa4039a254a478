// The emoji that somebody chose last, on this machine. Nothing in them tells about anybody, so all who sign in here share them.
const KEY = 'parley.emoji';
const MOST = 16;
const FIRST = ['👍', '❤️', '😂', '🎉', '😮', '😢'];

export function recentEmoji(): string[] {
  try {
    const held: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    const known = Array.isArray(held) ? held.filter((one) => typeof one === 'string' && one.length < 32) : [];
    return [...new Set<string>([...known, ...FIRST])].slice(0, MOST);
  } catch {
    return FIRST;
  }
}

export function rememberEmoji(emoji: string): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...new Set([emoji, ...recentEmoji()])].slice(0, MOST)));
  } catch {
    // Storage is full or forbidden: nothing is remembered.
  }
}
