// The people who are chosen, each with their state; a press takes one away again.
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { presenceOf } from '../../kit/live/selectors.ts';
import { CloseIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import styles from './pick-people-dialog.module.css';

interface ChosenProps {
  readonly userIds: readonly string[];
  readonly drop: (userId: string) => void;
}

export function Chosen({ userIds, drop }: ChosenProps) {
  const { t } = useTranslation();
  if (userIds.length === 0) return null;
  return (
    <ul className={styles.chosen} aria-label={t('groups.chosen', { count: userIds.length })}>
      {userIds.map((userId) => (
        <ChosenPerson key={userId} userId={userId} drop={drop} />
      ))}
    </ul>
  );
}

function ChosenPerson({ userId, drop }: { readonly userId: string; readonly drop: ChosenProps['drop'] }) {
  const { t } = useTranslation();
  const user = useLive(({ live }) => live.users[userId]);
  const state = useLive(({ live }) => presenceOf(live, userId));
  const name = user?.name ?? t('people.unknown');
  return (
    <li>
      <button type="button" className={styles.chip} onClick={() => drop(userId)}>
        <PersonAvatar user={user ?? { userId, name, photo: '' }} state={state} size={24} />
        <bdi aria-hidden="true">{name}</bdi>
        <span className="parley-hidden">
          {t('groups.drop', { name })} ({t(`states.${state}`)})
        </span>
        <CloseIcon size={14} />
      </button>
    </li>
  );
}
