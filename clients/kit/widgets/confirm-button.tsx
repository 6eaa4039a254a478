// A button for something that cannot be taken back: it asks first, and has the focus again afterwards.
import {
  Button,
  type ButtonProps,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  useRestoreFocusTarget,
} from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface ConfirmButtonProps {
  /** The verb, on the button and in the question: never "OK". */
  readonly action: string;
  /** Where several buttons have the same verb: the verb and what it is about. */
  readonly label?: string;
  readonly size?: ButtonProps['size'];
  readonly title: string;
  readonly text: string;
  readonly confirm: () => void;
}

export function ConfirmButton({ action, label, size = 'medium', title, text, confirm }: ConfirmButtonProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const confirmed = useRef(false);
  const returns = useRestoreFocusTarget();

  /** Only when the question is gone: what is confirmed may take this button away, and the drawer needs its focus back. */
  function gone(): void {
    if (confirmed.current) confirm();
    confirmed.current = false;
  }

  return (
    <>
      <Button
        {...returns}
        size={size}
        {...(label === undefined ? {} : { 'aria-label': label })}
        onClick={() => setAsking(true)}
      >
        {action}
      </Button>
      <Dialog open={asking} modalType="alert" onOpenChange={(_, { open }) => setAsking(open)}>
        <DialogSurface>
          <WhenGone act={gone} />
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent>{text}</DialogContent>
            <DialogActions>
              <Button onClick={() => setAsking(false)} autoFocus>
                {t('actions.cancel')}
              </Button>
              <Button
                appearance="primary"
                onClick={() => {
                  confirmed.current = true;
                  setAsking(false);
                }}
              >
                {action}
              </Button>
            </DialogActions>
          </DialogBody>
        </DialogSurface>
      </Dialog>
    </>
  );
}

function WhenGone({ act }: { readonly act: () => void }) {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => () => latest.current(), []);
  return null;
}
