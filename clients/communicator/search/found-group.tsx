// A chat of several people that a search found.
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../kit/contracts.ts';
import { useLive } from '../../kit/live/live-context.tsx';
import { conversationName } from '../../kit/live/selectors.ts';
import { PeopleIcon } from '../../kit/widgets/icons.tsx';
import styles from './search.module.css';

export function FoundGroup({ conversation }: { readonly conversation: Conversation }) {
  const { t } = useTranslation();
  const name = useLive(({ live }) => conversationName(live, conversation, t('people.unknown')));
  return (
    <>
      <span className={styles.group}>
        <PeopleIcon size={20} />
      </span>
      <span className={styles.text}>
        <span className={styles.name}>
          <bdi>{name}</bdi>
        </span>
        <span className={styles.about}>
          {t('chats.members', { count: conversation.participantIds.length })}
        </span>
      </span>
    </>
  );
}
