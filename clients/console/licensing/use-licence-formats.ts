// The licence formats of the language that is chosen now.
import { useTranslation } from 'react-i18next';
import { formatLocale } from '../../kit/i18n/languages.ts';
import { type LicenceFormats, makeLicenceFormats } from './licence-formats.ts';

const known = new Map<string, LicenceFormats>();

export function useLicenceFormats(): LicenceFormats {
  const { i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const formats = known.get(locale) ?? makeLicenceFormats(locale);
  known.set(locale, formats);
  return formats;
}
