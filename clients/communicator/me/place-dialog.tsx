// Where one is, in one's own words.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
} from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { useReturnFocus } from '../../kit/widgets/return-focus.ts';

const LONGEST = 100;

export default function PlaceDialog({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  useReturnFocus();
  const held = useLive(({ live }) => live.presence[live.me?.userId ?? '']?.location ?? '');
  const [place, setPlace] = useState(held);

  async function save(): Promise<void> {
    if (notices.outcome(await client.setLocation(place.trim()))) close();
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <DialogBody>
            <DialogTitle>{t('ownState.placeTitle')}</DialogTitle>
            <DialogContent>
              <Field label={t('ownState.place')} hint={t('ownState.placeHint')}>
                <Input
                  value={place}
                  maxLength={LONGEST}
                  placeholder={t('ownState.placeExample')}
                  autoFocus
                  onChange={(_, { value }) => setPlace(value)}
                />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={close}>{t('actions.cancel')}</Button>
              <Button type="submit" appearance="primary">
                {t('actions.save')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
