// "Bob is typing", in a line that keeps its height so that nothing jumps.
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { typingUsers } from '../../kit/live/selectors.ts';
import { useNow } from '../use-now.ts';
import styles from './typing-line.module.css';

export function TypingLine({ conversationId }: { readonly conversationId: string }) {
  const { t } = useTranslation();
  const live = useLive((state) => state.live);
  const somebody = Object.keys(live.typing[conversationId] ?? {}).length > 0;
  useNow(1000, somebody);
  const names = somebody
    ? typingUsers(live, conversationId, Date.now()).map(({ name }) => name.split(' ')[0] ?? name)
    : [];
  return (
    <p className={styles.line}>
      {names.length > 0 && (
        <>
          <span className={styles.dots} aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          {t('chats.typing', { count: names.length, names: names.join(', ') })}
        </>
      )}
    </p>
  );
}
