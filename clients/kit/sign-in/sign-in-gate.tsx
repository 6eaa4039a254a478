// Shows its children to somebody who is signed in, and to everybody else the page that they need first.
import { Button, Spinner } from '@fluentui/react-components';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
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
  /** What this device has kept of the last sign-in, for when the server does not answer. */
  readonly kept?: {
    readonly session: () => Promise<Session | null>;
    readonly forget: () => Promise<void>;
  };
}

export function SignInGate({ children, kept }: SignInGateProps) {
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

  const [keptSession, setKeptSession] = useState<Session | null | undefined>();
  useEffect(() => {
    if (unreachable && kept !== undefined) void kept.session().then(setKeptSession);
  }, [unreachable, kept]);
  const signedOut = session?.signedIn === false;
  useEffect(() => {
    if (!signedOut) return;
    setKeptSession(null);
    void kept?.forget();
  }, [signedOut, kept]);

  const shown = session ?? keptSession ?? null;
  if (shown?.signedIn) return children(shown);
  if (session === null) {
    if (fault === null || (kept !== undefined && keptSession === undefined))
      return <Spinner className="parley-boot" aria-label={t('entry.loading')} />;
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
