// What stands under "Calls": the calls of the past, and beside them the voice messages.
import { Tab, TabList } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { ListSkeleton } from '../people/list-skeleton.tsx';
import { loadVoicemailTexts } from '../voicemail/voicemail-texts.ts';
import styles from './history-list.module.css';
import HistoryList from './history-list.tsx';

await loadVoicemailTexts();

const VoicemailList = lazy(() => import('../voicemail/voicemail-list.tsx'));

export default function CallsList() {
  const { t } = useTranslation();
  const light = useLive(({ live }) => live.voicemail);
  const [shown, setShown] = useState<'history' | 'voicemail'>('history');
  if (light === null) return <HistoryList />;
  return (
    <div className={styles.calls}>
      <TabList
        className={styles.which}
        size="small"
        aria-label={t('voicemail.lists')}
        selectedValue={shown}
        onTabSelect={(_, { value }) => setShown(value as 'history' | 'voicemail')}
      >
        <Tab value="history">{t('voicemail.history')}</Tab>
        <Tab value="voicemail">
          {t('voicemail.title')}
          {light.unheard > 0 && (
            <>
              {' '}
              <span aria-hidden="true">({light.unheard})</span>
              <span className="parley-hidden">{t('phone.unheard', { count: light.unheard })}</span>
            </>
          )}
        </Tab>
      </TabList>
      {shown === 'history' ? (
        <HistoryList />
      ) : (
        <Suspense fallback={<ListSkeleton />}>
          <VoicemailList />
        </Suspense>
      )}
    </div>
  );
}
