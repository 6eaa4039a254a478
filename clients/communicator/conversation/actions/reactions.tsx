// The reactions under a message: how many, whose, and one's own to be put or taken away.
import { Tooltip } from '@fluentui/react-components';
import { useTranslation } from 'react-i18next';
import type { Message, Reaction } from '../../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../../kit/live/live-context.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import styles from './reactions.module.css';

const NAMED = 12;

export function Reactions({ message, mayWrite }: { readonly message: Message; readonly mayWrite: boolean }) {
  const { t } = useTranslation();
  if (message.reactions === undefined || message.reactions.length === 0) return null;
  return (
    <ul className={styles.reactions} aria-label={t('message.reactions')}>
      {message.reactions.map((reaction) => (
        <li key={reaction.emoji}>
          <Chip message={message} reaction={reaction} mayWrite={mayWrite} />
        </li>
      ))}
    </ul>
  );
}

interface ChipProps {
  readonly message: Message;
  readonly reaction: Reaction;
  readonly mayWrite: boolean;
}

function Chip({ message, reaction: { emoji, userIds }, mayWrite }: ChipProps) {
  const { t, i18n } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const meId = useLive(({ live }) => live.me?.userId ?? '');
  const names = useLive(({ live }) =>
    userIds
      .slice(0, NAMED)
      .map((userId) =>
        userId === meId ? t('chats.youName') : (live.users[userId]?.name ?? t('people.unknown')),
      )
      .join('\n'),
  ).split('\n');
  const own = userIds.includes(meId);
  const left = userIds.length - names.length;
  const all = left > 0 ? [...names, t('message.others', { count: left })] : names;
  const label = t('message.reactedBy', {
    emoji,
    number: userIds.length,
    names: new Intl.ListFormat(i18n.language).format(all),
  });
  return (
    <Tooltip content={label} relationship="label">
      <button
        type="button"
        className={styles.chip}
        aria-pressed={own}
        disabled={!mayWrite}
        onClick={() => void client.messages.react(message, emoji, !own).then(notices.outcome)}
      >
        <span>{emoji}</span>
        <span className={styles.count}>{userIds.length}</span>
      </button>
    </Tooltip>
  );
}
