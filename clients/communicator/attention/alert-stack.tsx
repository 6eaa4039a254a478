// Alerts on the page: who wrote what, and what one can do with it at once. They never take the focus, and go by themselves.
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { conversationName } from '../../kit/live/selectors.ts';
import { CloseIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { usePreview } from '../conversation/preview.ts';
import styles from './alert-stack.module.css';
import { alerts, hide, type ShownAlert, withdraw } from './alerts.ts';
import { FreeCards } from './free-cards.tsx';

const SHOWN_MS = 12_000;
const SNOOZES = [
  { key: 'alerts.snooze15', seconds: 900 },
  { key: 'alerts.snooze60', seconds: 3600 },
  { key: 'alerts.snooze240', seconds: 14_400 },
] as const;

export function AlertStack() {
  const { t } = useTranslation();
  const shown = useStore(alerts);
  return (
    <section className={styles.stack} aria-label={t('alerts.title')}>
      <div role="status">
        <FreeCards />
        {shown.map((alert) => (
          <AlertCard key={alert.conversationId} alert={alert} />
        ))}
      </div>
    </section>
  );
}

function AlertCard({ alert }: { readonly alert: ShownAlert }) {
  const { t } = useTranslation();
  const { conversationId } = alert;
  const client = useLiveClient();
  const navigate = useNavigate();
  const conversation = useLive(({ live }) => live.conversations[conversationId]);
  const message = conversation?.lastMessage ?? null;
  const sender = useLive(({ live }) => (message === null ? undefined : live.users[message.senderId]));
  const among = useLive(({ live }) =>
    conversation !== undefined && conversation.participantIds.length > 2
      ? conversationName(live, conversation, t('people.unknown'))
      : null,
  );
  const [held, setHeld] = useState(false);
  const preview = usePreview();

  // A newer message begins the time anew.
  const begins = Math.max(alert.at, message?.sentAt ?? 0);
  useEffect(() => {
    if (held || begins === 0) return;
    const timer = setTimeout(() => hide(conversationId), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, conversationId, begins]);

  if (conversation === undefined || message === null) return null;
  const name = sender?.name ?? t('people.unknown');
  // Without a history there is no number to read up to: it is enough that it was seen.
  const upTo = Math.max(alert.seq, conversation.lastSeq);

  function open(): void {
    hide(conversationId);
    void navigate({ to: '/c/$conversationId', params: { conversationId } });
  }
  function dismiss(snoozeS?: number): void {
    withdraw(conversationId, upTo);
    void client.command('alert.dismiss', {
      conversationId,
      seq: upTo,
      ...(snoozeS === undefined ? {} : { snoozeS }),
    });
  }

  return (
    <article
      className={styles.card}
      aria-label={t('alerts.from', { name })}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <button type="button" className={styles.open} onClick={open}>
        {sender !== undefined && <PersonAvatar user={sender} size={40} />}
        <span className={styles.words}>
          <span className={styles.name}>
            <bdi>{name}</bdi>
            {conversation.unread > 1 && (
              <span className={styles.count}>{t('chats.unread', { count: conversation.unread })}</span>
            )}
          </span>
          {among !== null && <span className={styles.among}>{among}</span>}
          <span className={styles.text} dir="auto">
            {preview(message)}
          </span>
        </span>
      </button>
      <Button
        className={styles.close}
        size="small"
        appearance="subtle"
        icon={<CloseIcon size={16} />}
        aria-label={t('alerts.dismiss')}
        onClick={() => dismiss()}
      />
      <div className={styles.actions}>
        <Button size="small" appearance="primary" onClick={open}>
          {t('alerts.reply')}
        </Button>
        <Button
          size="small"
          onClick={() => {
            withdraw(conversationId, upTo);
            void client.markRead(conversationId);
          }}
        >
          {t('alerts.markRead')}
        </Button>
        <Menu onOpenChange={(_, data) => setHeld(data.open)}>
          <MenuTrigger disableButtonEnhancement>
            <Button size="small" appearance="subtle">
              {t('alerts.snooze')}
            </Button>
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {SNOOZES.map(({ key, seconds }) => (
                <MenuItem key={key} onClick={() => dismiss(seconds)}>
                  {t(key)}
                </MenuItem>
              ))}
            </MenuList>
          </MenuPopover>
        </Menu>
      </div>
    </article>
  );
}
