// One's own messages that wait for their time in this conversation: edited, sent now or taken back here. One that was
// refused says why.
import { Button, Tooltip } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scheduled } from '../../../kit/contracts.ts';
import { useFaultText } from '../../../kit/i18n/fault-text.ts';
import { useFormats } from '../../../kit/i18n/use-formats.ts';
import { useLiveClient, useLiveShallow } from '../../../kit/live/live-context.tsx';
import { ChevronDownIcon, EditIcon, SendIcon, TrashIcon, WarningIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { useNow } from '../../use-now.ts';
import { plainText } from '../markdown/plain-text.ts';
import { SendLaterIcon } from '../rich-icons.tsx';
import styles from './scheduled-list.module.css';

const ScheduleDialog = lazy(() => import('./schedule-dialog.tsx'));

export function ScheduledList({ conversationId }: { readonly conversationId: string }) {
  const { t } = useTranslation();
  const waiting = useLiveShallow(({ live }) =>
    (live.scheduled ?? []).filter((one) => one.conversationId === conversationId),
  );
  const refused = waiting.some(({ fault }) => fault !== undefined);
  const [opened, setOpened] = useState(false);
  const open = opened || refused;
  if (waiting.length === 0) return null;
  return (
    <section className={styles.waiting} aria-label={t('later.waiting', { count: waiting.length })}>
      <button type="button" className={styles.head} aria-expanded={open} onClick={() => setOpened(!open)}>
        <SendLaterIcon size={16} />
        <span>{t('later.waiting', { count: waiting.length })}</span>
        <ChevronDownIcon size={16} className={open ? styles.turned : undefined} />
      </button>
      {open && (
        <ul className={styles.list}>
          {waiting.map((scheduled) => (
            <Waiting key={scheduled.scheduleId} scheduled={scheduled} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Waiting({ scheduled }: { readonly scheduled: Scheduled }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const formats = useFormats();
  const textOf = useFaultText();
  const nowMs = useNow(60_000);
  const [editing, setEditing] = useState(false);
  const { text, subject, images = [], sendAt, fault } = scheduled;
  const words = subject ?? (plainText(text) || t('images.count', { count: images.length }));
  const said = fault === undefined ? null : textOf(fault);
  const act = (work: Promise<Parameters<typeof notices.outcome>[0]>) => void work.then(notices.outcome);
  return (
    <li className={styles.item}>
      <div className={styles.words}>
        <bdi className={styles.text}>{words}</bdi>
        {said === null ? (
          <time className={styles.time} dateTime={new Date(sendAt).toISOString()}>
            {t('later.at', { day: formats.day(sendAt, nowMs), time: formats.time(sendAt) })}
          </time>
        ) : (
          <span className={styles.refused} role="alert">
            <WarningIcon size={14} />
            {t('later.refused')} {said.sentence} {said.remedy}
          </span>
        )}
      </div>
      <Tooltip content={t('later.edit')} relationship="label">
        <Button
          size="small"
          appearance="subtle"
          icon={<EditIcon size={18} />}
          onClick={() => setEditing(true)}
        />
      </Tooltip>
      <Tooltip content={t('later.now')} relationship="label">
        <Button
          size="small"
          appearance="subtle"
          icon={<SendIcon size={18} />}
          onClick={() => act(client.messages.sendNow(scheduled))}
        />
      </Tooltip>
      <Tooltip content={t('later.cancel')} relationship="label">
        <Button
          size="small"
          appearance="subtle"
          icon={<TrashIcon size={18} />}
          onClick={() => act(client.messages.unschedule(scheduled))}
        />
      </Tooltip>
      {editing && (
        <Suspense>
          <ScheduleDialog
            atMs={Math.max(sendAt, nowMs + 60_000)}
            text={text}
            close={() => setEditing(false)}
            save={(atMs, changed) => {
              setEditing(false);
              act(client.messages.reschedule(scheduled, atMs, changed));
            }}
          />
        </Suspense>
      )}
    </li>
  );
}
