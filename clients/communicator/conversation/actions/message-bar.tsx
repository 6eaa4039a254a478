// What can be done with one message: shown beside it while it is pointed at or has the focus.
import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Tooltip,
} from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../kit/contracts.ts';
import { useLive, useLiveClient } from '../../../kit/live/live-context.tsx';
import { CopyIcon, EditIcon, MoreIcon, TrashIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { useConversationActions } from '../conversation-actions.tsx';
import { EmojiButton } from '../emoji/emoji-button.tsx';
import { recentEmoji, rememberEmoji } from '../emoji/recent-emoji.ts';
import { ReactIcon, ReplyIcon } from '../rich-icons.tsx';
import { isKept, mayChange, mayEdit } from './may-change.ts';
import styles from './message-bar.module.css';

const QUICK = 3;

export function MessageBar({ message, mayWrite }: { readonly message: Message; readonly mayWrite: boolean }) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const actions = useConversationActions();
  const [held, setHeld] = useState(false);
  const changeable = useLive(({ live }) => mayChange(live, message, Date.now()));
  const editable = useLive(({ live }) => mayEdit(live, message, Date.now()));
  const answerable = mayWrite && isKept(message);

  async function react(emoji: string): Promise<void> {
    rememberEmoji(emoji);
    notices.outcome(await client.messages.react(message, emoji, true));
  }

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(message.text);
      notices.done(t('actions.copied'));
    } catch {
      notices.fault({ code: '', sentence: t('message.copyBlocked') });
    }
  }

  async function remove(): Promise<void> {
    notices.outcome(await client.messages.remove(message));
  }

  if (message.deletedAt !== undefined) return null;
  return (
    <div className={styles.bar} role="toolbar" aria-label={t('message.actions')} data-held={held}>
      {answerable && (
        <>
          {recentEmoji()
            .slice(0, QUICK)
            .map((emoji) => (
              <button
                key={emoji}
                type="button"
                className={styles.quick}
                tabIndex={-1}
                aria-label={t('message.reactWith', { emoji })}
                onClick={() => void react(emoji)}
              >
                {emoji}
              </button>
            ))}
          <EmojiButton
            size="small"
            label={t('message.react')}
            icon={<ReactIcon size={18} />}
            choose={(emoji) => void react(emoji)}
            onOpenChange={setHeld}
          />
          <Tooltip content={t('message.reply')} relationship="label">
            <Button
              size="small"
              appearance="subtle"
              icon={<ReplyIcon size={18} />}
              onClick={() => actions.reply(message)}
            />
          </Tooltip>
        </>
      )}
      <Menu onOpenChange={(_, { open }) => setHeld(open)}>
        <MenuTrigger disableButtonEnhancement>
          <Tooltip content={t('message.more')} relationship="label">
            <Button size="small" appearance="subtle" icon={<MoreIcon size={18} />} />
          </Tooltip>
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {message.text !== '' && (
              <MenuItem icon={<CopyIcon />} onClick={() => void copy()}>
                {t('message.copy')}
              </MenuItem>
            )}
            {editable && mayWrite && (
              <MenuItem icon={<EditIcon />} onClick={() => actions.edit(message)}>
                {t('message.edit')}
              </MenuItem>
            )}
            {changeable && (
              <MenuItem icon={<TrashIcon />} onClick={() => void remove()}>
                {t('actions.delete')}
              </MenuItem>
            )}
          </MenuList>
        </MenuPopover>
      </Menu>
    </div>
  );
}
