// Names as a list in the reader's language: "Bob, Carol and 3 more".
import { useTranslation } from 'react-i18next';
import { formatLocale } from '../../kit/i18n/languages.ts';

const known = new Map<string, Intl.ListFormat>();

/** @param named how many names stand there before the others are counted */
export function useNameList(named = 5): (names: readonly string[]) => string {
  const { t, i18n } = useTranslation();
  const locale = formatLocale(i18n.language);
  const format = known.get(locale) ?? new Intl.ListFormat(locale, { type: 'conjunction' });
  known.set(locale, format);
  return (names) => {
    const more = names.length - named;
    if (more <= 0) return format.format(names);
    return format.format([...names.slice(0, named), t('groups.more', { count: more })]);
  };
}
