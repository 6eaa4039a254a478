// Two faces of a group, one over the other, instead of one.
import { memo } from 'react';
import { useLive, useLiveShallow } from '../live/live-context.tsx';
import styles from './group-avatar.module.css';
import { PersonAvatar } from './person-avatar.tsx';

interface GroupAvatarProps {
  /** Everyone but oneself. */
  readonly userIds: readonly string[];
}

export const GroupAvatar = memo(function GroupAvatar({ userIds }: GroupAvatarProps) {
  const shown = userIds.slice(0, 2);
  const users = useLiveShallow(({ live }) => shown.map((userId) => live.users[userId]));
  const me = useLive(({ live }) => live.me);
  const faces = users.length === 1 ? [me ?? undefined, ...users] : users;
  const ids = users.length === 1 ? [me?.userId ?? '', ...shown] : shown;
  return (
    <span className={styles.group} aria-hidden="true">
      {faces.map((user, index) => {
        const userId = ids[index] ?? '';
        return (
          <span key={userId} className={styles.face}>
            <PersonAvatar user={user ?? { userId, name: '', photo: '' }} size={24} />
          </span>
        );
      })}
    </span>
  );
});
