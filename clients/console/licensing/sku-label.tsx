// The name of a licence. Products are called the same in every language.
import { skuName } from './sku-name.ts';

export function SkuLabel({ sku }: { readonly sku: string }) {
  return (
    <bdi lang="en" translate="no">
      {skuName(sku)}
    </bdi>
  );
}
