// Somebody to call, redirect or transfer to: a name of the directory or a number in any spelling, by one field.
import { Field, Input } from '@fluentui/react-components';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CallIcon } from '../../kit/calls/call-icons.tsx';
import { dialledFrom } from '../../kit/calls/dialled.ts';
import type { Target } from '../../kit/calls/softphone-state.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { usePeopleSearch } from '../people/use-people-search.ts';
import styles from './callee-field.module.css';

const SHOWN = 6;

interface CalleeFieldProps {
  readonly label: string;
  /** Whom it cannot be. */
  readonly except: readonly string[];
  readonly chosen: Target | null;
  readonly choose: (target: Target | null) => void;
}

export function CalleeField({ label, except, chosen, choose }: CalleeFieldProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const listId = useId();
  const meId = useLive(({ live }) => live.me?.userId ?? '');
  const presence = useLive(({ live }) => live.presence);
  const { users } = usePeopleSearch(typed);
  const number = dialledFrom(typed);
  const people = users.filter(({ userId }) => userId !== meId && !except.includes(userId)).slice(0, SHOWN);
  const chosenId = chosen !== null && 'userId' in chosen.to ? chosen.to.userId : '';

  function type(text: string): void {
    setTyped(text);
    const dialled = dialledFrom(text);
    choose(dialled === null ? null : { to: { dialled: dialled.dialled }, name: dialled.shown });
  }

  return (
    <div className={styles.field}>
      <Field label={label}>
        <Input
          value={typed}
          maxLength={200}
          autoComplete="off"
          aria-controls={listId}
          placeholder={t('calls.nameOrNumber')}
          onChange={(_, { value }) => type(value)}
        />
      </Field>
      <ul id={listId} className={styles.list} aria-label={t('search.results')}>
        {number !== null && (
          <li>
            <button
              type="button"
              className={styles.choice}
              aria-pressed={chosen !== null && 'dialled' in chosen.to}
              onClick={() => choose({ to: { dialled: number.dialled }, name: number.shown })}
            >
              <CallIcon size={20} />
              <bdi dir="ltr">{number.shown}</bdi>
            </button>
          </li>
        )}
        {people.map((user) => (
          <li key={user.userId}>
            <button
              type="button"
              className={styles.choice}
              aria-pressed={chosenId === user.userId}
              onClick={() => choose({ to: { userId: user.userId }, name: user.name })}
            >
              <PersonAvatar user={user} size={32} state={presence[user.userId]?.state ?? 'unknown'} />
              <bdi>{user.name}</bdi>
              <span className="parley-hidden">
                {t(`states.${presence[user.userId]?.state ?? 'unknown'}`)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
