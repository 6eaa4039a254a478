// How others see oneself: the card as the server would send it to somebody at a level, now.
import { Field, Select } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CommandReply, Level } from '../../kit/contracts.ts';
import type { Fault } from '../../kit/fault.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { FaultNotice } from '../../kit/widgets/fault-notice.tsx';
import { LevelOptions } from '../levels/level-options.tsx';
import { CardView } from '../people/person-card.tsx';
import styles from './levels-form.module.css';

export function SeenAs() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const [level, setLevel] = useState<Level>('company');
  const [seen, setSeen] = useState<CommandReply<'access.preview'> | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  // Whatever changes of oneself is looked at afresh.
  const me = useLive(({ live }) => live.me);
  const presence = useLive(({ live }) => live.presence[live.me?.userId ?? '']);
  const card = useLive(({ live }) => live.cards[live.me?.userId ?? '']);

  // biome-ignore lint/correctness/useExhaustiveDependencies: what one says of oneself is shown by the answer
  useEffect(() => {
    let isStale = false;
    void client.command('access.preview', { level }).then((outcome) => {
      if (isStale) return;
      setFault(outcome.ok ? null : outcome.fault);
      if (outcome.ok) setSeen(outcome.value);
    });
    return () => {
      isStale = true;
    };
  }, [client, level, me, presence, card]);

  return (
    <>
      <Field label={t('levels.seenAt')} orientation="horizontal" className={styles.origin}>
        <Select value={level} onChange={(_, { value }) => setLevel(value as Level)}>
          <LevelOptions />
        </Select>
      </Field>
      {fault !== null && <FaultNotice fault={fault} />}
      {seen !== null && (
        <section className={styles.preview} aria-label={t('levels.preview')}>
          <CardView user={seen.user} presence={seen.presence} card={seen.card ?? undefined} />
        </section>
      )}
    </>
  );
}
