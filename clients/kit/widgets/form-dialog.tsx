// A few fields in a dialog of their own: Enter and the button say yes, Escape and Cancel change nothing, and the focus goes
// back to where it was.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from './return-focus.ts';

interface FormDialogProps {
  readonly title: string;
  readonly submitLabel: string;
  /** While this is true, the form says nothing that could be sent. */
  readonly disabled?: boolean;
  readonly submit: () => void;
  readonly close: () => void;
  /** Of the fields. */
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

export function FormDialog(props: FormDialogProps) {
  const { title, submitLabel, disabled = false, submit, close, className, children } = props;
  const { t } = useTranslation();
  useReturnFocus();
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            // It may have been opened from within another form.
            event.stopPropagation();
            if (!disabled) submit();
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent {...(className === undefined ? {} : { className })}>{children}</DialogContent>
            <DialogActions>
              <Button onClick={close}>{t('actions.cancel')}</Button>
              <Button type="submit" appearance="primary" disabledFocusable={disabled}>
                {submitLabel}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
