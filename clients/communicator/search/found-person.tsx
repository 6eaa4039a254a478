// Somebody whom a search found, and the button that adds them.
import { Tooltip } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import type { User } from '../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { CheckIcon, PersonAddIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import styles from './search.module.css';

export function FoundPerson({ user }: { readonly user: User }) {
  const { t } = useTranslation();
  const state = useLive(({ live }) => live.presence[user.userId]?.state ?? 'unknown');
  const about = [user.title, user.department].filter(Boolean).join(', ') || user.address;
  return (
    <>
      <PersonAvatar user={user} state={state} />
      <span className={styles.text}>
        <span className={styles.name}>
          <bdi>{user.name}</bdi>
        </span>
        <span className={styles.about}>
          <span className="parley-hidden">{t(`states.${state}`)} </span>
          <bdi>{about}</bdi>
        </span>
      </span>
    </>
  );
}

export function AddContact({ user, reachable }: { readonly user: User; readonly reachable: boolean }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const isContact = useLive(
    ({ live }) => live.contacts[user.userId] !== undefined || live.me?.userId === user.userId,
  );

  async function add(): Promise<void> {
    notices.outcome(await client.putContact({ userId: user.userId, group: '', favourite: false }));
  }

  if (isContact) return <CheckIcon size={18} className={styles.added} />;
  return (
    <Tooltip content={t('people.add', { name: user.name })} relationship="label">
      <button
        type="button"
        className={styles.add}
        tabIndex={reachable ? 0 : -1}
        onClick={(event) => {
          event.stopPropagation();
          void add();
        }}
      >
        <PersonAddIcon size={18} />
      </button>
    </Tooltip>
  );
}
