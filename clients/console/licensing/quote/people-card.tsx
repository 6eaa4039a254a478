// Who will use what is sold: what the number of CALs follows from.
import { Field, Select } from '@fluentui/react-components';
import { skuOf } from '@parley/services/licensing/rules/catalogue';
import { windowsProduct } from '@parley/services/licensing/rules/windows-catalogue';
import { useTranslation } from 'react-i18next';
import parts from '../../parts.module.css';
import { CountField } from '../count-field.tsx';
import { Card } from '../page-body.tsx';
import type { QuoteDraft } from './quote-draft.ts';
import type { DraftCardProps } from './quote-page.tsx';

const METRICS = ['either', 'user', 'device'] as const;

export function PeopleCard({ draft, change }: DraftCardProps) {
  const { t } = useTranslation();
  const { lines } = draft;
  const windows = lines.flatMap(({ product }) => windowsProduct(product) ?? []);
  const communications = lines.some(({ product }) => {
    const sku = skuOf(product);
    return sku?.model === 'server' && windowsProduct(product) === undefined;
  });
  const field = (key: keyof QuoteDraft & `${string}sers`) => (
    <CountField
      label={t(`licenceTools.quote.${key}`)}
      value={draft[key] as string}
      change={(typed) => change({ [key]: typed })}
    />
  );
  return (
    <Card title={t('licenceTools.quote.people')} hint={t('licenceTools.quote.peopleHint')}>
      <div className={parts.form}>
        {field('users')}
        {communications && field('enterpriseUsers')}
        {windows.length > 0 && (
          <>
            <CountField
              label={t('licenceTools.quote.devices')}
              hint={t('licenceTools.quote.devicesHint')}
              value={draft.devices}
              change={(devices) => change({ devices })}
            />
            <Field label={t('licenceTools.quote.metric')}>
              <Select
                value={draft.metric}
                onChange={(_, { value }) =>
                  change({ metric: METRICS.find((metric) => metric === value) ?? 'either' })
                }
              >
                {METRICS.map((metric) => (
                  <option key={metric} value={metric}>
                    {t(`licenceTools.quote.metrics.${metric}`)}
                  </option>
                ))}
              </Select>
            </Field>
            {windows.some(({ calScope }) => calScope === 'sql-server') && field('sqlUsers')}
            {field('remoteDesktopUsers')}
          </>
        )}
      </div>
    </Card>
  );
}
