// What can be done with everybody who is ticked: all of them get the licence, or none and the reason.
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { type Subject, useAct } from '../licensing-api.ts';
import { assignable, skuName } from '../sku-name.ts';
import { SkuSelect } from '../sku-select.tsx';
import styles from './assignments.module.css';

interface BulkBarProps {
  readonly selected: readonly Subject[];
  readonly done: () => void;
}

export function BulkBar({ selected, done }: BulkBarProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const act = useAct();
  const notices = useNotices();
  const [sku, setSku] = useState(assignable[0]?.id ?? '');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);

  async function assign(): Promise<void> {
    setBusy(true);
    const outcome = await act('assign', { items: selected.map((subject) => ({ sku, subject })) });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    notices.done(t('licences.assignments.assigned', { count: outcome.value.assigned, name: skuName(sku) }));
    done();
  }

  return (
    <section className={styles.bulk} aria-label={t('licences.assignments.bulk')}>
      <p role="status">
        {t('licences.assignments.selected', {
          count: selected.length,
          shown: formats.number(selected.length),
        })}
      </p>
      <SkuSelect label={t('licences.licence')} skus={assignable} value={sku} change={setSku} />
      <Button appearance="primary" disabledFocusable={busy} onClick={() => void assign()}>
        {t('licences.assignments.assign')}
      </Button>
      <Button onClick={done}>{t('licences.assignments.clear')}</Button>
      {fault !== null && (
        <div className={styles.bulkFault}>
          <FaultNotice fault={fault} />
        </div>
      )}
    </section>
  );
}
