// Which calls were in this window when it was loaded again: they go on in it. Read once, so that a copy of the tab does not
// take them.
const KEY = 'parley.calls';
const LONGEST_MS = 60_000;

export function keepForReload(sideIds: readonly string[]): void {
  try {
    if (sideIds.length > 0) sessionStorage.setItem(KEY, JSON.stringify({ sideIds, at: Date.now() }));
  } catch {
    // Storage is forbidden: the calls can be continued by hand.
  }
}

export function keptForReload(): readonly string[] {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as {
      sideIds?: unknown;
      at?: unknown;
    } | null;
    sessionStorage.removeItem(KEY);
    if (kept === null || !Array.isArray(kept.sideIds) || Date.now() - Number(kept.at) > LONGEST_MS) return [];
    return kept.sideIds.filter((sideId) => typeof sideId === 'string');
  } catch {
    return [];
  }
}
