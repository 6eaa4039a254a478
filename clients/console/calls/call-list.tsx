// The list of calls, the latest first, narrowed by person, time and how they went.
import { Button, Field, Select, Switch } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { DownloadIcon, PhoneIcon } from '../../kit/widgets/icons.tsx';
import { type Column, LongTable } from '../licensing/table/licence-table.tsx';
import { PageHeader } from '../page-header.tsx';
import parts from '../parts.module.css';
import styles from './call-list.module.css';
import { callDuration, endWord, peopleOf } from './call-words.ts';
import { callsQuery, exportAddress, type ListedCall } from './calls-api.ts';
import { PersonField } from './person-field.tsx';
import { QualityBadge } from './quality-badge.tsx';

const HOUR_MS = 3_600_000;
const TIMES = {
  all: 0,
  hour: HOUR_MS,
  day: 24 * HOUR_MS,
  week: 168 * HOUR_MS,
  month: 720 * HOUR_MS,
} as const;

export function CallList() {
  const { t } = useTranslation();
  const formats = useFormats();
  const [userId, setUserId] = useState('');
  const [time, setTime] = useState<keyof typeof TIMES>('all');
  const [onlyBad, setOnlyBad] = useState(false);
  const filter = useMemo(() => ({ userId, backMs: TIMES[time], onlyBad }), [userId, time, onlyBad]);
  const found = useInfiniteQuery(callsQuery(filter));
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = found;
  const calls = found.data?.pages.flatMap((page) => page.calls) ?? [];
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const isNarrowed = userId !== '' || time !== 'all' || onlyBad;
  const isEmpty = found.data !== undefined && calls.length === 0 && !hasNextPage;

  const columns: readonly Column<ListedCall>[] = [
    {
      key: 'who',
      head: t('callRecords.who'),
      width: 'minmax(0, 5fr)',
      stacked: 'leading',
      cell: (call) => (
        <Link to="/calls" search={{ call: call.recordId }} className={styles.who}>
          <bdi>{peopleOf(call.sides, t)}</bdi>
        </Link>
      ),
    },
    {
      key: 'when',
      head: t('callRecords.when'),
      width: 'minmax(0, 3fr)',
      cell: ({ startedAt }) => (
        <time dateTime={new Date(startedAt).toISOString()}>
          {formats.day(startedAt, Date.now())}, {formats.time(startedAt)}
        </time>
      ),
    },
    {
      key: 'lasted',
      head: t('callRecords.lasted'),
      width: '92px',
      cell: (call) => <span className={parts.number}>{callDuration(call)}</span>,
    },
    {
      key: 'end',
      head: t('callRecords.ended'),
      width: 'minmax(0, 3fr)',
      cell: (call) => endWord(call, t),
    },
    {
      key: 'quality',
      head: t('callRecords.quality'),
      width: 'minmax(0, 3fr)',
      cell: (call) => <QualityBadge measured={call} />,
    },
  ];

  return (
    <>
      <PageHeader title={t('callRecords.title')} about={t('callRecords.about')}>
        <Button as="a" icon={<DownloadIcon />} href={exportAddress(filter)} download>
          {t('callRecords.export')}
        </Button>
      </PageHeader>
      <div className={parts.bar}>
        <PersonField userId={userId} choose={setUserId} />
        <Field label={t('callRecords.since')} className={styles.choice}>
          <Select value={time} onChange={(_, { value }) => setTime(value as keyof typeof TIMES)}>
            {Object.keys(TIMES).map((name) => (
              <option key={name} value={name}>
                {t(`callRecords.times.${name as keyof typeof TIMES}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Switch
          checked={onlyBad}
          label={t('callRecords.onlyBad')}
          onChange={(_, { checked }) => setOnlyBad(checked)}
        />
      </div>
      {found.error !== null && (
        <div className={parts.fault}>
          <FaultNotice fault={found.error.fault}>
            <Button size="small" onClick={() => void found.refetch()}>
              {t('callRecords.tryAgain')}
            </Button>
          </FaultNotice>
        </div>
      )}
      {isEmpty ? (
        <EmptyState
          picture={<PhoneIcon size={30} />}
          title={t(isNarrowed ? 'callRecords.noneFits' : 'callRecords.emptyTitle')}
          text={t(isNarrowed ? 'callRecords.noneFitsText' : 'callRecords.emptyText')}
        />
      ) : (
        <LongTable
          label={t('callRecords.title')}
          columns={columns}
          rows={calls}
          rowKey={({ recordId }) => recordId}
          total={calls.length + (hasNextPage ? 1 : 0)}
          loading={found.isPending}
          loadingText={t('callRecords.loading')}
          loadMore={loadMore}
        />
      )}
    </>
  );
}
