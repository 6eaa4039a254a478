// The header of a group: its faces, its name, which is changed where it stands, and the list of its people.
import { Button, Input, Tooltip } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { GroupAvatar } from '../../kit/widgets/group-avatar.tsx';
import { EditIcon, LockIcon, PeopleIcon } from '../../kit/widgets/icons.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import { AddPeopleButton } from './add-people-button.tsx';
import styles from './group-header.module.css';

const TITLE_CHARS = 100;

interface GroupHeaderProps {
  readonly conversation: Conversation;
  readonly others: readonly string[];
  readonly name: string;
  readonly rosterShown: boolean;
  readonly showRoster: (shown: boolean) => void;
}

export function GroupHeader({ conversation, others, name, rosterShown, showRoster }: GroupHeaderProps) {
  const { t } = useTranslation();
  const count = conversation.participantIds.length;
  const past = conversation.isPast === true;
  const changes = useLive(({ live }) => !past && !live.keepsNothing);
  return (
    <>
      <GroupAvatar userIds={others} />
      <div className={styles.who}>
        {changes ? (
          <GroupTitle conversation={conversation} name={name} />
        ) : (
          <h2 className={styles.name}>
            <bdi>{name}</bdi>
          </h2>
        )}
        <p className={styles.about}>
          {conversation.isLocked === true && (
            <span className={styles.locked}>
              <LockIcon size={13} />
              {t('groups.locked')}
            </span>
          )}
          <span>{past ? t('groups.past') : t('chats.members', { count })}</span>
        </p>
      </div>
      {changes && <AddPeopleButton conversation={conversation} />}
      <Tooltip content={t('groups.people')} relationship="label">
        <Button
          appearance="subtle"
          icon={<PeopleIcon />}
          aria-expanded={rosterShown}
          onClick={() => showRoster(!rosterShown)}
        />
      </Tooltip>
    </>
  );
}

function GroupTitle({ conversation, name }: { readonly conversation: Conversation; readonly name: string }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const [typed, setTyped] = useState<string | null>(null);
  const pencil = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  const editing = typed !== null;

  useEffect(() => {
    // The focus goes back to where it came from; at the beginning there is nowhere to go back to.
    if (wasEditing.current && !editing) pencil.current?.focus();
    wasEditing.current = editing;
  }, [editing]);

  async function save(): Promise<void> {
    if (typed === null) return;
    setTyped(null);
    if (typed.trim() === (conversation.title ?? '')) return;
    const change = { kind: 'rename', title: typed } as const;
    notices.outcome(await client.changeGroup(conversation.conversationId, change));
  }

  if (typed === null) {
    return (
      <h2 className={styles.name}>
        <bdi className={styles.text}>{name}</bdi>
        <Tooltip content={t('groups.rename')} relationship="label">
          <button
            ref={pencil}
            type="button"
            className={styles.pencil}
            onClick={() => setTyped(conversation.title ?? '')}
          >
            <EditIcon size={15} />
          </button>
        </Tooltip>
      </h2>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Input
        autoFocus
        className={styles.title}
        aria-label={t('groups.title')}
        placeholder={t('groups.title')}
        maxLength={TITLE_CHARS}
        value={typed}
        onChange={(_, { value }) => setTyped(value)}
        onBlur={() => void save()}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          event.stopPropagation();
          setTyped(null);
        }}
      />
    </form>
  );
}
