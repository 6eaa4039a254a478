// What each level of access sees, opened from the menu of a contact.
import {
  Button,
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
} from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { CloseIcon } from '../../kit/widgets/icons.tsx';
import { useReturnFocus } from '../../kit/widgets/return-focus.ts';
import { LevelTable } from './level-table.tsx';

export default function LevelDialog({ close }: { readonly close: () => void }) {
  const { t } = useTranslation();
  useReturnFocus();
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle
            action={
              <DialogTrigger action="close">
                <Button appearance="subtle" icon={<CloseIcon />} aria-label={t('actions.close')} />
              </DialogTrigger>
            }
          >
            {t('levels.table.label')}
          </DialogTitle>
          <DialogContent>
            <LevelTable />
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
