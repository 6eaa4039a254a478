// The table of people; only the rows in view exist, more are asked for near the end.
// biome-ignore-all lint/a11y/useSemanticElements: a real table laid out as a grid loses its semantics
// biome-ignore-all lint/a11y/useFocusableInteractive: cells hold the controls, they are none themselves
import { Skeleton, SkeletonItem } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import type { User } from '../admin-api.ts';
import styles from '../table.module.css';
import { UserBadges } from './user-badges.tsx';
import own from './user-table.module.css';

const ROW_PX = 60;
const SHAPES = ['1', '2', '3', '4', '5', '6', '7', '8'];

interface UserTableProps {
  readonly users: readonly User[];
  readonly total: number;
  readonly loading: boolean;
  /** Whether these are not yet the people who were asked for last. */
  readonly behind: boolean;
  readonly loadMore: () => void;
}

export function UserTable({ users, total, loading, behind, loadMore }: UserTableProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: users.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => users[index]?.userId ?? index,
    overscan: 10,
  });
  const items = virtual.getVirtualItems();
  const nearEnd = (items.at(-1)?.index ?? 0) >= users.length - 20;
  const more = users.length < total;

  useEffect(() => {
    if (nearEnd && more) loadMore();
  }, [nearEnd, more, loadMore]);

  return (
    <div
      ref={box}
      className={styles.box}
      role="table"
      aria-label={t('users.title')}
      aria-rowcount={total + 1}
      aria-busy={loading || behind}
    >
      <div role="rowgroup" className={styles.head}>
        <div role="row" aria-rowindex={1} className={`${styles.row} ${own.columns}`}>
          <span role="columnheader">{t('users.name')}</span>
          <span role="columnheader">{t('person.department')}</span>
          <span role="columnheader">{t('person.phone')}</span>
          <span role="columnheader">{t('users.account')}</span>
        </div>
      </div>
      {loading ? (
        <Skeleton aria-label={t('users.loading')}>
          {SHAPES.map((shape) => (
            <div key={shape} className={own.shape}>
              <SkeletonItem shape="circle" size={40} />
              <SkeletonItem size={16} />
            </div>
          ))}
        </Skeleton>
      ) : (
        <div role="rowgroup" className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
          {items.map(({ index, start, key }) => {
            const user = users[index];
            if (user === undefined) return null;
            return (
              <div
                key={key}
                role="row"
                aria-rowindex={index + 2}
                className={`${styles.row} ${styles.placed} ${own.columns}`}
                data-disabled={user.disabled}
                style={{ blockSize: ROW_PX, transform: `translateY(${start}px)` }}
              >
                <span role="cell" className={own.person}>
                  <PersonAvatar user={user} />
                  <span className={own.names}>
                    <Link to="/users/$userId" params={{ userId: user.userId }} className={styles.link}>
                      <bdi>{user.name}</bdi>
                    </Link>
                    <span className={own.address}>{user.address}</span>
                  </span>
                </span>
                <span role="cell" className={styles.text}>
                  <bdi>{user.department}</bdi>
                </span>
                <span role="cell" className={styles.text}>
                  <bdi>{user.phone}</bdi>
                </span>
                <span role="cell" className={own.badges}>
                  <UserBadges user={user} />
                </span>
              </div>
            );
          })}
        </div>
      )}
    </div>
  );
}
