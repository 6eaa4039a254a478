// "X is available now", on the page, with what one waited for: to write. It goes by itself, and when X is gone again.
import { Button } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useLive } from '../../kit/live/live-context.tsx';
import { CloseIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { useOpenChat } from '../people/use-open-chat.ts';
import styles from './alert-stack.module.css';
import { freePeople, hideFree } from './free-people.ts';

const SHOWN_MS = 20_000;

export function FreeCards() {
  return useStore(freePeople).map((userId) => <FreeCard key={userId} userId={userId} />);
}

function FreeCard({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const openChat = useOpenChat();
  const user = useLive(({ live }) => live.users[userId]);
  const state = useLive(({ live }) => live.presence[userId]?.state ?? 'unknown');
  const [held, setHeld] = useState(false);
  const [wasFree, setWasFree] = useState(false);
  const name = user?.name ?? t('people.unknown');

  // The word may come before the state does.
  useEffect(() => {
    if (state === 'available') setWasFree(true);
    else if (wasFree && state !== 'inactive') hideFree(userId);
  }, [state, wasFree, userId]);

  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => hideFree(userId), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, userId]);

  function write(): void {
    hideFree(userId);
    void openChat(userId);
  }

  return (
    <article
      className={styles.card}
      aria-label={t('contacts.free', { name })}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <button type="button" className={styles.open} onClick={write}>
        <PersonAvatar user={user ?? { userId, name, photo: '' }} state={state} size={40} />
        <span className={styles.words}>
          <span className={styles.name}>
            <bdi>{t('contacts.free', { name })}</bdi>
          </span>
        </span>
      </button>
      <Button
        className={styles.close}
        size="small"
        appearance="subtle"
        icon={<CloseIcon size={16} />}
        aria-label={t('alerts.dismiss')}
        onClick={() => hideFree(userId)}
      />
      <div className={styles.actions}>
        <Button size="small" appearance="primary" onClick={write}>
          {t('contacts.write')}
        </Button>
      </div>
    </article>
  );
}
