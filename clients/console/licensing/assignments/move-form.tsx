// Moves a CAL to somebody else: why, when at the earliest by rule S2, and to whom.
import { Button, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { SearchIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import parts from '../../parts.module.css';
import { today } from '../licence-formats.ts';
import {
  licensingQuery,
  type OperationRequest,
  type Subject,
  type SubjectRow,
  useAct,
} from '../licensing-api.ts';
import { RuleList } from '../rule-list.tsx';
import { skuName } from '../sku-name.ts';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { usePaused } from '../use-paused.ts';
import styles from './assignments.module.css';
import { subjectKey } from './subject.ts';
import { SubjectDetail } from './subject-table.tsx';

type Reason = OperationRequest<'reassign'>['reason'];

const REASONS: Readonly<Record<Subject['kind'], readonly Reason[]>> = {
  user: ['permanent', 'employment-ended', 'temporary'],
  device: ['permanent', 'permanent-hardware-failure', 'temporary'],
};
const FOUND = 8;

interface MoveFormProps {
  readonly licence: SubjectRow['held'][number];
  readonly from: Subject;
  readonly close: () => void;
}

export function MoveForm({ licence, from, close }: MoveFormProps) {
  const { t } = useTranslation();
  const licences = useLicenceFormats();
  const act = useAct();
  const notices = useNotices();
  const [reason, setReason] = useState<Reason>('permanent');
  const [until, setUntil] = useState('');
  const [typed, setTyped] = useState('');
  const [target, setTarget] = useState('');
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  const query = usePaused(typed.trim());
  const found = useQuery({
    ...licensingQuery('subjects', { kind: from.kind, query, limit: FOUND }),
    enabled: query !== '',
  });
  const others = (found.data?.items ?? []).filter(({ subject }) => subject.id !== from.id);
  const to = others.find(({ subject }) => subjectKey(subject) === target)?.subject;
  const tooEarly = reason === 'permanent' && licence.earliestMove > today(Date.now());

  async function move(): Promise<void> {
    if (to === undefined) return;
    setBusy(true);
    const outcome = await act('reassign', {
      assignmentId: licence.assignmentId,
      to,
      reason,
      ...(reason === 'temporary' ? { until } : {}),
    });
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (!outcome.ok) return;
    notices.done(t('licences.assignments.moved', { name: skuName(licence.sku) }));
    close();
  }

  return (
    <form
      className={`${styles.move} parley-form`}
      onSubmit={(event) => {
        event.preventDefault();
        void move();
      }}
    >
      {fault !== null && <FaultNotice fault={fault} />}
      <Field label={t('licences.assignments.moveReason')}>
        <RadioGroup value={reason} onChange={(_, { value }) => setReason(value as Reason)}>
          {REASONS[from.kind].map((each) => (
            <Radio key={each} value={each} label={t(`licences.assignments.reasons.${each}`)} />
          ))}
        </RadioGroup>
      </Field>
      <p className={parts.hint}>{t(`licences.assignments.reasonTexts.${reason}`)}</p>
      {tooEarly && (
        <p className={parts.strong} role="status">
          {t('licences.assignments.tooEarly', { day: licences.day(licence.earliestMove) })}
        </p>
      )}
      <RuleList rules={['S2', 'S3', 'S5']} />
      {reason === 'temporary' && (
        <Field label={t('licences.assignments.lastDayAway')} required>
          <Input
            type="date"
            min={today(Date.now())}
            value={until}
            onChange={(_, { value }) => setUntil(value)}
          />
        </Field>
      )}
      <Field label={t(`licences.assignments.target.${from.kind}`)}>
        <Input
          type="search"
          autoFocus
          contentBefore={<SearchIcon size={18} />}
          maxLength={200}
          value={typed}
          onChange={(_, { value }) => setTyped(value)}
        />
      </Field>
      {query !== '' && found.isSuccess && others.length === 0 && (
        <p role="status" className={parts.hint}>
          {t('licences.nothingFits')}
        </p>
      )}
      {others.length > 0 && (
        <RadioGroup
          aria-label={t(`licences.assignments.target.${from.kind}`)}
          className={styles.results}
          value={target}
          onChange={(_, { value }) => setTarget(value)}
        >
          {others.map((other) => (
            <Radio
              key={subjectKey(other.subject)}
              value={subjectKey(other.subject)}
              label={
                <>
                  <bdi>{other.name}</bdi> <SubjectDetail row={other} />
                </>
              }
            />
          ))}
        </RadioGroup>
      )}
      <div className={parts.buttons}>
        <Button
          type="submit"
          appearance="primary"
          disabledFocusable={busy || to === undefined || tooEarly || (reason === 'temporary' && until === '')}
        >
          {t('licences.assignments.move')}
        </Button>
        <Button onClick={close}>{t('actions.cancel')}</Button>
      </div>
    </form>
  );
}
