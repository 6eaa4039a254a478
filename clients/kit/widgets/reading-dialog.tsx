// Something to read, with a button that closes it; the focus goes back to where it was.
import {
  Button,
  Dialog,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CloseIcon } from './icons.tsx';
import { useReturnFocus } from './return-focus.ts';

interface ReadingDialogProps {
  readonly title: string;
  readonly close: () => void;
  /** Of what is read; a region that scrolls is reachable by keyboard with `scrolls`. */
  readonly className?: string | undefined;
  readonly scrolls?: boolean;
  readonly children: ReactNode;
}

export function ReadingDialog({ title, close, className, scrolls = false, children }: ReadingDialogProps) {
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
            {title}
          </DialogTitle>
          <DialogContent
            {...(className === undefined ? {} : { className })}
            {...(scrolls ? { tabIndex: 0 } : {})}
          >
            {children}
          </DialogContent>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
