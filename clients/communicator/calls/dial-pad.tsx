// A pad for a number, for who would rather press keys than type into the search box; both do the same.
import { Button, Field, Input, Popover, PopoverSurface, PopoverTrigger } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallIcon, KeypadIcon } from '../../kit/calls/call-icons.tsx';
import { dialledFrom } from '../../kit/calls/dialled.ts';
import styles from './dial-pad.module.css';
import { Keypad } from './keypad.tsx';
import { useCall } from './use-call.ts';

export function DialPad() {
  const { t } = useTranslation();
  const call = useCall();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const number = dialledFrom(typed);

  function dial(): void {
    if (number === null) return;
    setOpen(false);
    setTyped('');
    void call({ to: { dialled: number.dialled }, name: number.shown });
  }

  return (
    <Popover open={open} onOpenChange={(_, data) => setOpen(data.open)} trapFocus positioning="below-end">
      <PopoverTrigger disableButtonEnhancement>
        <Button size="small" icon={<KeypadIcon size={18} />}>
          {t('calls.dialPad')}
        </Button>
      </PopoverTrigger>
      <PopoverSurface aria-label={t('calls.dialPad')}>
        <form
          className={styles.pad}
          onSubmit={(event) => {
            event.preventDefault();
            dial();
          }}
        >
          <Field label={t('calls.number')}>
            <Input
              type="tel"
              value={typed}
              maxLength={100}
              autoComplete="off"
              dir="ltr"
              onChange={(_, { value }) => setTyped(value)}
            />
          </Field>
          <Keypad press={(key) => setTyped((before) => (before + key).slice(0, 100))} />
          <Button type="submit" appearance="primary" icon={<CallIcon />} disabledFocusable={number === null}>
            {t('calls.callNumber')}
          </Button>
        </form>
      </PopoverSurface>
    </Popover>
  );
}
