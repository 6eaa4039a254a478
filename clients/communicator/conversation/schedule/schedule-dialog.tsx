// When a message shall be sent, and, of one that waits, what it shall say.
import { Field, Input, Textarea } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fromLocalInput, localInput } from '../../../kit/i18n/local-input.ts';
import { FormDialog } from '../../../kit/widgets/form-dialog.tsx';

interface ScheduleDialogProps {
  readonly atMs: number;
  /** Left out where only the time is asked for. */
  readonly text?: string;
  readonly save: (atMs: number, text: string) => void;
  readonly close: () => void;
}

export default function ScheduleDialog({ atMs, text, save, close }: ScheduleDialogProps) {
  const { t } = useTranslation();
  const [time, setTime] = useState(localInput(atMs));
  const [words, setWords] = useState(text ?? '');
  const chosen = fromLocalInput(time);
  const isPast = chosen !== null && chosen < Date.now();
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <FormDialog
      title={t('later.sendLater')}
      submitLabel={text === undefined ? t('later.sendLater') : t('actions.save')}
      disabled={chosen === null || isPast}
      submit={() => chosen !== null && save(chosen, words)}
      close={close}
    >
      {text !== undefined && (
        <Field label={t('later.text')}>
          <Textarea rows={4} resize="vertical" value={words} onChange={(_, { value }) => setWords(value)} />
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
    </FormDialog>
  );
}
