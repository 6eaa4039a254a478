// What was done with the licences, newest first, and whether the chain of records is whole.
import { Button, Spinner } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Fault } from '../../../kit/fault.ts';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { CheckIcon, ClockIcon, DownloadIcon, ShieldIcon, WarningIcon } from '../../../kit/widgets/icons.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { SearchField } from '../../search-field.tsx';
import dashboard from '../dashboard/dashboard.module.css';
import {
  type AuditRow,
  auditQuery,
  exportAddress,
  licensing,
  type OperationReply,
} from '../licensing-api.ts';
import { RuleList } from '../rule-list.tsx';
import { type Column, LongTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { usePaused } from '../use-paused.ts';
import { useWord } from '../use-word.ts';
import styles from './audit.module.css';

type Verified = OperationReply<'audit-verify'>;

export default function AuditPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const [typed, setTyped] = useState('');
  const query = usePaused(typed.trim());
  const audit = useInfiniteQuery(auditQuery(query));
  const rows = useMemo(() => audit.data?.pages.flatMap(({ items }) => items) ?? [], [audit.data]);
  const total = audit.data?.pages[0]?.total;
  const [busy, setBusy] = useState(false);
  const [verified, setVerified] = useState<Verified | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const columns = useColumns();

  async function verify(): Promise<void> {
    setBusy(true);
    setVerified(null);
    const outcome = await licensing('audit-verify', {});
    setBusy(false);
    setFault(outcome.ok ? null : outcome.fault);
    if (outcome.ok) setVerified(outcome.value);
  }

  return (
    <>
      <PageHeader
        title={t('licenceNav.audit')}
        about={
          total === undefined ? '' : t('licences.audit.count', { count: total, shown: formats.number(total) })
        }
      >
        <Button
          icon={<DownloadIcon />}
          onClick={() => window.open(exportAddress('audit.csv'), '_blank', 'noopener')}
        >
          {t('licences.evidence.export')}
        </Button>
        <Button
          appearance="primary"
          icon={<ShieldIcon />}
          disabledFocusable={busy}
          onClick={() => void verify()}
        >
          {t('licences.audit.verify')}
        </Button>
      </PageHeader>
      <div className={styles.verdict} role="status">
        {busy && <Spinner size="small" labelPosition="after" label={t('licences.audit.verifying')} />}
        {verified !== null && <Verdict verified={verified} />}
      </div>
      {fault !== null && (
        <div className={parts.fault}>
          <FaultNotice fault={fault} />
        </div>
      )}
      <div className={parts.bar}>
        <SearchField label={t('licences.audit.search')} value={typed} onChange={setTyped} />
      </div>
      {audit.error !== null && (
        <div className={parts.fault}>
          <FaultNotice fault={audit.error.fault}>
            <Button size="small" onClick={() => void audit.refetch()}>
              {t('connection.tryNow')}
            </Button>
          </FaultNotice>
        </div>
      )}
      {audit.isSuccess && rows.length === 0 ? (
        <EmptyState
          picture={<ClockIcon size={30} />}
          title={t(query === '' ? 'licences.audit.emptyTitle' : 'licences.nothingFits')}
          text={t(query === '' ? 'licences.audit.emptyText' : 'licences.nothingFitsText')}
        />
      ) : (
        <LongTable
          label={t('licenceNav.audit')}
          columns={columns}
          rows={rows}
          rowKey={({ seq }) => String(seq)}
          total={total ?? 0}
          loading={audit.isPending}
          loadingText={t('licences.loading')}
          loadMore={() => {
            if (audit.hasNextPage && !audit.isFetchingNextPage) void audit.fetchNextPage();
          }}
        />
      )}
    </>
  );
}

function Verdict({ verified: { ok, records, anchors, firstBad, reason } }: { readonly verified: Verified }) {
  const { t } = useTranslation();
  const formats = useFormats();
  return (
    <div className={dashboard.verdict} data-ok={ok}>
      {ok ? <CheckIcon size={22} /> : <WarningIcon size={22} />}
      <div>
        <p className={dashboard.sentence}>
          {ok
            ? t('licences.audit.whole', { count: records, shown: formats.number(records) })
            : t('licences.audit.broken', { seq: formats.number(firstBad ?? 0) })}
        </p>
        <p>
          {ok && t('licences.audit.anchors', { count: anchors, shown: formats.number(anchors) })}
          {!ok && t('licences.audit.brokenHelp')} {!ok && reason !== null && <span lang="en">{reason}</span>}
        </p>
      </div>
    </div>
  );
}

function useColumns(): Column<AuditRow>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  const word = useWord();
  return [
    {
      key: 'seq',
      head: t('licences.audit.number'),
      width: '64px',
      cell: ({ seq }) => <span className={parts.number}>{formats.number(seq)}</span>,
    },
    {
      key: 'at',
      head: t('licences.audit.when'),
      width: 'minmax(0, 3fr)',
      cell: ({ at }) => <time dateTime={new Date(at).toISOString()}>{licences.moment(at)}</time>,
    },
    {
      key: 'actor',
      head: t('licences.audit.who'),
      width: 'minmax(0, 3fr)',
      cell: ({ actor }) => <bdi>{word(`licences.actors.${actor}`, actor)}</bdi>,
    },
    {
      key: 'what',
      head: t('licences.audit.what'),
      width: 'minmax(0, 6fr)',
      stacked: 'alone',
      cell: (row) => (
        <span className={styles.what}>
          <span className={parts.strong}>{word(`licences.facts.${row.operation}`, row.operation)}</span>
          <details className={styles.details}>
            <summary>{t('licences.audit.details')}</summary>
            <dl className={parts.facts}>
              <dt>{t('licences.audit.name')}</dt>
              <dd>
                <code dir="ltr">{row.operation}</code>
              </dd>
              <dt>{t('licences.audit.before')}</dt>
              <dd>
                <code dir="ltr">{JSON.stringify(row.before)}</code>
              </dd>
              <dt>{t('licences.audit.after')}</dt>
              <dd>
                <code dir="ltr">{JSON.stringify(row.after)}</code>
              </dd>
              <dt>{t('licences.audit.hash')}</dt>
              <dd>
                <code dir="ltr">{row.hash}</code>
              </dd>
            </dl>
            <RuleList rules={row.rules} />
          </details>
        </span>
      ),
    },
  ];
}
