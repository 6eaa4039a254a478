// One row of the contact list: a section's heading, or a person with photo, state, note and device.
import type { CSSProperties, DragEvent, MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { conversationWith } from '../../kit/live/selectors.ts';
import { activityWords, awayWords } from '../../kit/presence/state-words.ts';
import {
  BellIcon,
  CardIcon,
  ChevronDownIcon,
  ChevronEndIcon,
  DeskPhoneIcon,
  GlobeIcon,
  MoreIcon,
} from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { useNow } from '../use-now.ts';
import styles from './contact-list.module.css';
import { type ContactRow, isElsewhere, nameOf } from './contact-rows.ts';
import { useSectionName } from './use-section-name.ts';

interface Place {
  readonly id: string;
  readonly active: boolean;
  readonly style: CSSProperties;
}

/** What a row does with somebody who is dragged. */
export interface Dragging {
  readonly onDragStart: (event: DragEvent) => void;
  readonly onDragOver: (event: DragEvent) => void;
  readonly onDragLeave: () => void;
  readonly onDrop: (event: DragEvent) => void;
  readonly onDragEnd: () => void;
}

interface SectionRowProps extends Place {
  readonly row: Extract<ContactRow, { kind: 'section' }>;
  /** Somebody is held above its section. */
  readonly target: boolean;
  readonly dragging: Dragging;
  readonly onToggle: () => void;
  readonly onMenu: (event: MouseEvent) => void;
  readonly onMenuButton: (target: HTMLElement) => void;
}

export function SectionRow({ row, id, active, style, target, dragging, ...row_ }: SectionRowProps) {
  const { t } = useTranslation();
  const name = useSectionName()(row.section);
  const { onToggle, onMenu, onMenuButton } = row_;
  const isGroup = row.section.kind === 'group';
  return (
    // Keys are handled by the tree, which has the focus (aria-activedescendant).
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree handles keys
    <div
      id={id}
      role="treeitem"
      aria-level={1}
      aria-expanded={row.open}
      aria-posinset={row.position}
      aria-setsize={row.setSize}
      tabIndex={-1}
      className={styles.group}
      data-active={active}
      data-target={target}
      style={style}
      onClick={onToggle}
      onContextMenu={isGroup ? onMenu : undefined}
      {...dragging}
    >
      {row.open ? <ChevronDownIcon size={14} /> : <ChevronEndIcon size={14} />}
      <span className={styles.groupName}>
        <bdi>{name}</bdi>
      </span>
      <span className={styles.groupCount}>
        <span aria-hidden="true">
          {row.section.kind === 'external' ? row.total : `${row.online}/${row.total}`}
        </span>
        <span className="parley-hidden">
          {row.section.kind === 'external'
            ? t('contacts.people', { count: row.total })
            : t('people.groupOnline', { online: row.online, total: row.total })}
        </span>
      </span>
      {isGroup && (
        <button
          type="button"
          tabIndex={-1}
          className={styles.more}
          aria-label={t('contacts.moreAboutGroup', { name })}
          onClick={(event) => {
            event.stopPropagation();
            onMenuButton(event.currentTarget);
          }}
        >
          <MoreIcon size={16} />
        </button>
      )}
    </div>
  );
}

interface PersonRowProps extends Place {
  readonly row: Extract<ContactRow, { kind: 'contact' }>;
  readonly isSelf: boolean;
  /** Its conversation is the one that is open. */
  readonly selected: boolean;
  /** Chosen for what is to be done with several. */
  readonly picked: boolean;
  readonly target: boolean;
  readonly dragging: Dragging;
  readonly onOpen: (event: MouseEvent) => void;
  readonly onMenu: (event: MouseEvent) => void;
  readonly onMenuButton: (target: HTMLElement) => void;
  readonly onCard: () => void;
}

export function PersonRow(props: PersonRowProps) {
  const { row, id, active, style, isSelf, selected, picked, target, dragging } = props;
  const { t } = useTranslation();
  const { contactId } = row;
  const user = useLive(({ live }) => live.users[contactId]);
  const contact = useLive(({ live }) => live.contacts[contactId]);
  const name = nameOf(contactId, contact, user) || t('people.unknown');
  const elsewhere = isElsewhere(contactId);
  const unread = useLive(({ live }) => (elsewhere ? 0 : (conversationWith(live, contactId)?.unread ?? 0)));
  const state = useLive(({ live }) => live.presence[contactId]?.state ?? 'unknown');
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
      data-user={user?.address ?? contactId}
      data-target={target}
      style={style}
      draggable
      onClick={props.onOpen}
      onContextMenu={props.onMenu}
      {...dragging}
    >
      <PersonAvatar user={user ?? { userId: contactId, name, photo: '' }} state={state} />
      <span className={styles.person}>
        <span className={styles.name}>
          <bdi>{isSelf ? t('people.you', { name }) : name}</bdi>
        </span>
        {elsewhere ? (
          <span className={styles.state}>
            <span className={styles.stateName}>{t('contacts.statusUnknown')}</span>
            {contact?.name !== undefined && (
              <span className={styles.note}>
                <bdi>{contactId}</bdi>
              </span>
            )}
          </span>
        ) : (
          <StateLine userId={contactId} />
        )}
      </span>
      {contact?.waiting !== undefined && (
        <Mark label={t('contacts.waits')}>
          <BellIcon size={16} />
        </Mark>
      )}
      {elsewhere && (
        <Mark label={t('contacts.elsewhere')}>
          <GlobeIcon size={16} />
        </Mark>
      )}
      <PhoneMark userId={contactId} />
      {unread > 0 && (
        <span className={styles.unread} role="img" aria-label={t('chats.unread', { count: unread })}>
          {unread > 99 ? '99+' : unread}
        </span>
      )}
      {!elsewhere && (
        <button
          type="button"
          tabIndex={-1}
          className={styles.quick}
          aria-label={t('people.cardOf', { name })}
          title={t('people.showCard')}
          onClick={(event) => {
            event.stopPropagation();
            props.onCard();
          }}
        >
          <CardIcon size={18} />
        </button>
      )}
      <button
        type="button"
        tabIndex={-1}
        className={styles.more}
        aria-label={t('people.moreAbout', { name })}
        onClick={(event) => {
          event.stopPropagation();
          props.onMenuButton(event.currentTarget);
        }}
      >
        <MoreIcon size={18} />
      </button>
    </div>
  );
}

/** State, what they are doing, note: in one line. */
function StateLine({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const presence = useLive(({ live }) => live.presence[userId]);
  const nowMs = useNow(60_000, presence?.lastActive !== undefined);
  const activity = presence === undefined ? '' : activityWords({ t }, presence);
  const away = presence === undefined ? '' : awayWords({ t }, presence, nowMs);
  return (
    <span className={styles.state}>
      <span className={styles.stateName}>{t(`states.${presence?.state ?? 'unknown'}`)}</span>
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
  );
}

function PhoneMark({ userId }: { readonly userId: string }) {
  const { t } = useTranslation();
  const onPhone = useLive(({ live }) => {
    const devices = live.presence[userId]?.devices;
    return devices?.length === 1 && devices[0] === 'phone';
  });
  if (!onPhone) return null;
  return (
    <Mark label={t('people.onPhone')}>
      <DeskPhoneIcon size={16} />
    </Mark>
  );
}

function Mark({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <span className={styles.device} role="img" aria-label={label} title={label}>
      {children}
    </span>
  );
}
