// What the customer owns already: it is not sold again (B5).
import { Button } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { PlusIcon } from '../../../kit/widgets/icons.tsx';
import { CountField } from '../count-field.tsx';
import { Card } from '../page-body.tsx';
import { skuName } from '../sku-name.ts';
import { ProductSelect } from './product-select.tsx';
import styles from './quote.module.css';
import { type DraftHeld, newHeld } from './quote-draft.ts';
import type { DraftCardProps } from './quote-page.tsx';

export function HeldCard({ draft, change }: DraftCardProps) {
  const { t } = useTranslation();
  const { held } = draft;
  const set = (key: string, part: Partial<DraftHeld>) =>
    change({ held: held.map((row) => (row.key === key ? { ...row, ...part } : row)) });
  return (
    <Card title={t('licenceTools.quote.held')} hint={t('licenceTools.quote.heldHint')}>
      <ul>
        {held.map(({ key, sku, quantity }) => (
          <li key={key} className={styles.line} data-kind="held">
            <ProductSelect
              label={t('licences.licence')}
              only="cals"
              value={sku}
              change={(chosen) => set(key, { sku: chosen })}
            />
            <CountField
              label={t('licences.quantity')}
              value={quantity}
              change={(typed) => set(key, { quantity: typed })}
            />
            <Button
              onClick={() => change({ held: held.filter((row) => row.key !== key) })}
              aria-label={t('licences.removeNamed', { name: skuName(sku) })}
            >
              {t('licences.remove')}
            </Button>
          </li>
        ))}
      </ul>
      <div className={styles.add}>
        <Button
          icon={<PlusIcon />}
          onClick={() => change({ held: [...held, newHeld(held.at(-1)?.sku ?? 'parley-standard-cal')] })}
        >
          {t('licenceTools.quote.addHeld')}
        </Button>
      </div>
    </Card>
  );
}
