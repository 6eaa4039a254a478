// Who used what from where within the window: what the need for licences is reckoned from.
import { Button, Switch } from '@fluentui/react-components';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { ClockIcon, DownloadIcon, UploadIcon } from '../../../kit/widgets/icons.tsx';
import { PageHeader } from '../../page-header.tsx';
import parts from '../../parts.module.css';
import { SearchField } from '../../search-field.tsx';
import { Badge } from '../badge.tsx';
import { type EvidenceRow, evidenceQuery, exportAddress, licensingQuery } from '../licensing-api.ts';
import { useMay } from '../my-roles.ts';
import { type Column, LongTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import { usePaused } from '../use-paused.ts';

const ImportDrawer = lazy(() => import('../import-drawer.tsx'));

export default function EvidencePage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const manages = useMay('manager');
  const settings = useQuery(licensingQuery('settings', {}));
  const [typed, setTyped] = useState('');
  const query = usePaused(typed.trim());
  const [unlicensedOnly, setUnlicensedOnly] = useState(false);
  const [importing, setImporting] = useState(false);
  const evidence = useInfiniteQuery(
    evidenceQuery({ ...(query === '' ? {} : { query }), ...(unlicensedOnly ? { unlicensedOnly } : {}) }),
  );
  const rows = useMemo(() => evidence.data?.pages.flatMap(({ items }) => items) ?? [], [evidence.data]);
  const total = evidence.data?.pages[0]?.total;
  const columns = useColumns();
  const filtered = query !== '' || unlicensedOnly;

  return (
    <>
      <PageHeader
        title={t('licenceNav.evidence')}
        about={
          settings.data === undefined ? '' : t('licences.evidence.about', { count: settings.data.windowDays })
        }
      >
        <Button
          icon={<DownloadIcon />}
          onClick={() => window.open(exportAddress('evidence.csv'), '_blank', 'noopener')}
        >
          {t('licences.evidence.export')}
        </Button>
        {manages && (
          <Button icon={<UploadIcon />} onClick={() => setImporting(true)}>
            {t('licences.evidence.import')}
          </Button>
        )}
      </PageHeader>
      <div className={parts.bar}>
        <SearchField label={t('licences.assignments.search')} value={typed} onChange={setTyped} />
        <Switch
          label={t('licences.evidence.unlicensedOnly')}
          checked={unlicensedOnly}
          onChange={(_, { checked }) => setUnlicensedOnly(checked)}
        />
        <p role="status" className={parts.hint}>
          {total !== undefined &&
            t('licences.evidence.count', { count: total, shown: formats.number(total) })}
        </p>
      </div>
      {evidence.error !== null && (
        <div className={parts.fault}>
          <FaultNotice fault={evidence.error.fault}>
            <Button size="small" onClick={() => void evidence.refetch()}>
              {t('connection.tryNow')}
            </Button>
          </FaultNotice>
        </div>
      )}
      {evidence.isSuccess && rows.length === 0 ? (
        <EmptyState
          picture={<ClockIcon size={30} />}
          title={t(filtered ? 'licences.nothingFits' : 'licences.evidence.emptyTitle')}
          text={t(
            unlicensedOnly && query === ''
              ? 'licences.evidence.allCovered'
              : filtered
                ? 'licences.nothingFitsText'
                : 'licences.evidence.emptyText',
          )}
        />
      ) : (
        <LongTable
          label={t('licenceNav.evidence')}
          columns={columns}
          rows={rows}
          rowKey={({ userId, deviceId, level }) => `${userId} ${deviceId} ${level}`}
          total={total ?? 0}
          loading={evidence.isPending}
          loadingText={t('licences.loading')}
          loadMore={() => {
            if (evidence.hasNextPage && !evidence.isFetchingNextPage) void evidence.fetchNextPage();
          }}
        />
      )}
      <Suspense>
        {importing && (
          <ImportDrawer
            kinds={['access', 'user-access-logging', 'remote-desktop']}
            close={() => setImporting(false)}
          />
        )}
      </Suspense>
    </>
  );
}

function useColumns(): Column<EvidenceRow>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  return [
    {
      key: 'user',
      head: t('licences.evidence.person'),
      width: 'minmax(0, 4fr)',
      cell: ({ userId, userName }) =>
        userId === null ? (
          <span className={parts.small}>{t('licences.evidence.nobody')}</span>
        ) : (
          <bdi className={parts.strong}>{userName === '' ? userId : userName}</bdi>
        ),
    },
    {
      key: 'device',
      head: t('licences.evidence.device'),
      width: 'minmax(0, 4fr)',
      cell: ({ deviceId, deviceName }) =>
        deviceId === null ? (
          <span className={parts.small}>{t('licences.evidence.noDevice')}</span>
        ) : (
          <bdi>{deviceName === '' ? deviceId : deviceName}</bdi>
        ),
    },
    {
      key: 'level',
      head: t('licences.assignments.needs'),
      width: 'minmax(0, 4fr)',
      cell: ({ level, covered }) => (
        <Badge tone={covered ? 'good' : 'bad'}>
          {t(`licences.kinds.${level}`)}
          <span className="parley-hidden">
            {' '}
            ({covered ? t('licences.covered') : t('licences.notCovered')})
          </span>
        </Badge>
      ),
    },
    {
      key: 'first',
      head: t('licences.evidence.first'),
      width: 'minmax(0, 2fr)',
      cell: ({ firstDay }) => <time dateTime={firstDay}>{licences.day(firstDay)}</time>,
    },
    {
      key: 'last',
      head: t('licences.evidence.last'),
      width: 'minmax(0, 2fr)',
      cell: ({ lastDay }) => <time dateTime={lastDay}>{licences.day(lastDay)}</time>,
    },
    {
      key: 'count',
      head: t('licences.evidence.times'),
      width: 'minmax(0, 1fr)',
      align: 'end',
      cell: ({ count }) => formats.number(count),
    },
  ];
}
