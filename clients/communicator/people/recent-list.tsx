// Conversations, the newest first: with whom, the last words, when, how many unread.
import { useNavigate, useParams } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, useId, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { isEmptyDraft } from '../../kit/live/drafts.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { conversationName, othersOf, presenceOf, recentConversations } from '../../kit/live/selectors.ts';
import { EmptyState } from '../../kit/widgets/empty-state.tsx';
import { GroupAvatar } from '../../kit/widgets/group-avatar.tsx';
import { ChatIcon } from '../../kit/widgets/icons.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { plainText } from '../conversation/markdown/plain-text.ts';
import { usePreview } from '../conversation/preview.ts';
import { useNow } from '../use-now.ts';
import styles from './recent-list.module.css';
import { useListKeys } from './use-list-keys.ts';

const ROW_PX = 64;

export function RecentList() {
  const { t } = useTranslation();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const { conversationId } = useParams({ strict: false });
  const live = useLive((state) => state.live);
  const recent = useMemo(() => recentConversations(live), [live]);
  const nowMs = useNow(60_000);
  const virtual = useVirtualizer({
    count: recent.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => recent[index]?.conversationId ?? index,
    overscan: 6,
  });
  const open = (index: number) => {
    const target = recent[index];
    if (target === undefined) return;
    keys.setActive(index);
    void navigate({ to: '/c/$conversationId', params: { conversationId: target.conversationId } });
  };
  const keys = useListKeys({
    names: recent.map((conversation) => conversationName(live, conversation, t('people.unknown'))),
    scrollTo: (index) => virtual.scrollToIndex(index),
    onEnter: open,
  });

  if (recent.length === 0) {
    return (
      <EmptyState
        picture={<ChatIcon size={28} />}
        title={t('chats.emptyTitle')}
        text={t('chats.emptyText')}
      />
    );
  }
  return (
    <div
      ref={list}
      className={styles.list}
      role="listbox"
      aria-label={t('people.chats')}
      aria-activedescendant={`${id}-${keys.active}`}
      tabIndex={0}
      data-list
      onKeyDown={keys.onKeyDown}
    >
      <div className={styles.space} role="presentation" style={{ blockSize: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start, key }) => {
          const conversation = recent[index];
          if (conversation === undefined) return null;
          return (
            <RecentRow
              key={key}
              id={`${id}-${index}`}
              conversation={conversation}
              active={keys.active === index}
              selected={conversation.conversationId === conversationId}
              position={index + 1}
              setSize={recent.length}
              nowMs={nowMs}
              style={{ blockSize: ROW_PX, transform: `translateY(${start}px)` }}
              onOpen={() => open(index)}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RecentRowProps {
  readonly id: string;
  readonly conversation: Conversation;
  readonly active: boolean;
  readonly selected: boolean;
  readonly position: number;
  readonly setSize: number;
  readonly nowMs: number;
  readonly style: CSSProperties;
  readonly onOpen: () => void;
}

function RecentRow({
  id,
  conversation,
  active,
  selected,
  position,
  setSize,
  nowMs,
  style,
  onOpen,
}: RecentRowProps) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { conversationId, lastMessage, unread } = conversation;
  const others = useLive(({ live }) => othersOf(live, conversation).join(' ')).split(' ');
  const user = useLive(({ live }) => live.users[others[0] ?? '']);
  const name = useLive(({ live }) => conversationName(live, conversation, t('people.unknown')));
  const state = useLive(({ live }) => presenceOf(live, others[0] ?? ''));
  const draft = useLive(({ drafts }) => drafts[conversationId]);
  const own = useLive(({ live }) => lastMessage?.senderId === live.me?.userId);
  const preview = usePreview();
  const showsDraft = draft !== undefined && !isEmptyDraft(draft) && !selected;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the listbox handles keys
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-posinset={position}
      aria-setsize={setSize}
      tabIndex={-1}
      className={styles.row}
      data-active={active}
      data-unread={unread > 0}
      style={style}
      onClick={onOpen}
    >
      {others.length > 1 || conversation.isGroup === true ? (
        <GroupAvatar userIds={others} />
      ) : (
        <PersonAvatar user={user ?? { userId: others[0] ?? '', name, photo: '' }} state={state} />
      )}
      <span className={styles.text}>
        <span className={styles.top}>
          <span className={styles.name}>
            <bdi>{name}</bdi>
          </span>
          {lastMessage !== null && (
            <time className={styles.time}>{formats.short(lastMessage.sentAt, nowMs)}</time>
          )}
        </span>
        <span className={styles.bottom}>
          <span className={styles.words}>
            {showsDraft ? (
              <span className={styles.draft}>{t('chats.draft')} </span>
            ) : (
              own && lastMessage?.notice === undefined && <span>{t('chats.you')} </span>
            )}
            <bdi>
              {showsDraft ? plainText(draft.text || draft.subject) : lastMessage && preview(lastMessage)}
            </bdi>
          </span>
          {unread > 0 && (
            <span className={styles.unread} role="img" aria-label={t('chats.unread', { count: unread })}>
              {unread > 99 ? '99+' : unread}
            </span>
          )}
        </span>
      </span>
    </div>
  );
}
