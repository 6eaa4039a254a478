// What a licence is called, and which of them can be chosen. From the catalogue that the rules read.
import { type Sku, skuOf, skus } from '@parley/services/licensing/rules/catalogue';

export function skuName(id: string): string {
  return skuOf(id)?.name ?? id;
}

/** Licences that are given to people and devices. */
export const assignable: readonly Sku[] = parleyFirst(
  skus.filter(({ model, metrics }) => ['cal', 'suite'].includes(model) && metrics.includes('user')),
);

/** Everything that can be bought. */
export const purchasable: readonly Sku[] = parleyFirst(skus);

const order = new Map(purchasable.map(({ id }, index) => [id, index]));

/** In the order in which licences are offered. */
export function bySku(one: string, other: string): number {
  return (order.get(one) ?? order.size) - (order.get(other) ?? order.size);
}

/** CALs of Parley before its servers, and both before everything else. */
function parleyFirst(list: readonly Sku[]): readonly Sku[] {
  const rank = ({ family, model }: Sku) => (family !== 'parley' ? 2 : model === 'server' ? 1 : 0);
  return [...list].sort((a, b) => rank(a) - rank(b));
}
