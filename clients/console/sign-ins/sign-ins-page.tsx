// Who is signed in with a browser, from where, and the way to end it.
// biome-ignore-all lint/a11y/useSemanticElements: a real table laid out as a grid loses its semantics
// biome-ignore-all lint/a11y/useFocusableInteractive: cells hold the controls, they are none themselves
import { Button, Spinner } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { ConfirmButton } from '../../kit/widgets/confirm-button.tsx';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { KeyIcon, RetryIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { admin, type SignIn, signInsQuery, userQuery } from '../admin-api.ts';
import page from '../page.module.css';
import { PageHeader } from '../page-header.tsx';
import styles from '../table.module.css';
import { browserName } from './browser-name.ts';
import own from './sign-ins.module.css';

export default function SignInsPage() {
  const { t } = useTranslation();
  const signIns = useQuery(signInsQuery());
  return (
    <>
      <PageHeader title={t('signIns.title')} about={t('signIns.about')}>
        <Button icon={<RetryIcon />} onClick={() => void signIns.refetch()}>
          {t('actions.refresh')}
        </Button>
      </PageHeader>
      {signIns.isPending && <Spinner aria-label={t('signIns.loading')} />}
      {signIns.error !== null && (
        <div className={page.body}>
          <FaultNotice fault={signIns.error.fault} />
        </div>
      )}
      {signIns.data?.length === 0 && (
        <EmptyState
          picture={<KeyIcon size={28} />}
          title={t('signIns.emptyTitle')}
          text={t('signIns.emptyText')}
        />
      )}
      {signIns.data !== undefined && signIns.data.length > 0 && (
        <div className={styles.box} role="table" aria-label={t('signIns.title')}>
          <div role="rowgroup" className={styles.head}>
            <div role="row" className={`${styles.row} ${own.columns}`}>
              <span role="columnheader">{t('users.name')}</span>
              <span role="columnheader">{t('signIns.browser')}</span>
              <span role="columnheader">{t('signIns.lastSeen')}</span>
              <span role="columnheader">
                <span className="parley-hidden">{t('signIns.end')}</span>
              </span>
            </div>
          </div>
          <div role="rowgroup" className={styles.space}>
            {signIns.data.map((signIn) => (
              <SignInRow key={signIn.signInId} signIn={signIn} />
            ))}
          </div>
        </div>
      )}
    </>
  );
}

function SignInRow({ signIn }: { readonly signIn: SignIn }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const notices = useNotices();
  const queries = useQueryClient();
  const { data: user } = useQuery({ ...userQuery(signIn.userId), staleTime: 60_000 });
  const name = user?.name ?? t('people.unknown');

  async function end(): Promise<void> {
    if (!notices.outcome(await admin.endSignIn(signIn.signInId))) return;
    void queries.invalidateQueries({ queryKey: ['sign-ins'] });
  }

  return (
    <div role="row" className={`${styles.row} ${own.columns} ${own.row}`}>
      <span role="cell" className={own.person}>
        <PersonAvatar user={user ?? { userId: signIn.userId, name, photo: '' }} size={32} />
        <bdi className={own.name}>{name}</bdi>
      </span>
      <span role="cell" className={own.browser} title={signIn.userAgent}>
        <span>{browserName(signIn.userAgent)}</span>
        <bdi className={own.source}>{signIn.source}</bdi>
      </span>
      <span role="cell" className={styles.text} title={formats.full(signIn.lastSeenAt)}>
        {formats.ago(signIn.lastSeenAt, Date.now())}
      </span>
      <span role="cell">
        <ConfirmButton
          size="small"
          action={t('signIns.end')}
          label={t('signIns.endOf', { name })}
          title={t('signIns.endTitle', { name })}
          text={t('signIns.endText')}
          confirm={() => void end()}
        />
      </span>
    </div>
  );
}
