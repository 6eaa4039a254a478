// Asks before something that cannot be taken back.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';

interface ConfirmDialogProps {
  /** The dialog stays in the tree while it is closed: only so it gives the focus back, also inside a drawer. */
  readonly open: boolean;
  readonly title: string;
  readonly text: string;
  /** The verb on the button: never "OK". */
  readonly action: string;
  readonly confirm: () => void;
  readonly close: () => void;
}

export function ConfirmDialog({ open, title, text, action, confirm, close }: ConfirmDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog open={open} modalType="alert" onOpenChange={(_, change) => !change.open && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent>{text}</DialogContent>
          <DialogActions>
            <Button onClick={close} autoFocus>
              {t('actions.cancel')}
            </Button>
            <Button
              appearance="primary"
              onClick={() => {
                close();
                confirm();
              }}
            >
              {action}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
