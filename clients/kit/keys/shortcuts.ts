// Keyboard shortcuts: what a combination is, when it may fire, and how it is written. Pure but for `isTextField`.

/** "Control+K", "Alt+ArrowUp", "/" — `Control` also means the Command key. */
export type Combination = string;

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export function pressed(press: KeyPress, combination: Combination): boolean {
  const parts = combination.split('+');
  const key = parts.at(-1) ?? '';
  const wants = (modifier: string) => parts.slice(0, -1).includes(modifier);
  if (press.key.toLowerCase() !== key.toLowerCase()) return false;
  if ((press.ctrlKey || press.metaKey) !== wants('Control') || press.altKey !== wants('Alt')) return false;
  // Signs such as "?" need Shift on one keyboard and not on another.
  return isSign(key) || press.shiftKey === wants('Shift');
}

/** WCAG 2.1.4: a key without Control or Alt never fires while somebody types, or has switched such keys off. */
export function mayFire(combination: Combination, quiet: boolean): boolean {
  return !quiet || /^(Control|Alt)\+/.test(combination) || combination === 'Escape';
}

export function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches('input, textarea, select, [role="combobox"], [role="menuitem"]')
  );
}

/** As it is shown: "Ctrl K", "Alt ↑". */
export function keyCaps(combination: Combination): string[] {
  const caps: Readonly<Record<string, string>> = {
    Control: 'Ctrl',
    ArrowUp: '↑',
    ArrowDown: '↓',
    Escape: 'Esc',
    Enter: '↵',
  };
  return combination.split('+').map((part) => caps[part] ?? part);
}

function isSign(key: string): boolean {
  return key.length === 1 && !/[\p{L}\p{N}]/u.test(key);
}
