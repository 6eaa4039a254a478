// One message that was found: where, who and when, and what it says with the words marked.
import { useTranslation } from 'react-i18next';
import type { Found } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { conversationName } from '../../kit/live/selectors.ts';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { useNow } from '../use-now.ts';
import styles from './search.module.css';

/** Fits one line. */
const SHORT = 36;

export function FoundMessage({ found }: { readonly found: Found }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const nowMs = useNow(60_000);
  const sender = useLive(({ live }) => live.users[found.senderId]);
  const own = useLive(({ live }) => live.me?.userId === found.senderId);
  const conversation = useLive(({ live }) => live.conversations[found.conversationId]);
  const where = useLive(({ live }) =>
    conversation === undefined ? '' : conversationName(live, conversation, t('people.unknown')),
  );
  const name = own ? t('chats.youName') : (sender?.name ?? t('people.unknown'));
  const isTalk = conversation?.isGroup !== true && conversation?.participantIds.length === 2;
  // Between two, who wrote it says where.
  const place = isTalk
    ? own
      ? t('search.toName', { name: where })
      : ''
    : t('search.inName', { name: where });
  // A short answer says little without what it answers.
  const beside = found.text.length < SHORT ? found.before : null;
  const besideOwn = useLive(({ live }) => live.me?.userId === beside?.senderId);
  const besideUser = useLive(({ live }) => live.users[beside?.senderId ?? '']);
  const besideName = besideOwn ? t('chats.youName') : (besideUser?.name ?? t('people.unknown'));
  return (
    <>
      <PersonAvatar user={sender ?? { userId: found.senderId, name, photo: '' }} size={32} />
      <span className={styles.text}>
        <span className={styles.line}>
          <span className={styles.name}>
            <bdi>{name}</bdi>
          </span>
          <span className={styles.place}>
            <bdi>{place}</bdi>
          </span>
          <time className={styles.time} title={formats.full(found.sentAt)}>
            {formats.short(found.sentAt, nowMs)}
          </time>
        </span>
        {beside !== null && (
          <span className={styles.context} dir="auto">
            {besideName}: {beside.text}
          </span>
        )}
        <span className={styles.said} data-lines={beside === null ? 2 : 1} dir="auto">
          {found.text === '' && found.images !== undefined && t('images.count', { count: found.images })}
          {piecesOf(found).map(({ text, isFound, at }) =>
            isFound ? <mark key={at}>{text}</mark> : <span key={at}>{text}</span>,
          )}
        </span>
      </span>
    </>
  );
}

interface Piece {
  readonly at: number;
  readonly text: string;
  readonly isFound: boolean;
}

function piecesOf({ text, ranges }: Found): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    if (start > at) pieces.push({ at, text: text.slice(at, start), isFound: false });
    pieces.push({ at: start, text: text.slice(start, end), isFound: true });
    at = end;
  }
  if (at < text.length) pieces.push({ at, text: text.slice(at), isFound: false });
  return pieces;
}
