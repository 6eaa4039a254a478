// A button for something that the audit keeps with its reason: it asks first, and has the focus again afterwards.
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
  useRestoreFocusTarget,
} from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from '../parts.module.css';

interface ReasonButtonProps {
  /** The verb, on the button and in the question. */
  readonly action: string;
  /** The verb and what it is about. */
  readonly label: string;
  readonly title: string;
  readonly text: string;
  readonly confirm: (reason: string) => void;
}

export function ReasonButton({ action, label, title, text, confirm }: ReasonButtonProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  const returns = useRestoreFocusTarget();

  return (
    <>
      <Button
        {...returns}
        size="small"
        aria-label={label}
        onClick={() => {
          setReason('');
          setAsking(true);
        }}
      >
        {action}
      </Button>
      <Dialog open={asking} modalType="alert" onOpenChange={(_, { open }) => setAsking(open)}>
        <DialogSurface>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              setAsking(false);
              confirm(reason.trim());
            }}
          >
            <DialogBody>
              <DialogTitle>{title}</DialogTitle>
              <DialogContent className={styles.stack}>
                <p>{text}</p>
                <Field label={t('licences.reason')} hint={t('licences.reasonHint')}>
                  <Input
                    autoFocus
                    maxLength={500}
                    value={reason}
                    onChange={(_, { value }) => setReason(value)}
                  />
                </Field>
              </DialogContent>
              <DialogActions>
                <Button onClick={() => setAsking(false)}>{t('actions.cancel')}</Button>
                <Button type="submit" appearance="primary">
                  {action}
                </Button>
              </DialogActions>
            </DialogBody>
          </form>
        </DialogSurface>
      </Dialog>
    </>
  );
}
