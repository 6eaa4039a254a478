// The frame: the people on one side, the conversation on the other; on a narrow screen one of them at a time.
import { Outlet, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../kit/live/live-context.tsx';
import { AlertStack } from './attention/alert-stack.tsx';
import { useUnreadBadge } from './attention/unread-badge.ts';
import { useAlerts } from './attention/use-alerts.ts';
import { useAttending } from './attention/use-attending.ts';
import { useCallKeys } from './calls/use-call-keys.ts';
import { useCallLayer } from './calls/use-call-layer.ts';
import { ConnectionBanner } from './connection/connection-banner.tsx';
import { useScheduled } from './conversation/schedule/use-scheduled.ts';
import { useActivity } from './me/activity.ts';
import { Sidebar } from './people/sidebar.tsx';
import { RightsBanner } from './rights/rights-banner.tsx';
import { useShortcuts } from './shortcuts.ts';
import { UpdateBanner } from './update/update-banner.tsx';
import { useOverlay } from './use-overlay.ts';
import styles from './workspace.module.css';

const SettingsDialog = lazy(() => import('./settings/settings-dialog.tsx'));
const ShortcutOverlay = lazy(() => import('./help/shortcut-overlay.tsx'));

export function Workspace() {
  const { t } = useTranslation();
  const { conversationId, sideId } = useParams({ strict: false });
  const CallLayer = useCallLayer();
  const connected = useLive(({ connection }) => connection.kind === 'connected');
  const { overlay, openOverlay, closeOverlay } = useOverlay();
  useUnreadBadge();
  useAlerts();
  useAttending();
  useActivity();
  useScheduled();
  useCallKeys();
  useShortcuts({ openHelp: () => openOverlay('help') });

  return (
    <div
      className={styles.workspace}
      data-open={conversationId === undefined && sideId === undefined ? 'list' : 'conversation'}
      data-connected={connected}
    >
      <nav className={styles.sidebar} aria-label={t('people.sidebar')}>
        <Sidebar openOverlay={openOverlay} />
      </nav>
      <main className={styles.main}>
        <h1 className="parley-hidden">Parley</h1>
        <ConnectionBanner />
        <UpdateBanner />
        <RightsBanner />
        {CallLayer !== null && <CallLayer />}
        <div className={styles.content}>
          <Outlet />
        </div>
      </main>
      <AlertStack />
      <Suspense>
        {overlay === 'settings' && <SettingsDialog close={closeOverlay} />}
        {overlay === 'help' && <ShortcutOverlay close={closeOverlay} />}
      </Suspense>
    </div>
  );
}
