// Fills the wizard with the older licences that the stock records.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { licensing } from '../licensing-api.ts';
import { type HeldRow, rowsOfStock } from './portfolio.ts';

export function FromStock({ take }: { readonly take: (rows: readonly HeldRow[]) => void }) {
  const { t } = useTranslation();
  const notices = useNotices();
  const [busy, setBusy] = useState(false);

  async function ask(): Promise<void> {
    setBusy(true);
    const outcome = await licensing('stock', {});
    setBusy(false);
    if (!outcome.ok) return notices.fault(outcome.fault);
    const rows = rowsOfStock(outcome.value);
    if (rows.length === 0) notices.done(t('licenceTools.transition.noneInStock'));
    else take(rows);
  }

  return (
    <Button onClick={() => void ask()} disabledFocusable={busy}>
      {t('licenceTools.transition.fromStock')}
    </Button>
  );
}
