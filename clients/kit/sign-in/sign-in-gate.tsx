// Shows its children to somebody who is signed in, and to everybody else the page that they need first.
import { Button, Spinner } from '@fluentui/react-components';
import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Session } from '../contracts.ts';
import { refreshSession, useSession } from '../http/session.ts';
import { FaultNotice } from '../widgets/fault-notice.tsx';
import { EntryPage } from './entry-page.tsx';

const SignInForm = lazy(() => import('./sign-in-form.tsx'));
const FirstRunForm = lazy(() => import('./first-run-form.tsx'));

/** While the server cannot be reached it is asked again this often. */
const RETRY_MS = 5000;

interface SignInGateProps {
  readonly children: (session: Session) => ReactNode;
}

export function SignInGate({ children }: SignInGateProps) {
  const { session, fault } = useSession();
  const { t } = useTranslation();

  const unreachable = session === null && fault !== null;

  useEffect(() => {
    void refreshSession();
  }, []);

  useEffect(() => {
    if (!unreachable) return;
    const again = () => void refreshSession();
    const timer = setInterval(again, RETRY_MS);
    addEventListener('online', again);
    return () => {
      clearInterval(timer);
      removeEventListener('online', again);
    };
  }, [unreachable]);

  if (session?.signedIn) return children(session);
  if (session === null) {
    if (fault === null) return <Spinner className="parley-boot" aria-label={t('entry.loading')} />;
    return (
      <EntryPage title={t('entry.unreachableTitle')}>
        <FaultNotice fault={fault} />
        <Button appearance="primary" size="large" onClick={() => void refreshSession()}>
          {t('connection.tryNow')}
        </Button>
      </EntryPage>
    );
  }
  return (
    <Suspense fallback={<Spinner className="parley-boot" aria-label={t('entry.loading')} />}>
      {session.firstRun ? <FirstRunForm session={session} /> : <SignInForm session={session} ended={fault} />}
    </Suspense>
  );
}
