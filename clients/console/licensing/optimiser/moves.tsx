// What a run advises, step by step, with the reason of each in words.
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { FaultNotice } from '../../../kit/widgets/fault-notice.tsx';
import { QueryFault } from '../../admin-api.ts';
import parts from '../../parts.module.css';
import { Badge, type Tone } from '../badge.tsx';
import { licensing } from '../licensing-api.ts';
import { Card } from '../page-body.tsx';
import { SkuLabel } from '../sku-label.tsx';
import { type Column, LongTable } from '../table/licence-table.tsx';
import { useLicenceFormats } from '../use-licence-formats.ts';
import styles from './optimiser.module.css';
import { type AdvisedMove, type Run, reasonOf } from './run.ts';

const PAGE = 200;
const TONES: Readonly<Record<AdvisedMove['action'], Tone>> = {
  buy: 'warn',
  assign: 'good',
  move: 'good',
  unassign: 'plain',
  keep: 'plain',
};
function movesQuery(optimisationId: string) {
  return infiniteQueryOptions({
    queryKey: ['licensing', 'moves', 'pages', optimisationId],
    queryFn: async ({ pageParam }) => {
      const after = pageParam === '' ? {} : { after: pageParam };
      const outcome = await licensing('moves', { optimisationId, limit: PAGE, ...after });
      if (!outcome.ok) throw new QueryFault(outcome.fault);
      return outcome.value;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });
}

export function Moves({ run, total }: { readonly run: Run; readonly total: number }) {
  const { t } = useTranslation();
  const moves = useInfiniteQuery(movesQuery(run.optimisationId));
  const rows = useMemo(
    () => moves.data?.pages.flatMap(({ items }) => items.map((item) => item)) ?? [],
    [moves.data],
  );
  const columns = useColumns();
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = moves;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return (
    <Card
      title={t('licenceTools.optimiser.moves', { count: total })}
      hint={t('licenceTools.optimiser.movesHint')}
    >
      {moves.error !== null && <FaultNotice fault={moves.error.fault} />}
      {total === 0 ? (
        <p className={parts.hint}>{t('licenceTools.optimiser.noMoves')}</p>
      ) : (
        <div className={styles.moves}>
          <LongTable
            label={t('licenceTools.optimiser.moves', { count: total })}
            columns={columns}
            rows={rows}
            rowKey={keyOf}
            total={moves.data?.pages[0]?.total ?? total}
            loading={moves.isPending}
            loadingText={t('licences.loading')}
            loadMore={loadMore}
          />
        </div>
      )}
    </Card>
  );
}

function keyOf({ action, sku, metric, subject, from, onOrAfter }: AdvisedMove): string {
  return [action, sku, metric, subject?.id, from?.id, onOrAfter].join(' ');
}

function useColumns(): readonly Column<AdvisedMove>[] {
  const { t } = useTranslation();
  const formats = useFormats();
  const licences = useLicenceFormats();
  return useMemo(
    () => [
      {
        key: 'action',
        head: t('licenceTools.optimiser.step'),
        width: 'minmax(0, 2fr)',
        cell: ({ action }) => (
          <Badge tone={TONES[action]}>{t(`licenceTools.optimiser.actions.${action}`)}</Badge>
        ),
      },
      {
        key: 'who',
        head: t('licenceTools.optimiser.who'),
        width: 'minmax(0, 4fr)',
        cell: ({ action, name, subject, quantity, from }) => (
          <span className={parts.itemText}>
            {action === 'buy' ? (
              <span className={parts.number}>{formats.number(quantity)} ×</span>
            ) : (
              <bdi className={parts.strong}>{name === '' ? subject?.id : name}</bdi>
            )}
            {from !== null && (
              <span className={parts.small}>
                {t('licenceTools.optimiser.fromWhom')} <bdi>{from.id}</bdi>
              </span>
            )}
          </span>
        ),
      },
      {
        key: 'sku',
        head: t('licences.licence'),
        width: 'minmax(0, 4fr)',
        cell: ({ sku, metric }) => (
          <span className={parts.itemText}>
            <SkuLabel sku={sku} />
            <span className={parts.small}>{t(`licences.metrics.${metric}`)}</span>
          </span>
        ),
      },
      {
        key: 'reason',
        head: t('licenceTools.optimiser.why'),
        width: 'minmax(0, 6fr)',
        cell: (move) => {
          const { onOrAfter } = move;
          const known = reasonOf(move);
          return (
            <span className={parts.itemText}>
              {known === undefined ? move.reason : t(`licenceTools.optimiser.reasons.${known}`)}
              {onOrAfter !== null && (
                <span className={parts.small}>
                  {t('licenceTools.optimiser.onOrAfter', { day: licences.day(onOrAfter) })}
                </span>
              )}
            </span>
          );
        },
      },
    ],
    [t, formats, licences],
  );
}
