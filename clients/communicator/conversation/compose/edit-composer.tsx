// Where one's own message is edited: Enter saves, Escape leaves it as it was. The draft of the conversation stays.
import { Button } from '@fluentui/react-components';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../../kit/live/live-context.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { withEmoji } from '../emoji/emoji-codes.ts';
import { isTooLong } from '../message-size.ts';
import styles from './composer.module.css';
import { mentionedIn } from './mentions.ts';
import { type FieldHandle, MessageField } from './message-field.tsx';

export function EditComposer({ message, close }: { readonly message: Message; readonly close: () => void }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const field = useRef<FieldHandle>(null);
  const [text, setText] = useState(message.text);
  const [busy, setBusy] = useState(false);
  const users = useLive(({ live }) => live.users);
  const ids = useLive(({ live }) => live.conversations[message.conversationId]?.participantIds);
  const people = useMemo(
    () => (ids ?? []).map((userId) => ({ userId, name: users[userId]?.name ?? '' })),
    [ids, users],
  );
  const savable = (text.trim() !== '' || message.images !== undefined) && !isTooLong(text);

  useEffect(() => field.current?.focus(), []);

  async function save(): Promise<void> {
    if (!savable || busy) return;
    if (text.trimEnd() === message.text) return close();
    setBusy(true);
    const outcome = await client.messages.edit(message, withEmoji(text.trimEnd()), mentionedIn(text, people));
    setBusy(false);
    if (notices.outcome(outcome)) close();
  }

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className={styles.field}>
        <p className={styles.editing}>{t('composer.editing')}</p>
        <MessageField
          field={field}
          text={text}
          label={t('composer.editing')}
          people={people}
          onChange={setText}
          onEnter={() => void save()}
          onEscape={close}
        />
        <div className={styles.bottom}>
          <span className={styles.tools} />
          <Button type="button" onClick={close}>
            {t('actions.cancel')}
          </Button>
          <Button type="submit" appearance="primary" disabledFocusable={!savable || busy}>
            {t('actions.save')}
          </Button>
        </div>
      </div>
    </form>
  );
}
