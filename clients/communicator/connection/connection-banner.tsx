// The connection, told honestly: nothing while it is good; since when it is not, and when the next attempt comes.
import { Button } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFaultText } from '../../kit/i18n/fault-text.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { useNow } from '../use-now.ts';
import styles from './connection-banner.module.css';

/** A reconnect that is quicker than this is not worth a word. */
const PATIENCE_MS = 800;

export function ConnectionBanner() {
  const { t } = useTranslation();
  const connection = useLive((state) => state.connection);
  const asOf = useLive((state) => state.asOf);
  const waiting = useLive(({ outbox }) => outbox.filter(({ fault }) => fault === null).length);
  const client = useLiveClient();
  const formats = useFormats();
  const textOf = useFaultText();
  const shown = usePatience(connection.kind !== 'connected' && connection.kind !== 'ended');
  const [since, setSince] = useState<number | null>(null);
  const nowMs = useNow(1000, shown);

  useEffect(() => {
    if (connection.kind === 'offline') setSince(connection.since);
    if (connection.kind === 'connected') setSince(null);
  }, [connection]);

  const fault = connection.kind === 'offline' ? connection.fault : null;
  if (!shown) return <div role="status" />;
  const seconds =
    connection.kind === 'offline' ? Math.max(0, Math.ceil((connection.retryAt - nowMs) / 1000)) : 0;
  return (
    <div className={styles.banner}>
      <span className={styles.light} aria-hidden="true" />
      <div className={styles.text}>
        <p role="status" className={styles.state}>
          {since === null
            ? t('connection.connecting')
            : t('connection.offlineSince', { time: formats.time(since) })}
          {fault !== null && ` ${textOf(fault).sentence}`}
          {asOf !== null && ` ${t('connection.asOf', { time: formats.short(asOf, nowMs) })}`}
          {waiting > 0 && ` ${t('connection.waiting', { count: waiting })}`}
        </p>
        {since !== null && (
          <p className={styles.next}>
            {connection.kind === 'offline' && seconds > 0
              ? t('connection.retryIn', { count: seconds })
              : t('connection.retrying')}
          </p>
        )}
      </div>
      {since !== null && (
        <Button
          size="small"
          disabledFocusable={connection.kind === 'connecting'}
          onClick={() => client.wake()}
        >
          {t('connection.tryNow')}
        </Button>
      )}
    </div>
  );
}

/** True once `condition` has held for a moment; false at once when it ends. */
function usePatience(condition: boolean): boolean {
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!condition) return setLong(false);
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [condition]);
  return condition && long;
}
