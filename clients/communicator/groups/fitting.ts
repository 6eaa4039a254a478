// As many of the people found as a group has room for. Pure.

export interface Cut {
  /** How many of them are in the group or chosen for it. */
  readonly taken: number;
  readonly total: number;
}

export function fitting({
  chosen,
  found,
  total,
  here,
  most,
}: {
  readonly chosen: readonly string[];
  readonly found: readonly string[];
  /** How many there are altogether; `found` may be the first of them. */
  readonly total: number;
  /** Who is in the group already, oneself included. */
  readonly here: readonly string[];
  readonly most: number;
}): { readonly chosen: readonly string[]; readonly cut: Cut | null } {
  const present = new Set(here);
  const room = Math.max(0, most - present.size);
  const all = [...new Set([...chosen, ...found])].filter((userId) => !present.has(userId));
  const next = all.slice(0, room);
  const inside = new Set([...present, ...next]);
  const taken = found.filter((userId) => inside.has(userId)).length;
  return { chosen: next, cut: taken < total ? { taken, total } : null };
}
