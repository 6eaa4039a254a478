// A person's card: photo, state, calendar, how to reach them. It shows what the server sent for one's level of access.
import { Link } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Card, PresenceState, User } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import {
  BuildingIcon,
  CalendarIcon,
  ClockIcon,
  GlobeIcon,
  HomeIcon,
  MailIcon,
  MapIcon,
  MobileIcon,
  OfficeIcon,
  PersonIcon,
  PhoneIcon,
  PlaceIcon,
} from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { FreeBusyStrip } from '../levels/free-busy-strip.tsx';
import styles from './person-card.module.css';
import { WorkingHoursText } from './working-hours.tsx';

export function PersonCard({ userId }: { readonly userId: string }) {
  const user = useLive(({ live }) => live.users[userId]);
  const presence = useLive(({ live }) => live.presence[userId]);
  const card = useLive(({ live }) => live.cards[userId]);
  const ownNote = useLive(({ live }) => live.contacts[userId]?.note ?? '');
  if (user === undefined) return null;
  return <CardView user={user} presence={presence} card={card} ownNote={ownNote} />;
}

interface CardViewProps {
  readonly user: User;
  readonly presence: PresenceState | undefined;
  readonly card: Card | undefined;
  /** What oneself wrote about the person. */
  readonly ownNote?: string;
}

export function CardView({ user, presence, card, ownNote = '' }: CardViewProps) {
  const { t } = useTranslation();
  const state = presence?.state ?? 'unknown';
  const { meeting, freeBusy } = presence ?? {};
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
          <StateLine presence={presence} />
        </div>
      </div>
      {presence !== undefined && presence.note !== '' && (
        <p className={styles.note}>
          <bdi>{presence.note}</bdi>
        </p>
      )}
      {ownNote !== '' && (
        <p className={styles.ownNote}>
          <span className={styles.kind}>{t('contacts.yourNote')}</span> <bdi>{ownNote}</bdi>
        </p>
      )}
      {freeBusy !== undefined && <FreeBusyStrip times={freeBusy} />}
      <dl className={styles.facts}>
        <Fact icon={<MailIcon size={18} />} name={t('person.address')} value={user.address} />
        <NumberFact icon={<PhoneIcon size={18} />} name={t('person.phone')} number={user.phone} />
        <NumberFact icon={<MobileIcon size={18} />} name={t('person.mobile')} number={card?.mobile} />
        <NumberFact icon={<HomeIcon size={18} />} name={t('person.home')} number={card?.home} />
        <NumberFact icon={<PhoneIcon size={18} />} name={t('person.other')} number={card?.other} />
        <Fact icon={<PersonIcon size={18} />} name={t('person.department')} value={user.department} />
        <Fact icon={<BuildingIcon size={18} />} name={t('person.company')} value={card?.company} />
        <Fact icon={<OfficeIcon size={18} />} name={t('person.office')} value={user.office} />
        <Fact icon={<MapIcon size={18} />} name={t('person.workAddress')} value={card?.workAddress} />
        {card !== undefined && card.site !== '' && (
          <Fact
            icon={<GlobeIcon size={18} />}
            name={t('person.site')}
            value={
              <Link href={card.site} target="_blank" rel="noreferrer noopener" dir="ltr">
                {card.site.replace(/^https?:\/\//, '').replace(/\/$/, '')}
              </Link>
            }
          />
        )}
        <Fact icon={<PlaceIcon size={18} />} name={t('person.location')} value={presence?.location} />
        {meeting !== undefined && (
          <Fact
            icon={<CalendarIcon size={18} />}
            name={t('person.meeting')}
            value={[meeting.subject, meeting.place].filter((text) => text !== '').join(' · ')}
          />
        )}
        {presence?.workingHours !== undefined && (
          <Fact
            icon={<ClockIcon size={18} />}
            name={t('person.workingHours')}
            value={<WorkingHoursText hours={presence.workingHours} />}
          />
        )}
      </dl>
      <Why presence={presence} />
    </div>
  );
}

/** State, what they are doing, since when; and when they were last active, where nobody is at a device. */
function StateLine({ presence }: { readonly presence: PresenceState | undefined }) {
  const { t } = useTranslation();
  const formats = useFormats();
  if (presence === undefined) return <p className={styles.state}>{t('states.unknown')}</p>;
  const { state, activity, activityText, since, lastActive } = presence;
  return (
    <p className={styles.state}>
      <span>{t(`states.${state}`)}</span>
      {activity !== undefined && (
        <bdi>
          {' · '}
          {activity === 'custom' && activityText !== undefined ? activityText : t(`activities.${activity}`)}
        </bdi>
      )}
      {since !== 0 && state !== 'offline' && <span> · {formats.ago(since, Date.now())}</span>}
      {lastActive !== undefined && (
        <span className={styles.lastActive}>
          {t('person.lastActive', { ago: formats.ago(lastActive, Date.now()) })}
        </span>
      )}
    </p>
  );
}

/** Why the state is what it is, for who may know; on which devices, and what can be done with them. */
function Why({ presence }: { readonly presence: PresenceState | undefined }) {
  const { t } = useTranslation();
  if (presence === undefined || presence.reason === 'none') return null;
  const { reason, devices, capabilities = [] } = presence;
  return (
    <div className={styles.why}>
      <p>{t(`reasons.${reason}`)}</p>
      {devices.length > 0 && (
        <p>
          {t('person.devices', { list: devices.map((device) => t(`devices.kinds.${device}`)).join(', ') })}
        </p>
      )}
      {capabilities.length > 0 && (
        <p>
          {t('person.capabilities', { list: capabilities.map((one) => t(`capabilities.${one}`)).join(', ') })}
        </p>
      )}
    </div>
  );
}

interface FactProps {
  readonly icon: ReactNode;
  readonly name: string;
  readonly value: ReactNode;
}

function Fact({ icon, name, value }: FactProps) {
  if (value === undefined || value === '') return null;
  return (
    <div className={styles.fact}>
      <dt title={name}>
        {icon}
        <span className="parley-hidden">{name}</span>
      </dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </div>
  );
}

function NumberFact({
  number = '',
  ...fact
}: Omit<FactProps, 'value'> & { readonly number: string | undefined }) {
  if (number === '') return null;
  return (
    <Fact
      {...fact}
      value={
        <>
          <Link href={`tel:${number}`} dir="ltr">
            {number}
          </Link>
          <span className={styles.kind} aria-hidden="true">
            {fact.name}
          </span>
        </>
      }
    />
  );
}
