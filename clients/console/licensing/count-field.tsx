// A whole number that somebody types: how many people, servers, licences.
import { Field, Input } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { wholeNumber } from './typed-number.ts';

interface CountFieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: string;
  readonly change: (typed: string) => void;
}

export function CountField({ label, hint, value, change }: CountFieldProps) {
  const { t } = useTranslation();
  const wrong = value.trim() !== '' && wholeNumber(value) === null;
  return (
    <Field
      label={label}
      {...(hint === undefined ? {} : { hint })}
      {...(wrong ? { validationMessage: t('licenceTools.badCount') } : {})}
    >
      <Input inputMode="numeric" maxLength={12} value={value} onChange={(_, data) => change(data.value)} />
    </Field>
  );
}
