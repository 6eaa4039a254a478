// The message that another one answers, in two lines; a click goes to it.
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../kit/contracts.ts';
import { useLive } from '../../../kit/live/live-context.tsx';
import { useConversationActions } from '../conversation-actions.tsx';
import { usePreview } from '../preview.ts';
import styles from './quoted.module.css';
import { useMessage } from './use-message.ts';

export function Quoted({ conversationId, seq }: { readonly conversationId: string; readonly seq: number }) {
  const { t } = useTranslation();
  const actions = useConversationActions();
  const message = useMessage(conversationId, seq);
  if (message === null) return <p className={styles.quoted}>{t('message.originalGone')}</p>;
  return (
    <button type="button" className={styles.quoted} onClick={() => actions.goTo(seq)}>
      <QuotedText message={message} />
    </button>
  );
}

export function QuotedText({ message }: { readonly message: Message }) {
  const { t } = useTranslation();
  const preview = usePreview();
  const own = useLive(({ live }) => live.me?.userId === message.senderId);
  const known = useLive(({ live }) => live.users[message.senderId]?.name);
  const name = own ? t('chats.youName') : (known ?? t('people.unknown'));
  return (
    <>
      <span className="parley-hidden">{t('message.inReplyTo', { name })}</span>
      <span className={styles.name} aria-hidden="true">
        <bdi>{name}</bdi>
      </span>
      <span className={styles.words} dir="auto">
        {preview(message)}
      </span>
    </>
  );
}
