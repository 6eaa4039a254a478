// One row of the contact list: a group's heading, or a person with photo, state, note and device.
import type { CSSProperties, MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { conversationWith } from '../../kit/live/selectors.ts';
import { activityWords, awayWords } from '../../kit/presence/state-words.ts';
import { ChevronDownIcon, ChevronEndIcon, DeskPhoneIcon, MoreIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { useNow } from '../use-now.ts';
import styles from './contact-list.module.css';
import type { ContactRow } from './contact-rows.ts';

interface Place {
  readonly id: string;
  readonly active: boolean;
  readonly style: CSSProperties;
}

interface GroupRowViewProps extends Place {
  readonly row: Extract<ContactRow, { kind: 'group' }>;
  readonly onToggle: () => void;
}

export function GroupRowView({ row, id, active, style, onToggle }: GroupRowViewProps) {
  const { t } = useTranslation();
  const name = row.favourites ? t('people.favourites') : row.group === '' ? t('people.noGroup') : row.group;
  return (
    // Keys are handled by the tree, which has the focus (aria-activedescendant).
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles keys
    <div
      id={id}
      role="treeitem"
      aria-level={1}
      aria-expanded={row.open}
      aria-posinset={row.position}
      tabIndex={-1}
      className={styles.group}
      data-active={active}
      style={style}
      onClick={onToggle}
    >
      {row.open ? <ChevronDownIcon size={14} /> : <ChevronEndIcon size={14} />}
      <span className={styles.groupName}>
        <bdi>{name}</bdi>
      </span>
      <span className={styles.groupCount}>
        <span aria-hidden="true">
          {row.online}/{row.total}
        </span>
        <span className="parley-hidden">
          {t('people.groupOnline', { online: row.online, total: row.total })}
        </span>
      </span>
    </div>
  );
}

interface ContactRowViewProps extends Place {
  readonly row: Extract<ContactRow, { kind: 'contact' }>;
  readonly isSelf: boolean;
  /** Its conversation is the one that is open. */
  readonly selected: boolean;
  /** Chosen for a group. */
  readonly picked: boolean;
  readonly onOpen: (event: MouseEvent) => void;
  readonly onMenu: (event: MouseEvent) => void;
  readonly onMenuButton: (target: HTMLElement) => void;
}

export function ContactRowView({
  row,
  id,
  active,
  style,
  isSelf,
  selected,
  picked,
  onOpen,
  onMenu,
  onMenuButton,
}: ContactRowViewProps) {
  const { t } = useTranslation();
  const { userId } = row.contact;
  const user = useLive(({ live }) => live.users[userId]);
  const presence = useLive(({ live }) => live.presence[userId]);
  const unread = useLive(({ live }) => conversationWith(live, userId)?.unread ?? 0);
  const state = presence?.state ?? 'unknown';
  const name = user?.name ?? t('people.unknown');
  const activity = presence === undefined ? '' : activityWords({ t }, presence);
  const nowMs = useNow(60_000, presence?.lastActive !== undefined);
  const away = presence === undefined ? '' : awayWords({ t }, presence, nowMs);
  const onPhone = presence?.devices.length === 1 && presence.devices[0] === 'phone';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles keys
    <div
      id={id}
      role="treeitem"
      aria-level={2}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      aria-selected={selected}
      {...(picked ? { 'aria-checked': true } : {})}
      tabIndex={-1}
      className={styles.contact}
      data-active={active}
      data-user={user?.address}
      style={style}
      onClick={onOpen}
      onContextMenu={onMenu}
    >
      <PersonAvatar user={user ?? { userId, name, photo: '' }} state={state} />
      <span className={styles.person}>
        <span className={styles.name}>
          <bdi>{isSelf ? t('people.you', { name }) : name}</bdi>
        </span>
        <span className={styles.state}>
          <span className={styles.stateName}>{t(`states.${state}`)}</span>
          {away !== '' && <span className={styles.away}>{away}</span>}
          {activity !== '' && (
            <span className={styles.activity}>
              <bdi>{activity}</bdi>
            </span>
          )}
          {presence !== undefined && presence.note !== '' && (
            <span className={styles.note}>
              <bdi>{presence.note}</bdi>
            </span>
          )}
        </span>
      </span>
      {onPhone && (
        <span
          className={styles.device}
          role="img"
          aria-label={t('people.onPhone')}
          title={t('people.onPhone')}
        >
          <DeskPhoneIcon size={16} />
        </span>
      )}
      {unread > 0 && (
        <span className={styles.unread} role="img" aria-label={t('chats.unread', { count: unread })}>
          {unread > 99 ? '99+' : unread}
        </span>
      )}
      <button
        type="button"
        tabIndex={-1}
        className={styles.more}
        aria-label={t('people.moreAbout', { name })}
        onClick={(event) => {
          event.stopPropagation();
          onMenuButton(event.currentTarget);
        }}
      >
        <MoreIcon size={18} />
      </button>
    </div>
  );
}
