// Which groups of the contact list are folded in this browser.

const KEY = 'parley.closedGroups';

export function readClosedGroups(): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return new Set(Array.isArray(stored) ? stored.filter((group) => typeof group === 'string') : []);
  } catch {
    return new Set();
  }
}

export function writeClosedGroups(groups: ReadonlySet<string>): void {
  try {
    localStorage.setItem(KEY, JSON.stringify([...groups]));
  } catch {
    // Storage is forbidden: the groups unfold at the next visit.
  }
}
