// The licences of one person or device: assign another, take one away (and undo it), move one on.
import { Button } from '@fluentui/react-components';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { Badge } from '../badge.tsx';
import { type SubjectRow, useAct } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { SkuLabel } from '../sku-label.tsx';
import { assignable, skuName } from '../sku-name.ts';
import { SkuSelect } from '../sku-select.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './assignments.module.css';
import { MoveForm } from './move-form.tsx';

type Held = SubjectRow['held'][number];

export function HeldTab({ row }: { readonly row: SubjectRow }) {
  const { t } = useTranslation();
  const act = useAct();
  const notices = useNotices();
  const assigns = useMay('manager', 'help-desk');
  const list = useRef<HTMLDivElement>(null);
  const [moving, setMoving] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [sku, setSku] = useState(assignable[0]?.id ?? '');
  const { subject, held } = row;

  async function assign(wanted: string): Promise<void> {
    const outcome = await act('assign', { items: [{ sku: wanted, subject }] });
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) notices.done(t('licences.assignments.assigned', { count: 1, name: skuName(wanted) }));
  }

  /** Taken away in the same moment as it can be given back, so it is not asked about first. */
  async function unassign(licence: Held): Promise<void> {
    const outcome = await act('unassign', { assignmentId: licence.assignmentId, reason: '' });
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    list.current?.focus();
    const text = t('licences.assignments.taken', { licence: skuName(licence.sku), name: row.name });
    notices.undoable(text, () => void assign(licence.sku));
  }

  return (
    <>
      {fault !== null && <FaultNotice fault={fault} />}
      <div ref={list} tabIndex={-1}>
        {held.length === 0 && <p className={parts.hint}>{t('licences.assignments.holdsNone')}</p>}
        <ul className={parts.list}>
          {held.map((licence) => (
            <li key={licence.assignmentId} className={parts.item}>
              <Licence licence={licence} />
              {assigns && (
                <span className={parts.badges}>
                  <Button
                    size="small"
                    aria-expanded={moving === licence.assignmentId}
                    aria-label={t('licences.assignments.moveNamed', { name: skuName(licence.sku) })}
                    onClick={() => setMoving(moving === licence.assignmentId ? null : licence.assignmentId)}
                  >
                    {t('licences.assignments.move')}
                  </Button>
                  <Button
                    size="small"
                    aria-label={t('licences.assignments.takeNamed', { name: skuName(licence.sku) })}
                    onClick={() => void unassign(licence)}
                  >
                    {t('licences.assignments.take')}
                  </Button>
                </span>
              )}
              {assigns && moving === licence.assignmentId && (
                <MoveForm licence={licence} from={subject} close={() => setMoving(null)} />
              )}
            </li>
          ))}
        </ul>
      </div>
      {assigns && (
        <form
          className={styles.assign}
          onSubmit={(event) => {
            event.preventDefault();
            void assign(sku);
          }}
        >
          <SkuSelect
            label={t('licences.assignments.another')}
            skus={assignable}
            value={sku}
            change={setSku}
          />
          <Button type="submit" appearance="primary">
            {t('licences.assignments.assign')}
          </Button>
        </form>
      )}
    </>
  );
}

function Licence({ licence: { sku, from, to, kind, earliestMove } }: { readonly licence: Held }) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  return (
    <span className={parts.itemText}>
      <span className={parts.strong}>
        <SkuLabel sku={sku} />
      </span>
      <span className={parts.small}>
        {to === null
          ? t('licences.since', { day: licences.day(from) })
          : t('licences.fromTo', { from: licences.day(from), to: licences.day(to) })}
      </span>
      <span className={parts.small}>
        {t('licences.assignments.earliest', { day: licences.day(earliestMove) })}
      </span>
      {kind === 'temporary' && <Badge tone="warn">{t('licences.assignments.temporary')}</Badge>}
    </span>
  );
}
