// What happened to a group's people, as a line between the messages.
import { useTranslation } from 'react-i18next';
import type { Notice } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveShallow } from '../../kit/live/live-context.tsx';
import styles from './notice-line.module.css';
import { useNoticeText } from './notice-text.ts';
import { useNameList } from './use-name-list.ts';

interface NoticeLineProps {
  readonly notice: Notice;
  readonly atMs: number;
}

export function NoticeLine({ notice, atMs }: NoticeLineProps) {
  const textOf = useNoticeText();
  const formats = useFormats();
  return (
    <p className={styles.line} data-notice={notice.kind}>
      <span>{textOf(notice)}</span>{' '}
      <time dateTime={new Date(atMs).toISOString()} title={formats.full(atMs)}>
        {formats.time(atMs)}
      </time>
    </p>
  );
}

interface SeenLineProps {
  readonly conversationId: string;
  readonly userIds: readonly string[];
}

/** Below one's own last message: who has read it. */
export function SeenLine({ conversationId, userIds }: SeenLineProps) {
  const { t } = useTranslation();
  const list = useNameList();
  const people = useLiveShallow(({ live }) => live.conversations[conversationId]?.participantIds ?? []);
  const meId = useLive(({ live }) => live.me?.userId);
  const here = userIds.filter((userId) => people.includes(userId));
  const names = useLiveShallow(({ live }) =>
    here.map((userId) => live.users[userId]?.name ?? t('people.unknown')),
  );
  if (here.length === 0) return null;
  const others = people.filter((userId) => userId !== meId).length;
  const text =
    others === 1
      ? t('groups.seen')
      : here.length === others
        ? t('groups.seenByAll')
        : t('groups.seenBy', { names: list(names) });
  return (
    <p className={styles.seen} title={names.join(', ')} data-seen>
      {text}
    </p>
  );
}
