// Moving through a list by keyboard: arrows, Home, End, pages, and typing the start of a name. Pure.

export interface ListKeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const PAGE = 8;

/** The row that the key moves to, or null if it does not move. */
export function moveTo(press: ListKeyPress, active: number, count: number): number | null {
  if (count === 0 || press.altKey || press.metaKey || press.ctrlKey) return null;
  const clamp = (index: number) => Math.max(0, Math.min(count - 1, index));
  switch (press.key) {
    case 'ArrowDown':
      return clamp(active + 1);
    case 'ArrowUp':
      return clamp(active - 1);
    case 'PageDown':
      return clamp(active + PAGE);
    case 'PageUp':
      return clamp(active - PAGE);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** How long the letters of one name may be apart. */
export const TYPE_AHEAD_MS = 700;

/** The next row after the active one whose name has a word that begins with `typed`. */
export function typeAhead(names: readonly string[], typed: string, active: number): number | null {
  const wanted = fold(typed);
  // A repeated or first letter goes on to the next match; more letters may stay on the same one.
  const from = typed.length === 1 ? active + 1 : active;
  for (let step = 0; step < names.length; step++) {
    const index = (from + step) % names.length;
    const words = fold(names[index] ?? '').split(/\s+/);
    if (fold(names[index] ?? '').startsWith(wanted) || words.some((word) => word.startsWith(wanted)))
      return index;
  }
  return null;
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
