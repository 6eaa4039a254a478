// The calls of the past: who, which way, when and how long; missed ones stand out. One touch calls again.
import { Button, Spinner, Switch, Tooltip } from '@fluentui/react-components';
import type { HistoryEntry } from '@parley/services/calls/contract';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallIcon, IncomingIcon, MissedIcon, OutgoingIcon } from '../../kit/calls/call-icons.tsx';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { InfoIcon, PhoneIcon, TrashIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { useNow } from '../use-now.ts';
import { loadCallTexts } from './call-texts.ts';
import { DialPad } from './dial-pad.tsx';
import { duration } from './duration.ts';
import styles from './history-list.module.css';
import { PartyAvatar } from './party-avatar.tsx';
import { usePhone } from './phone.ts';
import { useCall, useGoToCall } from './use-call.ts';
import { useHistory } from './use-history.ts';

const CallDetails = lazy(() => import('./call-details.tsx'));

await loadCallTexts();

/** What comes meanwhile is kept for the softphone, which has to be there first. */
export default function HistoryList() {
  return usePhone() === null ? null : <History />;
}

function History() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const [missedOnly, setMissedOnly] = useState(false);
  const { entries, more, fault, loadMore, retry, remove } = useHistory(missedOnly);
  const missed = useLive(({ live }) => live.missedCalls);
  const connected = useLive(({ connection }) => connection.kind === 'connected');

  // Who has the list before them has seen what they missed.
  useEffect(() => {
    if (missed > 0 && connected) void client.command('call.seen', { until: Date.now() });
  }, [client, missed, connected]);

  function forget(entry: HistoryEntry): void {
    notices.undoable(t('calls.history.deleted'), remove([entry.sideId]));
  }

  return (
    <div className={styles.calls}>
      <div className={styles.tools}>
        <Switch
          checked={missedOnly}
          label={t('calls.history.missedOnly')}
          onChange={(_, { checked }) => setMissedOnly(checked)}
        />
        <DialPad />
      </div>
      {fault !== null && (
        <div className={styles.fault}>
          <FaultNotice fault={fault}>
            <Button size="small" onClick={retry}>
              {t('calls.history.retry')}
            </Button>
          </FaultNotice>
        </div>
      )}
      {entries === null && fault === null && (
        <Spinner className={styles.busy} size="small" label={t('calls.history.loading')} />
      )}
      {entries?.length === 0 && (
        <EmptyState
          picture={<PhoneIcon size={28} />}
          title={t(missedOnly ? 'calls.history.noneMissed' : 'calls.history.emptyTitle')}
          text={t('calls.history.emptyText')}
        />
      )}
      {entries !== null && entries.length > 0 && (
        <ul className={styles.list} aria-label={t('people.calls')} tabIndex={-1} data-list>
          {entries.map((entry) => (
            <HistoryRow key={entry.sideId} entry={entry} forget={() => forget(entry)} />
          ))}
          {more && (
            <li className={styles.more}>
              <Button size="small" onClick={loadMore}>
                {t('calls.history.more')}
              </Button>
            </li>
          )}
        </ul>
      )}
    </div>
  );
}

function HistoryRow({ entry, forget }: { readonly entry: HistoryEntry; readonly forget: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nowMs = useNow(60_000);
  const call = useCall();
  const goToCall = useGoToCall();
  const { other, direction, missed, startedAt, durationMs, video } = entry;
  const [showing, setShowing] = useState(false);
  const kind = missed ? 'missed' : direction;
  const Icon = missed ? MissedIcon : direction === 'in' ? IncomingIcon : OutgoingIcon;
  const again = () => {
    const to = other.userId === undefined ? { dialled: other.address } : { userId: other.userId };
    void call({ to, name: other.name }, { video });
  };
  return (
    <li className={styles.row} data-missed={missed}>
      <button
        type="button"
        className={styles.open}
        onClick={() => (other.userId === undefined ? again() : void goToCall(entry))}
      >
        <PartyAvatar party={other} size={40} withState />
        <span className={styles.text}>
          <bdi className={styles.name}>{other.name}</bdi>
          <span className={styles.about}>
            <Icon size={16} />
            <span>{t(`calls.history.${kind}`)}</span>
            {durationMs > 0 && (
              <span>
                <span className="parley-hidden">{t('calls.lasted')} </span>
                <time>{duration(durationMs)}</time>
              </span>
            )}
          </span>
        </span>
        <time className={styles.when} title={formats.full(startedAt)}>
          {formats.short(startedAt, nowMs)}
        </time>
      </button>
      <Tooltip content={t('phone.call', { name: other.name })} relationship="label">
        <Button appearance="subtle" size="small" icon={<CallIcon size={18} />} onClick={again} />
      </Tooltip>
      <Tooltip content={t('calls.details.show', { name: other.name })} relationship="label">
        <Button
          appearance="subtle"
          size="small"
          icon={<InfoIcon size={18} />}
          onClick={() => setShowing(true)}
        />
      </Tooltip>
      <Tooltip content={t('calls.history.delete', { name: other.name })} relationship="label">
        <Button appearance="subtle" size="small" icon={<TrashIcon size={18} />} onClick={forget} />
      </Tooltip>
      <Suspense>{showing && <CallDetails entry={entry} close={() => setShowing(false)} />}</Suspense>
    </li>
  );
}
