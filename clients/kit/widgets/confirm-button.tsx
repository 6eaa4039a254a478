// A button for something that cannot be taken back: it asks first, and has the focus again afterwards.
import { Button, type ButtonProps, useRestoreFocusTarget } from '@fluentui/react-components';
import { useState } from 'react';
import { ConfirmDialog } from './confirm-dialog.tsx';

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
  const [asking, setAsking] = useState(false);
  const returns = useRestoreFocusTarget();
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
      <ConfirmDialog
        open={asking}
        title={title}
        text={text}
        action={action}
        confirm={confirm}
        close={() => setAsking(false)}
      />
    </>
  );
}
