// Another window wrote into the same draft at the same time: what stood here can be taken back.
import { Button } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../../kit/live/live-context.tsx';
import styles from './composer.module.css';

export function ReplacedDraft({ conversationId }: { readonly conversationId: string }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const replaced = useLive(({ replacedDrafts }) => replacedDrafts[conversationId]);
  if (replaced === undefined) return null;
  return (
    <div className={styles.replaced} role="status">
      <span>{t('drafts.replaced', { text: replaced.text.slice(0, 80) })}</span>
      <Button size="small" onClick={() => client.settleReplacedDraft(conversationId, true)}>
        {t('drafts.takeBack')}
      </Button>
      <Button
        size="small"
        appearance="subtle"
        onClick={() => client.settleReplacedDraft(conversationId, false)}
      >
        {t('drafts.letGo')}
      </Button>
    </div>
  );
}
