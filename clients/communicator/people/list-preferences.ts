// Which sections of the contact list are folded in this browser, and how it is sorted.
import { create } from 'zustand';
import type { SortOrder } from './contact-rows.ts';

const TOGGLED = 'parley.toggledSections';
const ORDER = 'parley.contactOrder';

interface ListPreferences {
  /** Sections that are not as they are at first. */
  readonly toggled: ReadonlySet<string>;
  readonly order: SortOrder;
}

export const useListPreferences = create<ListPreferences>(() => ({
  toggled: readToggled(),
  order: read(ORDER) === 'availability' ? 'availability' : 'name',
}));

export function toggleSection(key: string): void {
  const { toggled } = useListPreferences.getState();
  const next = new Set(toggled);
  if (!next.delete(key)) next.add(key);
  useListPreferences.setState({ toggled: next });
  keep(TOGGLED, JSON.stringify([...next]));
}

export function sortBy(order: SortOrder): void {
  useListPreferences.setState({ order });
  keep(ORDER, order);
}

function readToggled(): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(read(TOGGLED) ?? '[]');
    return new Set(Array.isArray(stored) ? stored.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Storage is forbidden: it is as at first at the next visit.
  }
}
