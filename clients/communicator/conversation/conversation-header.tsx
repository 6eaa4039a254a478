// Who one is talking to: photo, name, state and note; the name opens the card.
import { Button, Popover, PopoverSurface, PopoverTrigger, Tooltip } from '@fluentui/react-components';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../kit/contracts.ts';
import { useFormats } from '../../kit/i18n/use-formats.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { stateWords } from '../../kit/presence/state-words.ts';
import { BackIcon, PersonAddIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { PersonAvatar } from '../../kit/widgets/person-avatar.tsx';
import { CallButtons } from '../calls/call-buttons.tsx';
import { AddPeopleButton } from '../groups/add-people-button.tsx';
import { GroupHeader } from '../groups/group-header.tsx';
import { PersonCard } from '../people/person-card.tsx';
import styles from './conversation-header.module.css';

interface ConversationHeaderProps {
  readonly conversation: Conversation;
  readonly others: readonly string[];
  readonly name: string;
  readonly rosterShown: boolean;
  readonly showRoster: (shown: boolean) => void;
}

export function ConversationHeader({
  conversation,
  others,
  name,
  rosterShown,
  showRoster,
}: ConversationHeaderProps) {
  const { t } = useTranslation();
  const single = others.length === 1 && conversation.isGroup !== true ? (others[0] ?? '') : null;
  return (
    <header className={styles.header}>
      <Link to="/" className={styles.back} aria-label={t('chats.toList')} aria-keyshortcuts="Escape">
        <BackIcon />
      </Link>
      {single === null ? (
        <GroupHeader
          conversation={conversation}
          others={others}
          name={name}
          rosterShown={rosterShown}
          showRoster={showRoster}
        />
      ) : (
        <>
          <OnePerson userId={single} name={name} />
          <CallButtons userId={single} name={name} />
          <AddPeopleButton conversation={conversation} />
        </>
      )}
    </header>
  );
}

function OnePerson({ userId, name }: { readonly userId: string; readonly name: string }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const client = useLiveClient();
  const notices = useNotices();
  const user = useLive(({ live }) => live.users[userId]);
  const presence = useLive(({ live }) => live.presence[userId]);
  const stranger = useLive(({ live }) => live.contacts[userId] === undefined && live.me?.userId !== userId);
  const state = presence?.state ?? 'unknown';

  async function add(): Promise<void> {
    notices.outcome(await client.contacts.put([userId]));
  }

  return (
    <>
      <h2 className="parley-hidden">{t('chats.with', { name })}</h2>
      <Popover positioning="below-start" trapFocus>
        <PopoverTrigger disableButtonEnhancement>
          <button type="button" className={styles.person} title={t('people.cardOf', { name })}>
            <PersonAvatar user={user ?? { userId, name, photo: '' }} state={state} />
            <span className={styles.who}>
              <span className={styles.name}>
                <bdi>{name}</bdi>
              </span>
              <span className={styles.about}>
                {presence === undefined ? t(`states.${state}`) : stateWords({ t, formats }, presence)}
                {presence !== undefined && presence.note !== '' && (
                  <>
                    {' · '}
                    <bdi>{presence.note}</bdi>
                  </>
                )}
              </span>
            </span>
          </button>
        </PopoverTrigger>
        <PopoverSurface className={styles.card} aria-label={t('people.cardOf', { name })}>
          <PersonCard userId={userId} />
        </PopoverSurface>
      </Popover>
      {stranger && (
        <Tooltip content={t('people.add', { name })} relationship="label">
          <Button appearance="subtle" icon={<PersonAddIcon />} onClick={() => void add()} />
        </Tooltip>
      )}
    </>
  );
}
