// The people of a group: how each of them is, who leads, and what one may do about it.
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Popover,
  PopoverSurface,
  PopoverTrigger,
  Switch,
} from '@fluentui/react-components';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, GroupChange } from '../../kit/contracts.ts';
import { useLive, useLiveClient, useLiveShallow } from '../../kit/live/live-context.tsx';
import { presenceOf } from '../../kit/live/selectors.ts';
import { ConfirmButton } from '../../kit/widgets/confirm-button.tsx';
import { CloseIcon, MoreIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { PersonCard } from '../people/person-card.tsx';
import styles from './roster.module.css';
import { rosterOrder } from './roster-order.ts';

const ROW_PX = 50;

interface RosterProps {
  readonly conversation: Conversation;
  readonly close: () => void;
}

export function Roster({ conversation, close }: RosterProps) {
  const { t, i18n } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const { conversationId, participantIds, leaderIds = [], isPast = false, isLocked = false } = conversation;
  const meId = useLive(({ live }) => live.me?.userId ?? '');
  const changes = useLive(({ live }) => !isPast && !live.keepsNothing);
  const ordered = useLiveShallow(({ live }) => rosterOrder(live, participantIds, i18n.language));
  // In a group without leaders nobody is above the others.
  const leads = changes && (leaderIds.length === 0 || leaderIds.includes(meId));

  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: ordered.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => ordered[index] ?? index,
    overscan: 4,
  });

  async function change(wanted: GroupChange): Promise<void> {
    notices.outcome(await client.changeGroup(conversationId, wanted));
  }

  return (
    <aside className={styles.roster} aria-label={t('groups.people')}>
      <div className={styles.top}>
        <h3 className={styles.heading}>{t('chats.members', { count: participantIds.length })}</h3>
        <Button
          appearance="subtle"
          size="small"
          icon={<CloseIcon size={16} />}
          aria-label={t('groups.hidePeople')}
          onClick={close}
        />
      </div>
      <div ref={box} className={styles.people}>
        <ul className={styles.space} style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const userId = ordered[index];
            if (userId === undefined) return null;
            return (
              <RosterPerson
                key={key}
                userId={userId}
                at={index + 1}
                of={ordered.length}
                style={{ blockSize: ROW_PX, transform: `translateY(${start}px)` }}
                isMe={userId === meId}
                leads={leaderIds.includes(userId)}
                mayChange={leads && userId !== meId}
                change={change}
              />
            );
          })}
        </ul>
      </div>
      {changes && (
        <div className={styles.foot}>
          {conversation.isGroup === true && (
            <Switch
              checked={isLocked}
              disabled={!leads}
              label={t('groups.lock')}
              onChange={(_, { checked }) => void change({ kind: 'lock', locked: checked })}
            />
          )}
          <ConfirmButton
            action={t('groups.leave')}
            title={t('groups.leaveTitle')}
            text={t('groups.leaveText')}
            confirm={() => void change({ kind: 'leave' })}
          />
        </div>
      )}
    </aside>
  );
}

interface RosterPersonProps {
  readonly userId: string;
  /** Its place in the whole list, of which only what is in view exists. */
  readonly at: number;
  readonly of: number;
  readonly style: CSSProperties;
  readonly isMe: boolean;
  readonly leads: boolean;
  readonly mayChange: boolean;
  readonly change: (change: GroupChange) => Promise<void>;
}

function RosterPerson({ userId, at, of, style, isMe, leads, mayChange, change }: RosterPersonProps) {
  const { t } = useTranslation();
  const user = useLive(({ live }) => live.users[userId]);
  const state = useLive(({ live }) => presenceOf(live, userId));
  const name = user?.name ?? t('people.unknown');
  return (
    <li className={styles.person} style={style} aria-posinset={at} aria-setsize={of}>
      <Popover positioning="below-start" trapFocus>
        <PopoverTrigger disableButtonEnhancement>
          <button type="button" className={styles.card} title={t('people.cardOf', { name })}>
            <PersonAvatar user={user ?? { userId, name, photo: '' }} state={state} size={32} />
            <span className={styles.text}>
              <bdi className={styles.name}>{isMe ? t('people.you', { name }) : name}</bdi>
              <span className={styles.about}>
                {t(`states.${state}`)}
                {leads && <span className={styles.leader}>{t('groups.leader')}</span>}
              </span>
            </span>
          </button>
        </PopoverTrigger>
        <PopoverSurface className={styles.surface} aria-label={t('people.cardOf', { name })}>
          <PersonCard userId={userId} />
        </PopoverSurface>
      </Popover>
      {mayChange && (
        <Menu positioning="below-end">
          <MenuTrigger disableButtonEnhancement>
            <Button
              appearance="subtle"
              size="small"
              icon={<MoreIcon size={16} />}
              aria-label={t('people.moreAbout', { name })}
            />
          </MenuTrigger>
          <MenuPopover>
            <MenuList>
              {!leads && (
                <MenuItem onClick={() => void change({ kind: 'leader', userId })}>
                  {t('groups.makeLeader')}
                </MenuItem>
              )}
              <MenuItem onClick={() => void change({ kind: 'remove', userId })}>
                {t('groups.remove')}
              </MenuItem>
            </MenuList>
          </MenuPopover>
        </Menu>
      )}
    </li>
  );
}
