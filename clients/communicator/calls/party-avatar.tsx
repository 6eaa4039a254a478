// Who is at the other end: a person's photo, or the sign of a number.
import type { Party } from '@parley/services/calls/contract';
import { CallIcon } from '../../kit/calls/call-icons.tsx';
import { useLive } from '../../kit/live/live-context.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import styles from './party-avatar.module.css';

interface PartyAvatarProps {
  readonly party: Party;
  readonly size: 32 | 40 | 48 | 72;
  /** With the badge of their presence. */
  readonly withState?: boolean;
}

export function PartyAvatar({ party, size, withState = false }: PartyAvatarProps) {
  const { userId = '', name } = party;
  const user = useLive(({ live }) => live.users[userId]);
  const state = useLive(({ live }) => live.presence[userId]?.state ?? 'unknown');
  if (userId === '')
    return (
      <span className={styles.number} style={{ inlineSize: size, blockSize: size }} aria-hidden="true">
        <CallIcon size={size / 2} />
      </span>
    );
  return (
    <PersonAvatar
      user={user ?? { userId, name, photo: '' }}
      size={size}
      state={withState ? state : undefined}
    />
  );
}
