// What a licence rests on (licensing rules A10, S7, S22, S23): an Enterprise CAL on a Standard CAL, a Remote Desktop CAL on
// a Windows CAL, always of the same person or device. Used when CALs are assigned, taken away or moved.
import { releaseById, type Sku, skuOf } from './catalogue.ts';
import { holdingOf, openedUp } from './holding.ts';
import { calSkuOf, windowsCal } from './windows-catalogue.ts';

/** @returns the licences to assign first; empty where the subject holds what this one rests on. */
export function missingUnder(
  sku: Sku,
  held: readonly string[],
  metric: 'user' | 'device',
): readonly string[] {
  if (sku.needs !== undefined) {
    const kind = skuOf(sku.needs)?.cal;
    // Any server that this licence opens is enough: a newer Standard CAL opens older servers (S6).
    const rests = (sku.opens ?? []).some((id) => {
      const release = releaseById(id);
      return release !== undefined && kind !== undefined && holdingOf(held, release).kinds.has(kind);
    });
    return rests ? [] : [sku.needs];
  }
  const additive = windowsCal(sku.id);
  if (additive === undefined || additive.scope === 'windows') return [];
  const rests = held.flatMap(partsOf).some((id) => {
    const base = windowsCal(id);
    return base?.scope === 'windows' && base.reaches.includes(additive.family);
  });
  const needed = calSkuOf(additive.family, metric);
  return rests || needed === undefined ? [] : [needed];
}

/** Licences of the subject that would grant nothing any more without `sku`. */
export function restingOn(sku: Sku, held: readonly string[], metric: 'user' | 'device'): readonly string[] {
  const at = held.findIndex((id) => skuOf(id)?.id === sku.id);
  const left = at === -1 ? held : held.toSpliced(at, 1);
  return left.filter((id) => {
    const other = skuOf(id);
    if (other === undefined || missingUnder(other, held, metric).length > 0) return false;
    return missingUnder(other, left, metric).length > 0;
  });
}

/** The held suite that this licence is an inseparable part of, if it is not held by itself (S23). */
export function suiteAround(sku: Sku, held: readonly string[]): string | undefined {
  if (held.some((id) => skuOf(id)?.id === sku.id)) return undefined;
  return held.find((id) => skuOf(id)?.model === 'suite' && partsOf(id).includes(sku.id));
}

function partsOf(id: string): readonly string[] {
  const sku = skuOf(id);
  return sku === undefined ? [] : openedUp(sku).map((part) => part.id);
}
