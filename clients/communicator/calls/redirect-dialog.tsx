// Sends a call that rings to somebody else.
import type { CallSide } from '@parley/services/calls/contract';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Target } from '../../kit/calls/softphone-state.ts';
import { FormDialog } from '../../kit/widgets/form-dialog.tsx';
import { CalleeField } from './callee-field.tsx';
import { usePhone } from './phone.ts';

interface RedirectDialogProps {
  readonly side: CallSide;
  readonly close: () => void;
}

export default function RedirectDialog({ side, close }: RedirectDialogProps) {
  const { t } = useTranslation();
  const softphone = usePhone();
  const [chosen, setChosen] = useState<Target | null>(null);
  const { userId, name } = side.other;
  return (
    <FormDialog
      title={t('calls.redirectTitle', { name })}
      submitLabel={t('calls.redirect')}
      disabled={chosen === null}
      close={close}
      submit={() => {
        if (chosen !== null) void softphone?.redirect(side.sideId, chosen.to);
        close();
      }}
    >
      <CalleeField
        label={t('calls.redirectTo')}
        except={userId === undefined ? [] : [userId]}
        chosen={chosen}
        choose={setChosen}
      />
    </FormDialog>
  );
}
