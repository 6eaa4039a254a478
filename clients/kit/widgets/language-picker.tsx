// The language, chosen before or after sign-in.
import { Select } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { LANGUAGES } from '../i18n/languages.ts';
import { setLanguage } from '../i18n/setup.ts';

interface LanguagePickerProps {
  /** For a label outside; without it the picker names itself. */
  readonly labelledBy?: string;
}

export function LanguagePicker({ labelledBy }: LanguagePickerProps) {
  const { t, i18n } = useTranslation();
  const naming =
    labelledBy === undefined ? { 'aria-label': t('settings.language') } : { 'aria-labelledby': labelledBy };
  return (
    <Select
      appearance={labelledBy === undefined ? 'filled-lighter' : 'outline'}
      value={i18n.language}
      onChange={(_, { value }) => void setLanguage(i18n, value)}
      {...naming}
    >
      {LANGUAGES.map(({ code, name }) => (
        <option key={code} value={code} lang={code}>
          {name}
        </option>
      ))}
    </Select>
  );
}
