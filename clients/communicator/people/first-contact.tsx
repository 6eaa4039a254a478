// An empty list teaches by doing: the search box gets the focus, or a file is taken in.
import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { PeopleIcon } from '../../kit/widgets/icons.tsx';
import { focusRequests } from '../shortcuts.ts';

const ImportDialog = lazy(() => import('./exchange/import-dialog.tsx'));

export function FirstContact() {
  const { t } = useTranslation();
  const [imports, setImports] = useState(false);
  return (
    <EmptyState
      picture={<PeopleIcon size={30} />}
      title={t('people.emptyTitle')}
      text={t('people.emptyText')}
    >
      <Button appearance="primary" onClick={() => focusRequests.dispatchEvent(new Event('search'))}>
        {t('contacts.searchFirst')}
      </Button>
      <Button appearance="subtle" onClick={() => setImports(true)}>
        {t('contacts.import')}
      </Button>
      <Suspense>{imports && <ImportDialog close={() => setImports(false)} />}</Suspense>
    </EmptyState>
  );
}
