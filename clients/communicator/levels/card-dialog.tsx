// The card of a contact, opened from their menu.
import { Button, Dialog, DialogSurface, DialogTrigger } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { CloseIcon } from '../../kit/widgets/icons.tsx';
import { useReturnFocus } from '../../kit/widgets/return-focus.ts';
import { PersonCard } from '../people/person-card.tsx';
import styles from './card-dialog.module.css';

interface CardDialogProps {
  readonly userId: string;
  readonly close: () => void;
}

export default function CardDialog({ userId, close }: CardDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const name = useLive(({ live }) => live.users[userId]?.name) ?? t('people.unknown');
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface className={styles.surface} aria-label={t('people.cardOf', { name })}>
        <DialogTrigger action="close">
          <Button
            className={styles.close}
            appearance="subtle"
            icon={<CloseIcon />}
            aria-label={t('actions.close')}
          />
        </DialogTrigger>
        <PersonCard userId={userId} />
      </DialogSurface>
    </Dialog>
  );
}
