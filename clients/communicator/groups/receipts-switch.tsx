// Whether others see how far one has read; who hides it sees it of nobody.
import { Field, Switch } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';

export function ReceiptsSwitch() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const policy = useLive(({ live }) => live.policy);
  if (policy === null || !policy.receipts) return null;
  return (
    <Field hint={t('groups.receiptsHint')}>
      <Switch
        checked={!policy.hidesReceipts}
        label={t('groups.receipts')}
        onChange={(_, { checked }) => void client.setHidesReceipts(!checked).then(notices.outcome)}
      />
    </Field>
  );
}
