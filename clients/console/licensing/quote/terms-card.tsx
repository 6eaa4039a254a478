// What stands at the head of the printed quote.
import { Field, Input, Select } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import parts from '../../parts.module.css';
import { CURRENCIES } from '../currencies.ts';
import { Card } from '../page-body.tsx';
import type { DraftCardProps } from './quote-page.tsx';

export function TermsCard({ draft, change }: DraftCardProps) {
  const { t } = useTranslation();
  return (
    <Card title={t('licenceTools.quote.terms')} hint={t('licenceTools.quote.termsHint')}>
      <div className={parts.form}>
        <Field label={t('licenceTools.quote.customer')}>
          <Input
            maxLength={200}
            value={draft.customer}
            onChange={(_, { value }) => change({ customer: value })}
          />
        </Field>
        <Field label={t('licenceTools.quote.number')}>
          <Input maxLength={60} value={draft.number} onChange={(_, { value }) => change({ number: value })} />
        </Field>
        <Field label={t('licenceTools.quote.validUntil')}>
          <Input
            type="date"
            value={draft.validUntil}
            onChange={(_, { value }) => change({ validUntil: value })}
          />
        </Field>
        <Field label={t('licences.settings.currency')}>
          <Select value={draft.currency} onChange={(_, { value }) => change({ currency: value })}>
            {CURRENCIES.map((code) => (
              <option key={code} value={code} lang="en">
                {code}
              </option>
            ))}
          </Select>
        </Field>
      </div>
    </Card>
  );
}
