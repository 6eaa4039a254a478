// A person's photo, or initials on a colour of their own, with the presence badge at the corner.
import { memo, useState } from 'react';
import type { User } from '../contracts.ts';
import { hueOf, initialsOf } from './initials.ts';
import styles from './person-avatar.module.css';
import { PresenceBadge, type ShownState } from './presence-badge.tsx';

interface PersonAvatarProps {
  readonly user: Pick<User, 'userId' | 'name' | 'photo'>;
  readonly state?: ShownState | undefined;
  readonly size?: 24 | 32 | 40 | 48 | 72;
}

export const PersonAvatar = memo(function PersonAvatar({ user, state, size = 40 }: PersonAvatarProps) {
  const source = `/api/v1/photos/${encodeURIComponent(user.userId)}?v=${encodeURIComponent(user.photo)}`;
  const [broken, setBroken] = useState('');
  const showsPhoto = user.photo !== '' && broken !== source;
  return (
    <span className={styles.avatar} data-size={size} data-hue={hueOf(user.userId)} aria-hidden="true">
      {showsPhoto ? (
        <img className={styles.photo} src={source} alt="" loading="lazy" onError={() => setBroken(source)} />
      ) : (
        <span className={styles.initials}>{initialsOf(user.name)}</span>
      )}
      {state !== undefined && (
        <span className={styles.badge}>
          <PresenceBadge state={state} size={size >= 72 ? 20 : size >= 40 ? 13 : 11} />
        </span>
      )}
    </span>
  );
});
