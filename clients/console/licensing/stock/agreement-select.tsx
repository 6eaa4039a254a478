// The agreement that something was bought under, or none.
import { Field, Select } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import parts from '../../parts.module.css';
import type { Agreement } from '../licensing-api.ts';

interface AgreementSelectProps {
  readonly agreements: readonly Agreement[];
  readonly value: string;
  readonly change: (agreementId: string) => void;
}

export function AgreementSelect({ agreements, value, change }: AgreementSelectProps) {
  const { t } = useTranslation();
  if (agreements.length === 0) return null;
  return (
    <Field label={t('licences.stock.agreement')} className={parts.wide}>
      <Select value={value} onChange={(_, data) => change(data.value)}>
        <option value="">{t('licences.stock.noAgreement')}</option>
        {agreements.map(({ agreementId, name }) => (
          <option key={agreementId} value={agreementId}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}
