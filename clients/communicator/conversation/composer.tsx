// Where a message is written: Enter sends, Shift+Enter makes a line, what is not sent is kept as a draft.
import { Button, Tooltip } from '@fluentui/react-components';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveClient } from '../../kit/live/live-context.tsx';
import { SendIcon } from '../../kit/widgets/icons.tsx';
import styles from './composer.module.css';
import { isTooLong } from './message-size.ts';

/** "Is typing" is said again this often, and taken back after this long without a key. */
const SAY_AGAIN_MS = 4000;
const TAKE_BACK_MS = 6000;

interface ComposerProps {
  readonly conversationId: string;
  readonly name: string;
}

export function Composer({ conversationId, name }: ComposerProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const [text, setText] = useState(() => client.store.getState().drafts[conversationId] ?? '');
  const box = useRef<HTMLTextAreaElement>(null);
  const typing = useTypingNotice(conversationId);
  const tooLong = isTooLong(text);

  useEffect(() => {
    // On a telephone the keyboard would cover the conversation that somebody only wants to read.
    if (matchMedia('(hover: hover)').matches) box.current?.focus({ preventScroll: true });
  }, []);

  function change(value: string): void {
    setText(value);
    client.setDraft(conversationId, value);
    if (value.trim() === '') typing.stop();
    else typing.say();
  }

  function send(): void {
    if (text.trim() === '' || tooLong) return;
    typing.stop();
    client.send(conversationId, text.trimEnd());
    client.setDraft(conversationId, '');
    setText('');
    box.current?.focus();
  }

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {tooLong && (
        <p className={styles.limit} role="alert">
          {t('chats.tooLong')}
        </p>
      )}
      <div className={styles.field}>
        <textarea
          ref={box}
          className={styles.text}
          rows={1}
          {...(text === '' ? {} : { dir: 'auto' })}
          aria-label={t('chats.writeTo', { name })}
          placeholder={t('chats.writeTo', { name })}
          value={text}
          onChange={(event) => change(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <Tooltip content={t('chats.send')} relationship="label">
          <Button
            type="submit"
            appearance="primary"
            className={styles.send}
            icon={<SendIcon />}
            disabledFocusable={text.trim() === '' || tooLong}
          />
        </Tooltip>
      </div>
    </form>
  );
}

function useTypingNotice(conversationId: string) {
  const client = useLiveClient();
  const saidAt = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  function stop(): void {
    clearTimeout(timer.current);
    if (saidAt.current === 0) return;
    saidAt.current = 0;
    client.typing(conversationId, false);
  }

  function say(): void {
    const nowMs = Date.now();
    clearTimeout(timer.current);
    timer.current = setTimeout(stop, TAKE_BACK_MS);
    if (nowMs - saidAt.current < SAY_AGAIN_MS) return;
    saidAt.current = nowMs;
    client.typing(conversationId, true);
  }

  const latest = useRef(stop);
  latest.current = stop;
  useEffect(() => () => latest.current(), []);
  return { say, stop };
}
