// What the search for a group's people found: departments first, then people.
import { useTranslation } from 'react-i18next';
import type { User } from '../../kit/contracts.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { presenceOf } from '../../kit/live/selectors.ts';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { PeopleIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { usePeopleSearch } from '../people/use-people-search.ts';
import styles from './pick-people-dialog.module.css';
import type { Picking } from './use-picking.ts';

interface FoundListProps {
  readonly query: string;
  readonly here: readonly string[];
  readonly picking: Picking;
  readonly picked: () => void;
}

export function FoundList({ query, here, picking, picked }: FoundListProps) {
  const { t } = useTranslation();
  const { users, departments, busy, fault } = usePeopleSearch(query);
  const taken = new Set([...here, ...picking.chosen]);
  const free = users.filter(({ userId }) => !taken.has(userId));
  if (query.trim() === '') return null;
  return (
    <div data-found>
      {fault !== null && <FaultNotice fault={fault} />}
      <p role="status" className="parley-hidden">
        {busy ? '' : t('search.found', { count: free.length })}
      </p>
      <ul className={styles.found} aria-label={t('search.results')}>
        {departments.map(({ name, people }) => (
          <li key={name}>
            <button
              type="button"
              className={styles.row}
              onClick={() => {
                picked();
                void picking.pickDepartment(name);
              }}
            >
              <span className={styles.department}>
                <PeopleIcon size={18} />
              </span>
              <bdi>{t('groups.everyoneIn', { name, count: people })}</bdi>
            </button>
          </li>
        ))}
        {free.map((user) => (
          <FoundPerson
            key={user.userId}
            user={user}
            pick={() => {
              picked();
              picking.pick(user.userId);
            }}
          />
        ))}
      </ul>
      {!busy && free.length === 0 && departments.length === 0 && (
        <p className={styles.hint}>
          {t(users.length === 0 ? 'search.nothingTitle' : 'groups.nobodyElse', { query: query.trim() })}
        </p>
      )}
    </div>
  );
}

function FoundPerson({ user, pick }: { readonly user: User; readonly pick: () => void }) {
  const { t } = useTranslation();
  const state = useLive(({ live }) => presenceOf(live, user.userId));
  const about = [user.title, user.department].filter(Boolean).join(', ') || user.address;
  return (
    <li>
      <button type="button" className={styles.row} onClick={pick}>
        <PersonAvatar user={user} state={state} size={32} />
        <span className={styles.text}>
          <bdi>{user.name}</bdi>
          <span className={styles.about}>
            <span className="parley-hidden">{t(`states.${state}`)} </span>
            <bdi>{about}</bdi>
          </span>
        </span>
      </button>
    </li>
  );
}
