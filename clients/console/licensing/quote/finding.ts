// What the rules found, a code, as a sentence. A code that this page does not know stands for itself.
import { useTranslation } from 'react-i18next';

const KNOWN = [
  'one-computer-per-server-licence',
  'max-user-accounts',
  'max-devices',
  'unknown-variant',
  'sql-server-users-not-stated',
  'remote-desktop-users-not-stated',
  'rights-management-users-not-stated',
] as const;

export function useFinding(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => {
    const known = KNOWN.find((each) => each === code);
    return known === undefined ? code : t(`licenceTools.findings.${known}`);
  };
}
