// For somebody who is signed in and may not administer: where to go instead.
import { Button } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { signOut } from '../kit/http/session.ts';
import { EntryPage } from '../kit/sign-in/entry-page.tsx';

export function NotAdministrator({ address }: { readonly address: string }) {
  const { t } = useTranslation();
  return (
    <EntryPage
      title={t('console.notAdministratorTitle')}
      text={t('console.notAdministratorText', { address })}
    >
      <Button appearance="primary" size="large" as="a" href="/">
        {t('console.toCommunicator')}
      </Button>
      <Button size="large" onClick={() => void signOut(false)}>
        {t('console.otherAccount')}
      </Button>
    </EntryPage>
  );
}
