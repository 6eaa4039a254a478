// What a page shows while an answer is on its way, and when there was none.
import { Button, Skeleton, SkeletonItem } from '@fluentui/react-components';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import type { QueryFault } from '../admin-api.ts';
import styles from '../parts.module.css';

interface QueryStateProps<T> {
  readonly query: UseQueryResult<T, QueryFault>;
  readonly children: (data: T) => ReactNode;
}

/** An answer that is there stays in view when asking again fails; the fault stands above it. */
export function QueryState<T>({ query, children }: QueryStateProps<T>) {
  const { t } = useTranslation();
  return (
    <>
      {query.error !== null && (
        <FaultNotice fault={query.error.fault}>
          <Button size="small" onClick={() => void query.refetch()}>
            {t('connection.tryNow')}
          </Button>
        </FaultNotice>
      )}
      {query.isPending && (
        <Skeleton aria-label={t('licences.loading')} className={styles.skeleton}>
          <SkeletonItem size={64} />
          <SkeletonItem size={64} />
          <SkeletonItem size={64} />
        </Skeleton>
      )}
      {query.data !== undefined && children(query.data)}
    </>
  );
}
