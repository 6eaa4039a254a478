// "A new version is ready": a quiet line with a button. What somebody is writing is kept as a draft over the reload.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './update-banner.module.css';
import { useNewVersion } from './use-new-version.ts';

export function UpdateBanner() {
  const { t } = useTranslation();
  const isThere = useNewVersion();
  const [isLater, setLater] = useState(false);
  return (
    <div role="status">
      {isThere && !isLater && (
        <div className={styles.banner}>
          <p className={styles.text}>{t('update.ready')}</p>
          <Button size="small" appearance="primary" onClick={() => location.reload()}>
            {t('update.reload')}
          </Button>
          <Button size="small" appearance="subtle" onClick={() => setLater(true)}>
            {t('update.later')}
          </Button>
        </div>
      )}
    </div>
  );
}
