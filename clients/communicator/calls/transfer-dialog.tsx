// Hands a call over: at once, after a word with the third person, or to another call that one has already.
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import type { CallSide } from '@parley/services/calls/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ongoingOf } from '../../kit/calls/sides.ts';
import type { Target } from '../../kit/calls/softphone-state.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { useReturnFocus } from '../../kit/widgets/return-focus.ts';
import styles from './callee-field.module.css';
import { CalleeField } from './callee-field.tsx';
import { usePhone } from './phone.ts';
import { useCall } from './use-call.ts';

interface TransferDialogProps {
  readonly side: CallSide;
  readonly close: () => void;
}

export function TransferDialog({ side, close }: TransferDialogProps) {
  const { t } = useTranslation();
  const softphone = usePhone();
  const call = useCall();
  const calls = useLive(({ live }) => live.calls);
  const others = ongoingOf(calls).filter((one) => one.sideId !== side.sideId && one.state === 'connected');
  const [chosen, setChosen] = useState<Target | null>(null);
  const { userId } = side.other;
  useReturnFocus();

  async function transfer(to: Target['to'] | { sideId: string }): Promise<void> {
    const outcome = await softphone?.transfer(side.sideId, to);
    if (outcome?.ok === true) close();
  }

  return (
    <Dialog open onOpenChange={(_, { open }) => !open && close()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{t('calls.transferTitle', { name: side.other.name })}</DialogTitle>
          <DialogContent className={styles.field}>
            {others.map((other) => (
              <button
                key={other.sideId}
                type="button"
                className={styles.choice}
                onClick={() => void transfer({ sideId: other.sideId })}
              >
                {t('calls.connectWith', { name: other.other.name })}
              </button>
            ))}
            <CalleeField
              label={t('calls.transferTo')}
              except={userId === undefined ? [] : [userId]}
              chosen={chosen}
              choose={setChosen}
            />
          </DialogContent>
          <DialogActions fluid>
            <Button onClick={close}>{t('actions.cancel')}</Button>
            <Button
              disabledFocusable={chosen === null}
              onClick={() => {
                if (chosen === null) return;
                close();
                void call(chosen, { consultsFor: side.sideId });
              }}
            >
              {t('calls.askFirst')}
            </Button>
            <Button
              appearance="primary"
              disabledFocusable={chosen === null}
              onClick={() => chosen !== null && void transfer(chosen.to)}
            >
              {t('calls.transferNow')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
