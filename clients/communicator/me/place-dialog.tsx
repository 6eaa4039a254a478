// Where one is, in one's own words.
import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { FormDialog } from '../../kit/widgets/form-dialog.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';

const LONGEST = 100;

export default function PlaceDialog({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const held = useLive(({ live }) => live.presence[live.me?.userId ?? '']?.location ?? '');
  const [place, setPlace] = useState(held);

  async function save(): Promise<void> {
    if (notices.outcome(await client.setLocation(place.trim()))) close();
  }

  return (
    <FormDialog
      title={t('ownState.placeTitle')}
      submitLabel={t('actions.save')}
      submit={() => void save()}
      close={close}
    >
      <Field label={t('ownState.place')} hint={t('ownState.placeHint')}>
        <Input
          value={place}
          maxLength={LONGEST}
          placeholder={t('ownState.placeExample')}
          autoFocus
          onChange={(_, { value }) => setPlace(value)}
        />
      </Field>
    </FormDialog>
  );
}
