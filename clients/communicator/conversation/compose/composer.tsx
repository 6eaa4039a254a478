// Where a message is written: Enter sends, Shift+Enter makes a line, what is not sent is kept as a draft.
import { Button, Input, Tooltip } from '@fluentui/react-components';
import { type DragEvent, type RefObject, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EMPTY_DRAFT } from '../../../kit/live/draft-desk.ts';
import { useLive, useLiveClient, useLiveShallow } from '../../../kit/live/live-context.tsx';
import type { Beside } from '../../../kit/live/outbox.ts';
import { CloseIcon, SendIcon } from '../../../kit/widgets/icons.tsx';
import { useNotices } from '../../../kit/widgets/notices.tsx';
import { QuotedText } from '../actions/quoted.tsx';
import { useMessage } from '../actions/use-message.ts';
import { withEmoji } from '../emoji/emoji-codes.ts';
import { PendingStrip } from '../images/pending-strip.tsx';
import { usePendingImages } from '../images/use-images.ts';
import { isTooLong } from '../message-size.ts';
import { ScheduleButton } from '../schedule/schedule-button.tsx';
import styles from './composer.module.css';
import { ComposerTools } from './composer-tools.tsx';
import { FormatBar } from './format-bar.tsx';
import { mentionedIn } from './mentions.ts';
import { type FieldHandle, MessageField } from './message-field.tsx';
import { ReplacedDraft } from './replaced-draft.tsx';
import { useTypingNotice } from './use-typing-notice.ts';

interface ComposerProps {
  readonly conversationId: string;
  readonly name: string;
  readonly field: RefObject<FieldHandle | null>;
  /** Edits one's own last message. */
  readonly editLast: () => void;
}

export function Composer({ conversationId, name, field, editLast }: ComposerProps) {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const draft = useLive(({ drafts }) => drafts[conversationId]) ?? EMPTY_DRAFT;
  const keepsNothing = useLive(({ live }) => live.keepsNothing);
  const images = usePendingImages(conversationId);
  const typing = useTypingNotice(conversationId);
  const people = usePeople(conversationId);
  const [importance, setImportance] = useState<Beside['importance']>();
  const [formatting, setFormatting] = useState(false);
  const [subjectShown, setSubjectShown] = useState(false);
  const [dragging, setDragging] = useState(false);
  const { text, subject, replyTo } = draft;
  const showsSubject = subjectShown || subject !== '';
  const tooLong = isTooLong(text);
  const sendable = (text.trim() !== '' || images.items.length > 0) && !tooLong && images.ready;

  useEffect(() => {
    // On a telephone the keyboard would cover the conversation that somebody only wants to read.
    if (matchMedia('(hover: hover)').matches) field.current?.focus();
  }, [field]);

  function change(to: Partial<typeof EMPTY_DRAFT>): void {
    client.setDraft(conversationId, { text, subject, replyTo, ...to });
    if (to.text === undefined) return;
    if (to.text.trim() === '') typing.stop();
    else typing.say();
  }

  /** What goes with the text; from here on it is no longer held here. */
  function takeBeside(): Beside {
    const mentions = mentionedIn(text, people);
    const taken = images.items.length > 0 ? images.take() : undefined;
    return {
      ...(importance === undefined ? {} : { importance }),
      ...(subject.trim() === '' ? {} : { subject: subject.trim() }),
      ...(replyTo === null ? {} : { replyTo }),
      ...(mentions.length === 0 ? {} : { mentions }),
      ...(taken === undefined ? {} : { images: taken }),
    };
  }

  function clear(): void {
    typing.stop();
    client.setDraft(conversationId, EMPTY_DRAFT);
    setImportance(undefined);
    setSubjectShown(false);
    field.current?.focus();
  }

  function send(): void {
    if (!sendable) return;
    client.send(conversationId, withEmoji(text.trimEnd()), takeBeside());
    clear();
  }

  async function schedule(sendAt: number): Promise<void> {
    if (!sendable) return;
    const written = { text, subject, replyTo };
    const beside = takeBeside();
    clear();
    const words = withEmoji(text.trimEnd());
    const outcome = await client.messages.schedule(conversationId, sendAt, words, beside);
    // What was refused stands in the box again.
    if (!notices.outcome(outcome)) client.setDraft(conversationId, written);
  }

  function onDrop(event: DragEvent): void {
    setDragging(false);
    const files = [...event.dataTransfer.files];
    if (files.length === 0 || keepsNothing) return;
    event.preventDefault();
    images.add(files);
  }

  return (
    <form
      className={styles.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onDragOver={(event) => {
        if (keepsNothing || !event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={onDrop}
    >
      <ReplacedDraft conversationId={conversationId} />
      {tooLong && (
        <p className={styles.limit} role="alert">
          {t('chats.tooLong')}
        </p>
      )}
      <div className={styles.field} data-dragging={dragging}>
        {replyTo !== null && (
          <ReplyChip conversationId={conversationId} seq={replyTo} end={() => change({ replyTo: null })} />
        )}
        {showsSubject && (
          <Input
            appearance="underline"
            className={styles.subject}
            value={subject}
            maxLength={200}
            placeholder={t('composer.subject')}
            aria-label={t('composer.subject')}
            onChange={(_, { value }) => change({ subject: value })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter') return;
              event.preventDefault();
              field.current?.focus();
            }}
          />
        )}
        {formatting && <FormatBar apply={(how) => field.current?.format(how)} />}
        <PendingStrip images={images} />
        <MessageField
          field={field}
          text={text}
          label={t('chats.writeTo', { name })}
          people={people}
          onChange={(value) => change({ text: value })}
          onEnter={send}
          onUp={editLast}
          onEscape={replyTo === null ? undefined : () => change({ replyTo: null })}
          onFiles={keepsNothing ? undefined : images.add}
        />
        <div className={styles.bottom}>
          <ComposerTools
            field={field}
            images={images}
            formatting={formatting}
            setFormatting={setFormatting}
            importance={importance}
            setImportance={setImportance}
            showsSubject={showsSubject}
            setSubject={(shown) => {
              setSubjectShown(shown);
              if (!shown) change({ subject: '' });
            }}
          />
          {!keepsNothing && <ScheduleButton disabled={!sendable} choose={(atMs) => void schedule(atMs)} />}
          <Tooltip content={t('chats.send')} relationship="label">
            <Button
              type="submit"
              appearance="primary"
              className={styles.send}
              icon={<SendIcon />}
              disabledFocusable={!sendable}
            />
          </Tooltip>
        </div>
      </div>
    </form>
  );
}

function usePeople(conversationId: string) {
  const ids = useLiveShallow(({ live }) => live.conversations[conversationId]?.participantIds ?? []);
  const names = useLiveShallow(({ live }) => ids.map((userId) => live.users[userId]?.name ?? ''));
  const meId = useLive(({ live }) => live.me?.userId);
  return useMemo(
    () =>
      ids
        .map((userId, index) => ({ userId, name: names[index] ?? '' }))
        .filter((person) => person.userId !== meId),
    [ids, names, meId],
  );
}

interface ReplyChipProps {
  readonly conversationId: string;
  readonly seq: number;
  readonly end: () => void;
}

function ReplyChip({ conversationId, seq, end }: ReplyChipProps) {
  const { t } = useTranslation();
  const message = useMessage(conversationId, seq);
  return (
    <div className={styles.reply}>
      <div className={styles.replyText}>
        {message === null ? t('message.originalGone') : <QuotedText message={message} />}
      </div>
      <Button
        type="button"
        size="small"
        appearance="subtle"
        icon={<CloseIcon size={16} />}
        aria-label={t('composer.endReply')}
        onClick={end}
      />
    </div>
  );
}
