// A person's card: photo, work, how to reach, and what the state means and since when.
import { Link } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { BuildingIcon, MailIcon, PhoneIcon, PlaceIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import styles from './person-card.module.css';

export function PersonCard({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const user = useLive(({ live }) => live.users[userId]);
  const presence = useLive(({ live }) => live.presence[userId]);
  if (user === undefined) return null;
  const state = presence?.state ?? 'unknown';
  return (
    <div className={styles.card}>
      <div className={styles.top}>
        <PersonAvatar user={user} state={state} size={72} />
        <div className={styles.who}>
          <p className={styles.name}>
            <bdi>{user.name}</bdi>
          </p>
          {user.title !== '' && (
            <p className={styles.title}>
              <bdi>{user.title}</bdi>
            </p>
          )}
          <p className={styles.state}>
            {t(`states.${state}`)}
            {presence !== undefined && presence.reason !== 'none' && (
              <span> · {formats.ago(presence.since, Date.now())}</span>
            )}
          </p>
        </div>
      </div>
      {presence !== undefined && presence.note !== '' && (
        <p className={styles.note}>
          <bdi>{presence.note}</bdi>
        </p>
      )}
      <dl className={styles.facts}>
        <Fact icon={<MailIcon size={18} />} name={t('person.address')} value={user.address} />
        {user.phone !== '' && (
          <Fact
            icon={<PhoneIcon size={18} />}
            name={t('person.phone')}
            value={
              <Link href={`tel:${user.phone}`} dir="ltr">
                {user.phone}
              </Link>
            }
          />
        )}
        {user.department !== '' && (
          <Fact icon={<BuildingIcon size={18} />} name={t('person.department')} value={user.department} />
        )}
        {user.office !== '' && (
          <Fact icon={<PlaceIcon size={18} />} name={t('person.office')} value={user.office} />
        )}
      </dl>
      {presence !== undefined && <p className={styles.why}>{t(`reasons.${presence.reason}`)}</p>}
    </div>
  );
}

function Fact({
  icon,
  name,
  value,
}: {
  readonly icon: ReactNode;
  readonly name: string;
  readonly value: ReactNode;
}) {
  return (
    <div className={styles.fact}>
      <dt>
        {icon}
        <span className="parley-hidden">{name}</span>
      </dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}
