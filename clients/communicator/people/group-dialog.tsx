// Asks for the name of a new group.
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
import { useReturnFocus } from '../../kit/widgets/return-focus.ts';

const LONGEST = 100;

interface GroupDialogProps {
  readonly choose: (group: string) => void;
  readonly close: () => void;
}

export default function GroupDialog({ choose, close }: GroupDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const [name, setName] = useState('');
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() === '') return;
            choose(name.trim());
            close();
          }}
        >
          <DialogBody>
            <DialogTitle>{t('people.newGroupTitle')}</DialogTitle>
            <DialogContent>
              <Field label={t('people.groupName')}>
                <Input
                  value={name}
                  maxLength={LONGEST}
                  autoFocus
                  onChange={(_, { value }) => setName(value)}
                />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button onClick={close}>{t('actions.cancel')}</Button>
              <Button type="submit" appearance="primary" disabled={name.trim() === ''}>
                {t('people.createGroup')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
