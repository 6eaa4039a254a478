// What a pack of each CAL on the quote costs. Without prices the quote counts only.
import { Field, Input } from '@fluentui/react-components';
import { skuOf } from '@parley/services/licensing/rules/catalogue';
import type { QuoteItem } from '@parley/services/licensing/rules/quote';
import { useTranslation } from 'react-i18next';
import { minorUnits } from '../licence-formats.ts';
import { Card } from '../page-body.tsx';
import { SkuLabel } from '../sku-label.tsx';
import styles from './quote.module.css';
import type { DraftCardProps } from './quote-page.tsx';

interface PricesCardProps extends DraftCardProps {
  readonly items: readonly QuoteItem[];
}

export function PricesCard({ draft, change, items }: PricesCardProps) {
  const { t } = useTranslation();
  const { currency, packPrices } = draft;
  const cals = [...new Set(items.filter(({ kind }) => kind === 'cal').map(({ sku }) => sku))];
  if (cals.length === 0) return null;
  return (
    <Card title={t('licenceTools.quote.prices', { currency })} hint={t('licenceTools.quote.pricesHint')}>
      {cals.map((sku) => (
        <section key={sku} aria-label={skuOf(sku)?.name ?? sku}>
          <h3 className={styles.cal}>
            <SkuLabel sku={sku} />
          </h3>
          <div className={styles.packs}>
            {(skuOf(sku)?.packSizes ?? [1]).map((size) => {
              const typed = packPrices[sku]?.[size] ?? '';
              const wrong = typed.trim() !== '' && minorUnits(typed, currency) === null;
              return (
                <Field
                  key={size}
                  label={t('licenceTools.quote.packOf', { count: size })}
                  {...(wrong ? { validationMessage: t('licences.stock.badPrice') } : {})}
                >
                  <Input
                    inputMode="decimal"
                    maxLength={20}
                    value={typed}
                    onChange={(_, { value }) =>
                      change({
                        packPrices: { ...packPrices, [sku]: { ...packPrices[sku], [size]: value } },
                      })
                    }
                  />
                </Field>
              );
            })}
          </div>
        </section>
      ))}
    </Card>
  );
}
