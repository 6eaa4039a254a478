// Everybody of this server: search, add, import, and a drawer with all about one person.
import { Button, Input } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { PeopleIcon, PersonAddIcon, SearchIcon, UploadIcon } from '../../kit/widgets/icons.tsx';
import { usersQuery } from '../admin-api.ts';
import { PageHeader } from '../page-header.tsx';
import { UserTable } from './user-table.tsx';
import styles from './users-page.module.css';

const AddUserDrawer = lazy(() => import('./add-user-drawer.tsx'));
const ImportDrawer = lazy(() => import('./import-drawer.tsx'));
const UserDrawer = lazy(() => import('./user-drawer.tsx'));

const PAUSE_MS = 200;

export function UsersPage() {
  const { t } = useTranslation();
  const formats = useFormats();
  const navigate = useNavigate();
  const { userId: openUserId } = useParams({ strict: false });
  const [typed, setTyped] = useState('');
  const query = usePaused(typed.trim());
  const [drawer, setDrawer] = useState<'add' | 'import' | null>(null);
  const users = useInfiniteQuery(usersQuery(query));
  const rows = users.data?.pages.flatMap((page) => page.users) ?? [];
  const total = users.data?.pages[0]?.total;
  const open = (userId: string) => void navigate({ to: '/users/$userId', params: { userId } });
  const close = () => void navigate({ to: '/' });

  return (
    <>
      <PageHeader
        title={t('users.title')}
        about={total === undefined ? '' : t('users.count', { count: total, shown: formats.number(total) })}
      >
        <Input
          type="search"
          className={styles.search}
          contentBefore={<SearchIcon size={18} />}
          aria-label={t('users.search')}
          placeholder={t('users.search')}
          maxLength={200}
          value={typed}
          onChange={(_, { value }) => setTyped(value)}
        />
        <Button icon={<UploadIcon />} onClick={() => setDrawer('import')}>
          {t('users.import')}
        </Button>
        <Button appearance="primary" icon={<PersonAddIcon />} onClick={() => setDrawer('add')}>
          {t('users.add')}
        </Button>
      </PageHeader>
      {users.error !== null && (
        <div className={styles.fault}>
          <FaultNotice fault={users.error.fault}>
            <Button size="small" onClick={() => void users.refetch()}>
              {t('connection.tryNow')}
            </Button>
          </FaultNotice>
        </div>
      )}
      {users.isSuccess && rows.length === 0 ? (
        <EmptyState
          picture={<PeopleIcon size={30} />}
          title={query === '' ? t('users.emptyTitle') : t('search.nothingTitle', { query })}
          text={query === '' ? t('users.emptyText') : t('search.nothingText')}
        />
      ) : (
        <UserTable
          users={rows}
          total={total ?? 0}
          loading={users.isPending}
          behind={query !== typed.trim()}
          loadMore={() => {
            if (users.hasNextPage && !users.isFetchingNextPage) void users.fetchNextPage();
          }}
        />
      )}
      <Suspense>
        {drawer === 'add' && <AddUserDrawer close={() => setDrawer(null)} opened={open} />}
        {drawer === 'import' && <ImportDrawer close={() => setDrawer(null)} />}
        {openUserId !== undefined && <UserDrawer userId={openUserId} close={close} />}
      </Suspense>
    </>
  );
}

/** The value once it has not changed for a moment. */
function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return paused;
}
