// The formats of the language that is chosen now.
import { useTranslation } from 'react-i18next';
import { type Formats, makeFormats } from './format.ts';
import { formatLocale } from './languages.ts';

const known = new Map<string, Formats>();

export function useFormats(): Formats {
  const { i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const formats = known.get(locale) ?? makeFormats(locale);
  known.set(locale, formats);
  return formats;
}
