// What the licences of one subject open on a server (licensing rules A10, A12, S6, S7, S23): suites are opened up, CALs
// older than the server do not count. Used by access.ts and feature.ts.
import { type Release, type RightKind, reach, type Sku, skuOf } from './catalogue.ts';

export interface Holding {
  readonly kinds: ReadonlySet<RightKind>;
  /** Held, but of a version older than the server (S6). */
  readonly tooOld: ReadonlySet<RightKind>;
  /** Rules that made a difference: A12 for a suite, S6 for another version. */
  readonly rules: readonly string[];
}

/** A licence and, for a suite, everything inside it. */
export function openedUp(sku: Sku): readonly Sku[] {
  const inside = [...(sku.contains ?? []), ...(sku.containsSuites ?? [])];
  return [sku, ...inside.flatMap((id) => openedUp(skuOf(id) as Sku))];
}

/** @param held SKUs of one person or one device; external connectors of one server. */
export function holdingOf(held: readonly string[], release: Release): Holding {
  const kinds = new Set<RightKind>();
  const tooOld = new Set<RightKind>();
  const rules = new Set<string>();
  for (const id of held) {
    const sku = skuOf(id);
    if (sku === undefined) continue;
    for (const part of openedUp(sku)) {
      if (part.cal === undefined) continue;
      const reached = reach(part, release);
      if (reached === 'other-product') continue;
      (reached === 'opens' ? kinds : tooOld).add(part.cal);
      if (sku.model === 'suite') rules.add('A12');
      if (reached === 'too-old' || !(part.opens ?? []).includes(release.id)) rules.add('S6');
    }
  }
  for (const kind of kinds) tooOld.delete(kind);
  return { kinds, tooOld, rules: [...rules] };
}

/** Licences that no catalogue has. */
export function unknownAmong(held: readonly string[]): string | undefined {
  return held.find((id) => skuOf(id) === undefined);
}
