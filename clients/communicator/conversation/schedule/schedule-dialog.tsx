// When a message shall be sent, and, of one that waits, what it shall say.
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
  Textarea,
} from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useReturnFocus } from '../../../kit/widgets/return-focus.ts';
import { fromLocalInput, localInput } from './schedule-times.ts';

interface ScheduleDialogProps {
  readonly atMs: number;
  /** Left out where only the time is asked for. */
  readonly text?: string;
  readonly save: (atMs: number, text: string) => void;
  readonly close: () => void;
}

export default function ScheduleDialog({ atMs, text, save, close }: ScheduleDialogProps) {
  const { t } = useTranslation();
  useReturnFocus();
  const [time, setTime] = useState(localInput(atMs));
  const [words, setWords] = useState(text ?? '');
  const chosen = fromLocalInput(time);
  const isPast = chosen !== null && chosen < Date.now();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            event.stopPropagation();
            if (chosen !== null && !isPast) save(chosen, words);
          }}
        >
          <DialogBody>
            <DialogTitle>{t('later.sendLater')}</DialogTitle>
            <DialogContent>
              {text !== undefined && (
                <Field label={t('later.text')}>
                  <Textarea
                    rows={4}
                    resize="vertical"
                    value={words}
                    onChange={(_, { value }) => setWords(value)}
                  />
                </Field>
              )}
              <Field
                label={t('later.time')}
                hint={t('later.zone', { zone })}
                {...(isPast ? { validationMessage: t('later.past') } : {})}
              >
                <Input
                  type="datetime-local"
                  value={time}
                  min={localInput(Date.now())}
                  onChange={(_, { value }) => setTime(value)}
                />
              </Field>
            </DialogContent>
            <DialogActions>
              <Button type="button" onClick={close}>
                {t('actions.cancel')}
              </Button>
              <Button type="submit" appearance="primary" disabledFocusable={chosen === null || isPast}>
                {text === undefined ? t('later.sendLater') : t('actions.save')}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
