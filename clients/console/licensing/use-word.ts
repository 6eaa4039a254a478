// A word for a code that the server may know before these pages do: then the code itself is shown.
import { useTranslation } from 'react-i18next';

export function useWord(): (key: string, otherwise: string) => string {
  const { t, i18n } = useTranslation();
  return (key, otherwise) => (i18n.exists(key) ? String(t(key as 'licences.licence')) : otherwise);
}
