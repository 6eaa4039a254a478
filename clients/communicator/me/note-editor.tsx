// The note that everybody sees under one's name: click, write, Enter. Escape leaves it as it was.
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive, useLiveClient } from '../../kit/live/live-context.tsx';
import { useNotices } from '../../kit/widgets/notices.tsx';
import styles from './me.module.css';
import { useNoteVersion } from './note-version.ts';

const LONGEST = 500;

export function NoteEditor() {
  const { t } = useTranslation();
  const client = useLiveClient();
  const notices = useNotices();
  const note = useLive(({ live }) => live.presence[live.me?.userId ?? '']?.note ?? '');
  const [text, setText] = useState(note);
  const editing = useRef(false);
  const version = useNoteVersion();

  useEffect(() => {
    if (!editing.current) setText(note);
  }, [note]);

  async function save(): Promise<void> {
    editing.current = false;
    const wanted = text.trim();
    if (wanted === note) return setText(note);
    const replaced = await version.current();
    const change = { note: wanted, ...(replaced === undefined ? {} : { version: replaced }) };
    if (!notices.outcome(await client.setNote(change))) setText(note);
  }

  return (
    <input
      className={styles.note}
      aria-label={t('me.note')}
      placeholder={t('me.notePlaceholder')}
      value={text}
      maxLength={LONGEST}
      {...(text === '' ? {} : { dir: 'auto' })}
      onFocus={() => {
        editing.current = true;
        version.begin();
      }}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => void save()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key === 'Escape') {
          event.stopPropagation();
          setText(note);
          editing.current = false;
          requestAnimationFrame(() => (event.target as HTMLElement).blur());
        }
      }}
    />
  );
}
