// The browsers that one person is signed in with, in the drawer.
import { Button, Spinner } from '@fluentui/react-components';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { ConfirmButton } from '../../kit/widgets/confirm-button.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { admin, signInsQuery, type User } from '../admin-api.ts';
import { browserName } from './browser-name.ts';
import styles from './sign-ins.module.css';

export function SignInList({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const notices = useNotices();
  const queries = useQueryClient();
  const { data: signIns, error, isPending } = useQuery(signInsQuery(user.userId));
  const list = useRef<HTMLDivElement>(null);

  async function refresh(): Promise<void> {
    await queries.invalidateQueries({ queryKey: ['sign-ins'] });
    // The button that had the focus is gone.
    list.current?.focus();
  }

  async function endAll(): Promise<void> {
    const outcome = await admin.signOutEverywhere(user.userId);
    if (!notices.outcome(outcome) || !outcome.ok) return;
    notices.done(t('signIns.ended', { count: outcome.value.ended }));
    await refresh();
  }

  async function end(signInId: string): Promise<void> {
    if (notices.outcome(await admin.endSignIn(signInId))) await refresh();
  }

  if (isPending) return <Spinner aria-label={t('signIns.loading')} />;
  if (error !== null) return <FaultNotice fault={error.fault} />;
  return (
    <div ref={list} tabIndex={-1} className={styles.page}>
      {signIns.length === 0 && <p className={styles.times}>{t('signIns.emptyTitle')}</p>}
      <ul className={styles.list}>
        {signIns.map((signIn) => (
          <li key={signIn.signInId} className={styles.item}>
            <span className={styles.browser} title={signIn.userAgent}>
              <span>{browserName(signIn.userAgent)}</span>
              <span className={styles.times}>
                <bdi>{signIn.source}</bdi> · {formats.ago(signIn.lastSeenAt, Date.now())}
              </span>
            </span>
            <Button
              size="small"
              aria-label={t('signIns.endNamed', { browser: browserName(signIn.userAgent) })}
              onClick={() => void end(signIn.signInId)}
            >
              {t('signIns.end')}
            </Button>
          </li>
        ))}
      </ul>
      {signIns.length > 0 && (
        <ConfirmButton
          action={t('signIns.endAll')}
          title={t('signIns.endTitle', { name: user.name })}
          text={t('signIns.endText')}
          confirm={() => void endAll()}
        />
      )}
    </div>
  );
}
