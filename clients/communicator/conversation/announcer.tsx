// Reads new messages out to a screen reader, politely and one at a time; history that scrolls by is never read.
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLive } from '../../kit/live/live-context.tsx';
import { usePreview } from './preview.ts';

const LONGEST = 300;

export function Announcer({ conversationId }: { readonly conversationId: string }) {
  const { t } = useTranslation();
  const last = useLive(({ live }) => live.conversations[conversationId]?.lastMessage ?? null);
  const meId = useLive(({ live }) => live.me?.userId);
  const name = useLive(({ live }) => live.users[last?.senderId ?? '']?.name) ?? t('people.unknown');
  const preview = usePreview();
  const heard = useRef(last);
  const [words, setWords] = useState('');

  useEffect(() => {
    const before = heard.current;
    // What the server does not keep has no place in an order (`seq` 0).
    if (last === null || last.messageId === before?.messageId) return;
    if (last.seq > 0 && last.seq <= (before?.seq ?? 0)) return;
    heard.current = last;
    if (last.senderId !== meId)
      setWords(t('chats.announce', { name, text: preview(last).slice(0, LONGEST) }));
  }, [last, meId, name, preview, t]);

  return (
    <p className="parley-hidden" aria-live="polite" data-announcer>
      {words}
    </p>
  );
}
