// "X added you": which level X gets, whether X comes into one's own list, or that X is blocked. One at a time; answered in one
// window, it goes in all.
import { Button, Checkbox, Field, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Level } from '../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { LevelOptions } from '../levels/level-options.tsx';
import { useLevelOf } from '../levels/use-level.ts';
import styles from './added-card.module.css';

export function AddedCards() {
  const first = useLive(({ live }) =>
    live.policy?.addedQuestions === false ? undefined : live.book.addedBy[0]?.userId,
  );
  if (first === undefined) return null;
  return <AddedCard key={first} userId={first} />;
}

function AddedCard({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const user = useLive(({ live }) => live.users[userId]);
  const state = useLive(({ live }) => live.presence[userId]?.state ?? 'unknown');
  const isContact = useLive(({ live }) => live.contacts[userId] !== undefined);
  const more = useLive(({ live }) => live.book.addedBy.length - 1);
  const { level: held } = useLevelOf(userId);
  const [level, setLevel] = useState<Level>(held);
  const [addBack, setAddBack] = useState(true);
  const [busy, setBusy] = useState(false);
  const name = user?.name ?? t('people.unknown');

  async function answer(chosen: Level): Promise<void> {
    setBusy(true);
    const adds = addBack && !isContact && chosen !== 'blocked';
    const outcome = await client.contacts.answer(userId, chosen === held ? null : chosen, adds);
    if (!notices.outcome(outcome)) setBusy(false);
  }

  return (
    <section className={styles.card} aria-label={t('contacts.added.title', { name })}>
      <div className={styles.who}>
        <PersonAvatar user={user ?? { userId, name, photo: '' }} state={state} />
        <p className={styles.words} role="status">
          {t('contacts.added.text', { name })}
        </p>
      </div>
      <Field label={t('contacts.added.level')} orientation="vertical" size="small">
        <Select value={level} size="small" onChange={(_, { value }) => setLevel(value as Level)}>
          <LevelOptions />
        </Select>
      </Field>
      <p className={styles.short}>{t(`levels.short.${level}`)}</p>
      {!isContact && (
        <Checkbox
          className={styles.check}
          checked={addBack && level !== 'blocked'}
          disabled={level === 'blocked'}
          label={t('contacts.added.addBack')}
          onChange={(_, { checked }) => setAddBack(checked === true)}
        />
      )}
      <div className={styles.actions}>
        <Button size="small" appearance="primary" disabledFocusable={busy} onClick={() => void answer(level)}>
          {t('contacts.added.ok')}
        </Button>
        <Button size="small" disabledFocusable={busy} onClick={() => void answer('blocked')}>
          {t('contacts.added.block')}
        </Button>
        {more > 0 && <span className={styles.more}>{t('contacts.added.more', { count: more })}</span>}
      </div>
    </section>
  );
}
