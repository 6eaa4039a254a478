// Step one: the licences that are held, with their Software Assurance.
import { Button, Field, Input } from '@fluentui/react-components';
import { r2Release } from '@parley/services/licensing/rules/transition';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { PlusIcon } from '../../../kit/widgets/icons.tsx';
import { CountField } from '../count-field.tsx';
import { Card } from '../page-body.tsx';
import { skuName } from '../sku-name.ts';
import { SkuSelect } from '../sku-select.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { type HeldRow, newRow, olderProducts, type Portfolio } from './portfolio.ts';
import styles from './transition.module.css';

interface HeldCardProps {
  readonly portfolio: Portfolio;
  readonly change: (part: Partial<Portfolio>) => void;
  /** Where the rows may come from beside the keyboard. */
  readonly children: ReactNode;
}

export function HeldCard({ portfolio, change, children }: HeldCardProps) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const { rows, release } = portfolio;
  const set = (key: string, part: Partial<HeldRow>) =>
    change({ rows: rows.map((row) => (row.key === key ? { ...row, ...part } : row)) });
  return (
    <Card title={t('licenceTools.transition.held')} hint={t('licenceTools.transition.heldHint')}>
      {rows.length === 0 && (
        <EmptyState
          title={t('licenceTools.transition.emptyTitle')}
          text={t('licenceTools.transition.emptyText')}
        />
      )}
      <ul>
        {rows.map(({ key, product, quantity, saFrom, saTo }) => (
          <li key={key} className={styles.row}>
            <SkuSelect
              label={t('licences.licence')}
              skus={olderProducts}
              value={product}
              change={(sku) => set(key, { product: sku })}
            />
            <CountField
              label={t('licences.quantity')}
              value={quantity}
              change={(typed) => set(key, { quantity: typed })}
            />
            <Field label={t('licenceTools.transition.saFrom')}>
              <Input type="date" value={saFrom} onChange={(_, { value }) => set(key, { saFrom: value })} />
            </Field>
            <Field label={t('licenceTools.transition.saTo')}>
              <Input type="date" value={saTo} onChange={(_, { value }) => set(key, { saTo: value })} />
            </Field>
            <Button
              aria-label={t('licences.removeNamed', { name: skuName(product) })}
              onClick={() => change({ rows: rows.filter((row) => row.key !== key) })}
            >
              {t('licences.remove')}
            </Button>
          </li>
        ))}
      </ul>
      <div className={styles.foot}>
        <Button icon={<PlusIcon />} onClick={() => change({ rows: [...rows, newRow(rows.at(-1)?.product)] })}>
          {t('licenceTools.transition.add')}
        </Button>
        {children}
        <Field
          className={styles.release}
          label={t('licenceTools.transition.release')}
          hint={t('licenceTools.transition.releaseHint', { day: licences.day(r2Release) })}
        >
          <Input
            type="date"
            value={release}
            onChange={(_, { value }) => change({ release: value === '' ? r2Release : value })}
          />
        </Field>
      </div>
    </Card>
  );
}
